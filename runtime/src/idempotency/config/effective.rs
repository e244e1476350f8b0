use crate::idempotency::audit::Audit;
use crate::idempotency::fingerprint::BodyRule;
use crate::idempotency::key::format::Format;
use crate::idempotency_policy::{
    Errors, FingerprintForm, IdempotentPolicy, InProgress, OnExpired, OnLost, OnStoreDown, Options,
};
use http::{HeaderName, StatusCode};
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::wire;
use steadfast_engine::Keep;

/// The largest response body that is kept unless said otherwise, in bytes.
const LARGEST_BODY: u64 = 1024 * 1024;

/// What holds for one endpoint: what it says, and where it says nothing what its API says.
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug)]
pub(crate) struct Rules {
    pub(in crate::idempotency) operation: Cow<'static, str>,
    pub(in crate::idempotency) lease: Duration,
    pub(in crate::idempotency) body_rule: BodyRule,
    pub(in crate::idempotency) transactional: bool,
    pub(in crate::idempotency) uses_steps: bool,
    pub(in crate::idempotency) replays_by_reference: bool,
    pub(in crate::idempotency) keep: Keep,
    pub(in crate::idempotency) in_progress: InProgress,
    pub(in crate::idempotency) on_lost: OnLost,
    pub(in crate::idempotency) rejects_stale_keys: bool,
    pub(in crate::idempotency) on_store_down: OnStoreDown,
    pub(in crate::idempotency) key: KeyRule,
    kept: KeepRule,
    pub(in crate::idempotency) headers: Headers,
    pub(in crate::idempotency) largest_body: u64,
    /// What its audit trail keeps, if it has one.
    pub(in crate::idempotency) audit: Option<Arc<Audit>>,
}

/// Which key a request must have.
#[derive(Debug)]
pub(in crate::idempotency) struct KeyRule {
    pub(in crate::idempotency) header: HeaderName,
    pub(in crate::idempotency) required: bool,
    pub(in crate::idempotency) format: Format,
}

/// Which answers are kept.
#[derive(Debug)]
pub(in crate::idempotency) struct KeepRule {
    errors: Errors,
    keep: &'static [u16],
    free: &'static [u16],
}

/// The headers of answers.
#[derive(Debug)]
pub(in crate::idempotency) struct Headers {
    /// Marks a replay.
    pub(in crate::idempotency) replayed: Option<HeaderName>,
    /// Whether other answers say that they are none.
    pub(in crate::idempotency) on_fresh: bool,
    pub(in crate::idempotency) echo: bool,
    pub(in crate::idempotency) expires: bool,
    /// Kept although they are usually not.
    pub(in crate::idempotency) store: Vec<HeaderName>,
    /// Not kept although they usually are.
    pub(in crate::idempotency) drop: Vec<HeaderName>,
}

/// What an API says for all of its endpoints.
#[derive(Debug, Clone)]
pub(in crate::idempotency) struct Defaults {
    pub(in crate::idempotency) options: Options,
    pub(in crate::idempotency) largest_body: u64,
    pub(in crate::idempotency) audit: Option<Arc<Audit>>,
}

impl Defaults {
    pub(in crate::idempotency) const NEW: Self =
        Self { options: Options::NONE, largest_body: LARGEST_BODY, audit: None };
}

impl Rules {
    pub(in crate::idempotency) fn new(
        policy: &IdempotentPolicy,
        operation: Cow<'static, str>,
        defaults: &Defaults,
    ) -> Self {
        let (own, all) = (&policy.options, &defaults.options);
        let on_expired = own.on_expired.or(all.on_expired).unwrap_or_default();
        let remember = match on_expired {
            OnExpired::Refuse(remember) => remember,
            OnExpired::RefuseOld | OnExpired::Execute => Duration::ZERO,
        };
        let replayed = own.replay_header.or(all.replay_header).unwrap_or(wire::IDEMPOTENCY_REPLAYED);
        let header = header_name(own.header.or(all.header).unwrap_or(wire::IDEMPOTENCY_KEY));
        let audit = audit(own.audit, defaults.audit.as_ref(), &operation);
        if let Some(audit) = &audit {
            audit.check(&header, &operation);
        }
        let lists = |own: &'static [&'static str], all: &'static [&'static str]| {
            own.iter().chain(all).map(|name| header_name(name)).collect()
        };
        Self {
            operation,
            lease: policy.lease,
            body_rule: BodyRule::new(own.fingerprint.unwrap_or(FingerprintForm::DEFAULT)),
            transactional: policy.transactional,
            uses_steps: policy.stepped,
            replays_by_reference: policy.referring,
            keep: Keep { ttl: policy.ttl, remember },
            in_progress: own.in_progress.or(all.in_progress).unwrap_or_default(),
            on_lost: own.on_lost.or(all.on_lost).unwrap_or_default(),
            rejects_stale_keys: on_expired != OnExpired::Execute,
            on_store_down: own.on_store_down.or(all.on_store_down).unwrap_or_default(),
            key: KeyRule {
                header,
                required: own.key_required.or(all.key_required).unwrap_or(true),
                format: Format::new(own.key_format.or(all.key_format).unwrap_or_default()),
            },
            kept: KeepRule {
                errors: own.errors.or(all.errors).unwrap_or_default(),
                keep: own.keep,
                free: own.free,
            },
            headers: Headers {
                replayed: (!replayed.is_empty()).then(|| header_name(replayed)),
                on_fresh: own.replay_header_on_fresh.or(all.replay_header_on_fresh).unwrap_or(false),
                echo: own.echo_key.or(all.echo_key).unwrap_or(true),
                expires: own.tell_expiry.or(all.tell_expiry).unwrap_or(false),
                store: lists(own.store_headers, all.store_headers),
                drop: lists(own.drop_headers, all.drop_headers),
            },
            largest_body: defaults.largest_body,
            audit,
        }
    }

    /// Whether the operation runs while the store cannot be reached. One that needs the store's transaction cannot.
    pub(in crate::idempotency) fn runs_without_store(&self) -> bool {
        self.on_store_down == OnStoreDown::Execute && !self.transactional
    }

    /// Returns how long a duplicate may wait for an execution.
    pub(in crate::idempotency) fn max_wait(&self) -> Option<Duration> {
        match self.in_progress {
            InProgress::Wait(longest) => Some(longest),
            _ => None,
        }
    }
}

