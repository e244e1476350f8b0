use super::fields;
use crate::{
    CompletedSteps, FencingToken, Fingerprint, HeadCopy, State, Step, StoreError, StoredOutcome,
    StoredResponse, Tombstone, TypedFingerprint,
};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::Date;

/// Reads a state from the fields of its record. Bodies and outputs share the memory of the record.
pub(super) fn fields(bytes: &Bytes) -> Result<State, StoreError> {
    Fields::split(bytes)
        .and_then(Fields::state)
        .ok_or_else(|| StoreError::unreadable("its fields do not make a record that this release knows"))
}

/// The fields of a record as far as they have been seen.
#[derive(Default)]
struct Fields {
    state: Option<u8>,
    token: Option<FencingToken>,
    fingerprint: Option<(u8, [u8; Fingerprint::LENGTH])>,
    version: Option<Date>,
    typed: Option<TypedFingerprint>,
    steps: CompletedSteps,
    unknown: Option<()>,
    began_at: Option<u64>,
    ran_for: Option<Duration>,
    lease: Option<Duration>,
    ttl: Option<Duration>,
    remember: Option<Duration>,
    expires_at: Option<u64>,
    outcome: Option<u8>,
    status: Option<StatusCode>,
    headers: Option<Vec<(HeaderName, HeaderValue)>>,
    body: Option<Bytes>,
    rendered_in: Option<Date>,
    location: Option<HeaderValue>,
    shape: Option<u64>,
    head: Option<(Date, u64)>,
    head_body: Option<Bytes>,
}

impl Fields {
    /// Splits a record into its fields; `None` if one is incomplete, is not what its tag says, or is there twice.
    fn split(bytes: &Bytes) -> Option<Self> {
        let mut fields = Self::default();
        let mut left = &bytes[..];
        while let Some((tag, rest)) = left.split_first() {
            left = rest;
            let value = take(&mut left)?;
            match *tag {
                fields::STATE => once(&mut fields.state, single(value)?)?,
                fields::TOKEN => once(&mut fields.token, FencingToken(value.try_into().ok()?))?,
                fields::FINGERPRINT => {
                    let (algorithm, hash) = value.split_first()?;
                    once(&mut fields.fingerprint, (*algorithm, hash.try_into().ok()?))?;
                }
                fields::VERSION => once(&mut fields.version, date(value)?)?,
                fields::TYPED => {
                    let (head, rest) = value.split_first_chunk::<4>()?;
                    let (type_id, hash) = rest.split_first_chunk::<8>()?;
                    let (head, type_id) = (date(head)?, u64::from_le_bytes(*type_id));
                    let hash = hash.try_into().ok()?;
                    once(&mut fields.typed, TypedFingerprint { head, type_id, hash })?;
                }
                fields::STEP => {
                    let (shape, mut rest) = value.split_first_chunk::<8>()?;
                    let name = std::str::from_utf8(take(&mut rest)?).ok()?.into();
                    let shape = u64::from_le_bytes(*shape);
                    fields.steps.push(Step { name, shape, output: bytes.slice_ref(rest) });
                }
                fields::UNKNOWN => once(&mut fields.unknown, value.is_empty().then_some(())?)?,
                fields::BEGAN_AT => once(&mut fields.began_at, number(value)?)?,
                fields::RAN_FOR => once(&mut fields.ran_for, duration(value)?)?,
                fields::LEASE => once(&mut fields.lease, duration(value)?)?,
                fields::TTL => once(&mut fields.ttl, duration(value)?)?,
                fields::REMEMBER => once(&mut fields.remember, duration(value)?)?,
                fields::EXPIRES_AT => once(&mut fields.expires_at, number(value)?)?,
                fields::OUTCOME => once(&mut fields.outcome, single(value)?)?,
                fields::STATUS => {
                    let status = u16::from_le_bytes(value.try_into().ok()?);
                    // What a server may send as the final response.
                    once(&mut fields.status, StatusCode::from_u16(status).ok().filter(|_| status >= 200)?)?;
                }
                fields::HEADERS => once(&mut fields.headers, headers(value)?)?,
                fields::BODY => once(&mut fields.body, bytes.slice_ref(value))?,
                fields::RENDERED_IN => once(&mut fields.rendered_in, date(value)?)?,
                fields::LOCATION => once(&mut fields.location, HeaderValue::from_bytes(value).ok()?)?,
                fields::SHAPE => once(&mut fields.shape, number(value)?)?,
                fields::HEAD => {
                    let (version, type_id) = value.split_first_chunk::<4>()?;
                    once(&mut fields.head, (date(version)?, number(type_id)?))?;
                }
                fields::HEAD_BODY => once(&mut fields.head_body, bytes.slice_ref(value))?,
                // A newer release has added it.
                _ => {}
            }
        }
        Some(fields)
    }

