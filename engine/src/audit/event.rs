/// The event that an entry of an audit log reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuditEvent {
    /// An execution came to a final response, which is recorded.
    Completed,
    /// The endpoint's `Recover` extractor found out that a lost execution had been done.
    Recovered,
    /// An execution ended without a final response, or an extractor rejected the request. A retry runs again.
    Released,
    /// An execution ended, or an attempt to recover one, and nobody knows whether it took effect.
    Indeterminate,
    /// A retry found an execution whose lease had run out.
    Lost,
    /// An execution ended after another one had taken over: it may have taken effect a second time.
    Overtaken,
    /// An operator settled an operation of unknown outcome; without a status, as not done.
    Settled,
    /// A retry received the stored response.
    Replayed,
    /// A request was rejected because its key belongs to another one.
    KeyReused,
}

impl AuditEvent {
    /// Returns its name, as stores keep it and as it is serialised.
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

    /// Returns the event of this name.
    ///
    /// ```
    /// use steadfast_engine::AuditEvent;
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
