//! A state as a row of `steadfast_idempotency`, for both drivers.

use super::super::StoreError;
use crate::idempotency::newest::Newest;
use crate::idempotency::parts::{decode_headers, encode_headers, put, take};
use crate::idempotency::record::{
    Fingerprint, Finished, Kept, RecordId, Sealed, Step, StepOutput, StoredResponse, Token, Tombstone,
};
use crate::idempotency::state::State;
use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use std::sync::Arc;
use steadfast_core::Date;

pub(super) const SELECT: &str = "SELECT codec, state, algorithm, fingerprint, token, claimed_at, lease_until, \
     expires_at, status, version, location, headers, body FROM steadfast_idempotency WHERE id = ?1";

/// Also replaces: a row whose time is up, or the claim that is being completed.
pub(super) const PUT: &str = "INSERT INTO steadfast_idempotency (id, codec, state, algorithm, fingerprint, token, \
     claimed_at, lease_until, expires_at, status, version, location, headers, body) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) \
     ON CONFLICT (id) DO UPDATE SET codec = excluded.codec, state = excluded.state, algorithm = excluded.algorithm, \
     fingerprint = excluded.fingerprint, token = excluded.token, claimed_at = excluded.claimed_at, \
     lease_until = excluded.lease_until, expires_at = excluded.expires_at, status = excluded.status, \
     version = excluded.version, location = excluded.location, headers = excluded.headers, body = excluded.body";

pub(super) const REMOVE: &str = "DELETE FROM steadfast_idempotency WHERE id = ?1";

/// Changes with the meaning of any column. A row of a newer codec is unreadable, and never absent.
///
/// What a state needs stands in the columns that are there; those that it does not need mean other things in it:
///
/// | state | `claimed_at` | `lease_until` | `expires_at` | `status` | `location` | `body` |
/// |---|---|---|---|---|---|---|
/// | claimed | since when | the lease | when the row can go | 1 if what was before it is unknown | | steps |
/// | checkpoint | | | when the row can go | | | steps |
/// | indeterminate | since when | | when the row can go | | | steps |
/// | completed | | the end of replays, if it is earlier | when the row can go | of the answer | the answer in the newest version | of the answer |
/// | reference | | the same | when the row can go | of the answer | the same | the id; `token` is the hash of its type |
/// | tombstone | | the same | when the row can go | of the answer | of the answer | |
/// | sealed | | as above | when the row can go | | | all of the outcome but its version |
///
/// Releases that know nothing of an answer in the newest version do not look at the column, and empty it when they put
/// another state into the row.
const CODEC: i64 = 2;
/// Claims had neither version nor steps, and what was completed was forgotten when it expired.
const FIRST_CODEC: i64 = 1;

const CLAIMED: i64 = 1;
const COMPLETED: i64 = 2;
const TOMBSTONE: i64 = 3;
const CHECKPOINT: i64 = 4;
const INDETERMINATE: i64 = 5;
/// A release that does not know these finds the row unreadable, and runs nothing.
const REFERENCE: i64 = 6;
const SEALED: i64 = 7;

/// The columns of a row but its id, in the order of [`SELECT`].
#[derive(Default)]
pub(super) struct Row {
    pub(super) codec: i64,
    pub(super) state: i64,
    pub(super) algorithm: i64,
    pub(super) fingerprint: Vec<u8>,
    pub(super) token: Option<Vec<u8>>,
    pub(super) claimed_at: Option<i64>,
    pub(super) lease_until: Option<i64>,
    pub(super) expires_at: i64,
    pub(super) status: Option<i64>,
    pub(super) version: Option<i64>,
    pub(super) location: Option<Vec<u8>>,
    pub(super) headers: Option<Vec<u8>>,
    pub(super) body: Option<Vec<u8>>,
}

impl Row {
    /// `None` for [`State::Absent`], which is no row.
    pub(super) fn encode(state: &State) -> Option<Self> {
        let fingerprint = state.fingerprint()?;
        let common = Self {
            codec: CODEC,
            algorithm: fingerprint.algorithm.into(),
            fingerprint: fingerprint.as_bytes().to_vec(),
            expires_at: column(state.forget_at().unwrap_or(0)),
            version: state.version().map(|date| date.number().into()),
            ..Self::default()
        };
        Some(match state {
            State::Absent => return None,
            State::Claimed { token, steps, unknown, claimed_at, lease_until, .. } => Self {
                state: CLAIMED,
                token: Some(token.0.to_vec()),
                claimed_at: Some(column(*claimed_at)),
                lease_until: Some(column(*lease_until)),
                status: unknown.then_some(1),
                body: encode_steps(steps),
                ..common
            },
            State::Checkpoint { steps, .. } => {
                Self { state: CHECKPOINT, body: encode_steps(steps), ..common }
            }
            State::Indeterminate { token, steps, claimed_at, .. } => Self {
                state: INDETERMINATE,
                token: Some(token.0.to_vec()),
                claimed_at: Some(column(*claimed_at)),
                body: encode_steps(steps),
                ..common
            },
            State::Completed { outcome, expires_at, forget_at, .. } => {
                let common = Self {
                    lease_until: (*expires_at < *forget_at).then(|| column(*expires_at)),
                    status: outcome.status().map(|status| status.as_u16().into()),
                    ..common
                };
                match outcome {
                    Kept::Response(response) => Self {
                        state: COMPLETED,
                        location: response.newest.as_ref().map(Newest::to_bytes),
                        headers: Some(encode_headers(&response.headers)),
                        body: Some(response.body.to_vec()),
                        ..common
                    },
                    Kept::Reference { response, shape } => Self {
                        state: REFERENCE,
                        token: Some(shape.to_le_bytes().to_vec()),
                        location: response.newest.as_ref().map(Newest::to_bytes),
                        headers: Some(encode_headers(&response.headers)),
                        body: Some(response.body.to_vec()),
                        ..common
                    },
                    Kept::Tombstone(tombstone) => Self {
                        state: TOMBSTONE,
                        location: tombstone.location.as_ref().map(|location| location.as_bytes().to_vec()),
                        ..common
                    },
                    Kept::Sealed { version: _, sealed } => {
                        Self { state: SEALED, body: Some(sealed.0.to_vec()), ..common }
                    }
                }
            }
        })
    }