    /// Returns the state that the fields make; `None` if one is missing.
    fn state(self) -> Option<State> {
        let (algorithm, hash) = self.fingerprint?;
        let fingerprint = Fingerprint { version: self.version, algorithm, bytes: hash, typed: self.typed };
        Some(match self.state? {
            fields::CLAIMED => State::Claimed {
                token: self.token?,
                fingerprint,
                steps: self.steps,
                unknown: self.unknown.is_some(),
                began_at: self.began_at?,
                ran_for: self.ran_for?,
                lease: self.lease?,
            },
            fields::CHECKPOINT => State::Checkpoint { fingerprint, steps: self.steps },
            fields::INDETERMINATE => State::Indeterminate {
                token: self.token?,
                fingerprint,
                steps: self.steps,
                began_at: self.began_at?,
            },
            fields::COMPLETED => State::Completed {
                fingerprint,
                ttl: self.ttl?,
                remember: self.remember.unwrap_or_default(),
                expires_at: self.expires_at?,
                outcome: self.outcome()?,
            },
            _ => return None,
        })
    }

    fn outcome(self) -> Option<StoredOutcome> {
        let kind = self.outcome?;
        if kind == fields::TOMBSTONE {
            let Self { status, location, rendered_in: version, .. } = self;
            return Some(StoredOutcome::Tombstone(Tombstone { status: status?, location, version }));
        }
        let head_body = self.head_body;
        let head = self.head.map(|(version, type_id)| HeadCopy { version, type_id, body: head_body });
        let response = Arc::new(StoredResponse {
            status: self.status?,
            headers: self.headers.unwrap_or_default(),
            body: self.body?,
            version: self.rendered_in,
            head,
        });
        match kind {
            fields::RESPONSE => Some(StoredOutcome::Response(response)),
            fields::REFERENCE => Some(StoredOutcome::Reference { response, shape: self.shape? }),
            _ => None,
        }
    }
}

/// Fills a field that is there at most once.
fn once<T>(field: &mut Option<T>, value: T) -> Option<()> {
    field.replace(value).is_none().then_some(())
}

fn take<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = bytes.split_first_chunk()?;
    let (part, rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    *bytes = rest;
    Some(part)
}

fn headers(mut bytes: &[u8]) -> Option<Vec<(HeaderName, HeaderValue)>> {
    let mut headers = Vec::new();
    while !bytes.is_empty() {
        let name = HeaderName::from_bytes(take(&mut bytes)?).ok()?;
        headers.push((name, HeaderValue::from_bytes(take(&mut bytes)?).ok()?));
    }
    Some(headers)
}

fn single(value: &[u8]) -> Option<u8> {
    <[u8; 1]>::try_from(value).ok().map(|[byte]| byte)
}

fn number(value: &[u8]) -> Option<u64> {
    value.try_into().ok().map(u64::from_le_bytes)
}

fn duration(value: &[u8]) -> Option<Duration> {
    number(value).map(Duration::from_millis)
}

fn date(value: &[u8]) -> Option<Date> {
    Date::from_number(u32::from_le_bytes(value.try_into().ok()?))
}
