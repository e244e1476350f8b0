use serde::{Serialize, Serializer};

/// What an entry of the audit trail says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuditEvent {
    /// An execution came to a final answer, which is recorded.
    Completed,
    /// It was found out that an execution that was lost had been done, by the endpoint's
    /// [`Recover`](crate::idempotency::Recover).
    Recovered,
    /// An execution ended without a final answer, or an extractor refused the request; a retry runs again.
    Released,
    /// An execution ended, or an attempt to recover it, and nobody knows whether it took effect.
    Indeterminate,
    /// An execution gave no sign of life until its lease was over. Found by a retry.
    Lost,
    /// An execution came to an answer after another one had taken its place: it may have taken effect a second time.
    Overtaken,
    /// Somebody has said how an operation of unknown outcome ended; without a status, that it was not done.
    Settled,
    /// A retry heard the recorded answer.
    Replayed,
    /// A request was refused because its key belongs to another one.
    KeyReused,
}

impl AuditEvent {
    /// Its name, as stores keep it and as it is serialised.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Recovered => "recovered",
            Self::Released => "released",
            Self::Indeterminate => "indeterminate",
            Self::Lost => "lost",
            Self::Overtaken => "overtaken",
            Self::Settled => "settled",
            Self::Replayed => "replayed",
            Self::KeyReused => "key_reused",
        }
    }

    /// The event of this name.
    ///
    /// ```
    /// use steadfast::idempotency::AuditEvent;
    ///
    /// assert_eq!(AuditEvent::named("completed"), Some(AuditEvent::Completed));
    /// ```
    pub fn named(name: &str) -> Option<Self> {
        const ALL: [AuditEvent; 9] = [
            AuditEvent::Completed,
            AuditEvent::Recovered,
            AuditEvent::Released,
            AuditEvent::Indeterminate,
            AuditEvent::Lost,
            AuditEvent::Overtaken,
            AuditEvent::Settled,
            AuditEvent::Replayed,
            AuditEvent::KeyReused,
        ];
        ALL.into_iter().find(|event| event.name() == name)
    }
}

impl Serialize for AuditEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