    pub(super) fn decode(self) -> Result<State, StoreError> {
        if !(FIRST_CODEC..=CODEC).contains(&self.codec) {
            return Err(StoreError::unreadable(format!("codec {}, this release knows {CODEC}", self.codec)));
        }
        self.decode_columns()
            .ok_or_else(|| StoreError::unreadable("a column does not hold what its codec says"))
    }

    fn decode_columns(self) -> Option<State> {
        let fingerprint = Fingerprint::from_bytes(self.algorithm.try_into().ok()?, &self.fingerprint)?;
        let version = match self.version {
            None => None,
            Some(number) => Some(decode_date(number)?),
        };
        let status = || StatusCode::from_u16(self.status?.try_into().ok()?).ok();
        let forget_at: u64 = self.expires_at.try_into().ok()?;
        let outcome = match self.state {
            CLAIMED => {
                return Some(State::Claimed {
                    token: Token(self.token?.try_into().ok()?),
                    fingerprint,
                    version,
                    steps: decode_steps(self.body)?,
                    unknown: self.status.is_some(),
                    claimed_at: self.claimed_at?.try_into().ok()?,
                    lease_until: self.lease_until?.try_into().ok()?,
                });
            }
            CHECKPOINT => {
                let steps = decode_steps(self.body)?;
                return Some(State::Checkpoint { fingerprint, version, steps, expires_at: forget_at });
            }
            INDETERMINATE => {
                return Some(State::Indeterminate {
                    token: Token(self.token?.try_into().ok()?),
                    fingerprint,
                    version,
                    steps: decode_steps(self.body)?,
                    claimed_at: self.claimed_at?.try_into().ok()?,
                    expires_at: forget_at,
                });
            }
            COMPLETED | REFERENCE => {
                let response = Arc::new(StoredResponse {
                    status: status()?,
                    headers: decode_headers(&self.headers?)?,
                    body: self.body?.into(),
                    version,
                    newest: self.location.as_deref().and_then(Newest::from_bytes),
                });
                if self.state == COMPLETED {
                    Kept::Response(response)
                } else {
                    Kept::Reference { response, shape: u64::from_le_bytes(self.token?.try_into().ok()?) }
                }
            }
            TOMBSTONE => Kept::Tombstone(Tombstone {
                status: status()?,
                location: match self.location {
                    None => None,
                    Some(location) => Some(HeaderValue::from_bytes(&location).ok()?),
                },
                version,
            }),
            SEALED => Kept::Sealed { version, sealed: Sealed(self.body?.into()) },
            _ => return None,
        };
        let expires_at = match self.lease_until {
            None => forget_at,
            Some(expires_at) => expires_at.try_into().ok()?,
        };
        Some(State::Completed { fingerprint, outcome, expires_at, forget_at })
    }
}

/// The id as the drivers take it.
pub(super) fn id_column(id: &RecordId) -> &[u8] {
    &id.0
}

/// SQLite's integers are signed; times this far ahead mean "never".
pub(super) fn column(time: u64) -> i64 {
    i64::try_from(time).unwrap_or(i64::MAX)
}

pub(super) fn decode_date(number: i64) -> Option<Date> {
    Date::from_number(number.try_into().ok()?)
}

/// Follows the shape of a step whose output is sealed.
const SEALED_OUTPUT: u8 = 1;

/// Name, shape and output by turns; `None` if there are none.
fn encode_steps(steps: &Finished) -> Option<Vec<u8>> {
    if steps.is_empty() {
        return None;
    }
    let mut bytes = Vec::new();
    for step in steps.as_slice() {
        put(&mut bytes, step.name.as_bytes());
        let shape = step.shape.to_le_bytes();
        match &step.output {
            StepOutput::Plain(output) => {
                put(&mut bytes, &shape);
                put(&mut bytes, output);
            }
            StepOutput::Sealed(Sealed(output)) => {
                put(&mut bytes, &[&shape[..], &[SEALED_OUTPUT]].concat());
                put(&mut bytes, output);
            }
        }
    }
    Some(bytes)
}

fn decode_steps(bytes: Option<Vec<u8>>) -> Option<Finished> {
    let Some(bytes) = bytes else { return Some(Finished::default()) };
    let mut bytes = &*bytes;
    let mut steps = Vec::new();
    while !bytes.is_empty() {
        let name = std::str::from_utf8(take(&mut bytes)?).ok()?.into();
        let (shape, mark) = take(&mut bytes)?.split_first_chunk()?;
        let output = Bytes::copy_from_slice(take(&mut bytes)?);
        let output = match mark {
            [] => StepOutput::Plain(output),
            [SEALED_OUTPUT] => StepOutput::Sealed(Sealed(output)),
            _ => return None,
        };
        steps.push(Step { name, shape: u64::from_le_bytes(*shape), output });
    }
    Some(steps.into_iter().collect())
}
