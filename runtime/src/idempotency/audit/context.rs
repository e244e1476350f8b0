use super::body::AuditBody;
use super::config::Audit;
use super::details::{AuditAnswer, AuditRequest, Details};
use crate::idempotency::config::Rules;
use crate::idempotency::execution::Ended;
use crate::idempotency::fingerprint::Hashing;
use axum::extract::OriginalUri;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use std::borrow::Cow;
use std::sync::Arc;
use steadfast_core::Date;
use steadfast_engine::{Action, AuditDraft, AuditEvent, Event, State, StoredOutcome, Tombstone};

/// A request that entries of the audit trail will be about. Nothing of it is copied or written before there is one.
pub(in crate::idempotency) struct AuditContext {
    audit: Arc<Audit>,
    operation: Cow<'static, str>,
    scope: Option<[u8; 32]>,
    plain_scope: Option<String>,
    version: Option<Date>,
    method: Method,
    uri: Uri,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Option<AuditBody>,
}

impl AuditContext {
    /// Returns the context of a request, if the endpoint is audited.
    pub(in crate::idempotency) fn of(
        hashing: &Hashing,
        rules: &Rules,
        scope: &[u8],
        version: Option<Date>,
        request: &Parts,
        body: &Bytes,
    ) -> Option<Arc<Self>> {
        let audit = Arc::clone(rules.audit.as_ref()?);
        // Inside a nested router the URI has lost its prefix.
        let uri = request.extensions.get::<OriginalUri>().map_or(&request.uri, |original| &original.0);
        Some(Arc::new(Self {
            operation: rules.operation.clone(),
            scope: scope_hash(hashing, scope),
            plain_scope: plain_scope(&audit, scope),
            version,
            method: request.method.clone(),
            uri: uri.clone(),
            headers: named(&audit.request_headers, &request.headers),
            body: (audit.request_body > 0).then(|| AuditBody::of(body, audit.request_body)),
            audit,
        }))
    }

    /// Returns the entry about an execution that this request takes the place of.
    pub(in crate::idempotency) fn lost(&self, before: &State) -> AuditDraft {
        let details = match &self.plain_scope {
            None => Bytes::from_static(b"{}"),
            Some(scope) => Details { scope: Some(scope.clone()), ..Details::default() }.encode(),
        };
        AuditDraft {
            details,
            version: before.version(),
            began_at: before.began_at(),
            ..self.draft(AuditEvent::Lost, None, None)
        }
    }

    /// Returns the entry that goes with the event by which an execution ends.
    pub(in crate::idempotency) fn ended(&self, event: &Event, ended: Option<&Ended>) -> AuditDraft {
        let status = ended.map(|ended| ended.response.status());
        match event {
            Event::Complete { outcome, .. } => {
                let is_recovered = ended.is_some_and(|ended| ended.is_recovered);
                let event = if is_recovered { AuditEvent::Recovered } else { AuditEvent::Completed };
                self.draft(event, Some(outcome.status()), self.answer(outcome))
            }
            Event::MarkLost { .. } => self.draft(AuditEvent::Indeterminate, status, None),
            _ => self.draft(AuditEvent::Released, status, None),
        }
    }

    /// Returns the entry about an execution that ended too late.
    pub(in crate::idempotency) fn superseded(&self, status: StatusCode) -> AuditDraft {
        self.draft(AuditEvent::Overtaken, Some(status), None)
    }

    /// Returns the entry about what the request found, if that is audited.
    pub(in crate::idempotency) fn found(&self, action: &Action) -> Option<AuditDraft> {
        match action {
            Action::Replay { outcome, .. } if self.audit.replays => {
                Some(self.draft(AuditEvent::Replayed, Some(outcome.status()), None))
            }
            Action::Mismatch { .. } if self.audit.refusals => {
                Some(self.draft(AuditEvent::KeyReused, Some(StatusCode::UNPROCESSABLE_ENTITY), None))
            }
            _ => None,
        }
    }

    fn draft(
        &self,
        event: AuditEvent,
        status: Option<StatusCode>,
        answer: Option<AuditAnswer>,
    ) -> AuditDraft {
        let request = AuditRequest {
            method: self.method.to_string(),
            path: self.uri.path().to_owned(),
            query: self.uri.query().map(str::to_owned),
            headers: written(&self.headers),
            body: self.body.clone(),
        };
        let details = Details { scope: self.plain_scope.clone(), by: None, request: Some(request), answer };
        AuditDraft {
            event,
            status,
            operation: self.operation.clone(),
            scope: self.scope,
            version: self.version,
            began_at: None,
            details: details.encode(),
        }
    }

    fn answer(&self, outcome: &StoredOutcome) -> Option<AuditAnswer> {
        let Audit { answer_headers, answer_body, .. } = &*self.audit;
        if answer_headers.is_empty() && *answer_body == 0 {
            return None;
        }
        let location;
        let (headers, body) = match outcome {
            StoredOutcome::Response(stored) => (&*stored.headers, Some(&stored.body)),
            // In the place of the body stands an id.
            StoredOutcome::Reference { response, .. } => (&*response.headers, None),
            StoredOutcome::Tombstone(Tombstone { location: Some(kept), .. }) => {
                location = [(header::LOCATION, kept.clone())];
                (&location[..], None)
            }
            StoredOutcome::Tombstone(_) => return None,
        };
        let headers: Vec<_> =
            headers.iter().filter(|(name, _)| answer_headers.contains(name)).cloned().collect();
        let body = body.filter(|_| *answer_body > 0).map(|body| AuditBody::of(body, *answer_body));
        Some(AuditAnswer { headers: written(&headers), body })
    }
}

/// Returns the entry about somebody who settles an operation of unknown outcome.
pub(in crate::idempotency) fn settled(
    audit: &Audit,
    hashing: &Hashing,
    scope: &str,
    operation: &str,
    by: Option<&str>,
    status: Option<StatusCode>,
) -> AuditDraft {
    let plain = plain_scope(audit, scope.as_bytes());
    let details = Details { scope: plain, by: by.map(str::to_owned), ..Details::default() };
    AuditDraft {
        event: AuditEvent::Settled,
        status,
        operation: Cow::Owned(operation.to_owned()),
        scope: scope_hash(hashing, scope.as_bytes()),
        version: None,
        began_at: None,
        details: details.encode(),
    }
}

/// What entries have in place of whose key it was; `None` if it is everybody's.
pub(super) fn scope_hash(hashing: &Hashing, scope: &[u8]) -> Option<[u8; 32]> {
    (!scope.is_empty()).then(|| hashing.digest(&[scope]))
}

fn plain_scope(audit: &Audit, scope: &[u8]) -> Option<String> {
    (audit.scope && !scope.is_empty()).then(|| String::from_utf8_lossy(scope).into_owned())
}

/// Headers of these names, but for those that were marked as secret on their way.
fn named(names: &[HeaderName], headers: &HeaderMap) -> Vec<(HeaderName, HeaderValue)> {
    let all = names.iter().flat_map(|name| headers.get_all(name).into_iter().map(move |value| (name, value)));
    all.filter(|(_, value)| !value.is_sensitive())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn written(headers: &[(HeaderName, HeaderValue)]) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}