impl Rules {
    /// Returns `true` if a response of this status is stored for retries.
    pub(in crate::idempotency) fn stores(&self, status: StatusCode) -> bool {
        self.kept.holds(status)
    }

    /// Returns how long an outcome is stored, for one that asks for this time-to-live.
    pub(in crate::idempotency) fn keep_for(&self, ttl: Option<Duration>) -> Keep {
        Keep { ttl: ttl.unwrap_or(self.keep.ttl), ..self.keep }
    }
}

impl KeepRule {
    /// Whether an answer of this status says how the operation ended, rather than that now is not the time or that the
    /// caller is not known.
    fn holds(&self, status: StatusCode) -> bool {
        if self.keep.contains(&status.as_u16()) {
            return true;
        }
        if self.free.contains(&status.as_u16()) {
            return false;
        }
        let not_yet = matches!(
            status,
            StatusCode::UNAUTHORIZED
                | StatusCode::FORBIDDEN
                | StatusCode::REQUEST_TIMEOUT
                | StatusCode::TOO_EARLY
                | StatusCode::TOO_MANY_REQUESTS
        );
        match self.errors {
            Errors::SuccessOnly => status.is_success(),
            Errors::Replay if status.is_server_error() => true,
            Errors::Retry | Errors::Replay => {
                !not_yet && (status.is_success() || status.is_redirection() || status.is_client_error())
            }
        }
    }
}

/// What the audit trail keeps of an operation.
///
/// # Panics
/// If its endpoint says that there is one, and its API has none.
fn audit(own: Option<bool>, all: Option<&Arc<Audit>>, operation: &str) -> Option<Arc<Audit>> {
    assert!(
        own != Some(true) || all.is_some(),
        "`{operation}` says `audit = true`, and its API keeps no audit trail\nhelp: switch it on with \
         `.audit(Audit::new())` on its `Idempotency`"
    );
    all.filter(|audit| own.unwrap_or(audit.every)).cloned()
}

/// # Panics
/// If it is none: the attribute and the builder have refused it before.
#[allow(clippy::expect_used, reason = "found when the program starts")]
fn header_name(name: &str) -> HeaderName {
    HeaderName::from_bytes(name.as_bytes()).expect("a header name of an idempotent endpoint is invalid")
}

#[cfg(test)]
pub(in crate::idempotency) mod tests {
    use super::*;

    pub(in crate::idempotency) fn policy(options: Options) -> IdempotentPolicy {
        IdempotentPolicy {
            operation: "create_payment",
            operation_id: 0,
            named: true,
            scope: crate::idempotency_policy::ScopeRule::Global,
            ttl: Duration::from_hours(24),
            lease: Duration::from_mins(1),
            transactional: false,
            stepped: false,
            referring: false,
            options,
        }
    }

    /// The rules of an endpoint that says this.
    pub(in crate::idempotency) fn rules(options: Options) -> Rules {
        let policy = policy(options);
        Rules::new(&policy, policy.operation.into(), &Defaults::NEW)
    }

    fn kept(errors: Errors, keep: &'static [u16], free: &'static [u16]) -> Vec<u16> {
        let kept = KeepRule { errors, keep, free };
        (100..=600).filter(|status| kept.holds(StatusCode::from_u16(*status).unwrap())).collect()
    }

    #[test]
    fn which_statuses_are_kept() {
        let usual = kept(Errors::Retry, &[], &[]);
        for status in [200, 201, 204, 299, 301, 303, 400, 404, 409, 410, 422] {
            assert!(usual.contains(&status), "{status}");
        }
        for status in [100, 101, 401, 403, 408, 425, 429, 500, 502, 503, 504, 600] {
            assert!(!usual.contains(&status), "{status}");
        }
        assert_eq!(kept(Errors::SuccessOnly, &[], &[]), (200..300).collect::<Vec<_>>());
        let mut replay = usual.clone();
        replay.extend(500..600);
        assert_eq!(kept(Errors::Replay, &[], &[]), replay);
    }

    #[test]
    fn single_statuses_win() {
        assert!(kept(Errors::SuccessOnly, &[402, 503], &[]).contains(&503));
        assert!(!kept(Errors::Retry, &[], &[409]).contains(&409));
    }
}
