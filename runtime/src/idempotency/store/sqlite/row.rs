//! A state as a row of `steadfast_idempotency`, for both drivers.

use super::super::StoreError;
use crate::idempotency::record::{Fingerprint, Outcome, RecordId, StoredResponse, Token, Tombstone};
use crate::idempotency::state::State;
use http::{HeaderName, HeaderValue, StatusCode};
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

/// Changes with the meaning of any column. A row of another codec is unreadable, and never absent.
const CODEC: i64 = 1;

const CLAIMED: i64 = 1;
const COMPLETED: i64 = 2;
const TOMBSTONE: i64 = 3;

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
        let common = |kind, fingerprint: &Fingerprint| Self {
            codec: CODEC,
            state: kind,
            algorithm: fingerprint.algorithm.into(),
            fingerprint: fingerprint.as_bytes().to_vec(),
            expires_at: column(state.expires_at().unwrap_or(0)),
            ..Self::default()
        };
        match state {
            State::Absent => None,
            State::Claimed { token, fingerprint, claimed_at, lease_until } => Some(Self {
                token: Some(token.0.to_vec()),
                claimed_at: Some(column(*claimed_at)),
                lease_until: Some(column(*lease_until)),
                ..common(CLAIMED, fingerprint)
            }),
            State::Completed { fingerprint, outcome: Outcome::Response(response), .. } => Some(Self {
                status: Some(response.status.as_u16().into()),
                version: response.version.map(|date| date.number().into()),
                headers: Some(encode_headers(&response.headers)),
                body: Some(response.body.to_vec()),
                ..common(COMPLETED, fingerprint)
            }),
            State::Completed { fingerprint, outcome: Outcome::Tombstone(tombstone), .. } => Some(Self {
                status: Some(tombstone.status.as_u16().into()),
                version: tombstone.version.map(|date| date.number().into()),
                location: tombstone.location.as_ref().map(|location| location.as_bytes().to_vec()),
                ..common(TOMBSTONE, fingerprint)
            }),
        }
    }

    pub(super) fn decode(self) -> Result<State, StoreError> {
        if self.codec != CODEC {
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
        let outcome = match self.state {
            CLAIMED => {
                return Some(State::Claimed {
                    token: Token(self.token?.try_into().ok()?),
                    fingerprint,
                    claimed_at: self.claimed_at?.try_into().ok()?,
                    lease_until: self.lease_until?.try_into().ok()?,
                });
            }
            COMPLETED => Outcome::Response(Arc::new(StoredResponse {
                status: status()?,
                headers: decode_headers(&self.headers?)?,
                body: self.body?.into(),
                version,
            })),
            TOMBSTONE => Outcome::Tombstone(Tombstone {
                status: status()?,
                location: match self.location {
                    None => None,
                    Some(location) => Some(HeaderValue::from_bytes(&location).ok()?),
                },
                version,
            }),
            _ => return None,
        };
        Some(State::Completed { fingerprint, outcome, expires_at: self.expires_at.try_into().ok()? })
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

fn decode_date(number: i64) -> Option<Date> {
    Date::from_number(number.try_into().ok()?)
}

/// Name and value by turns, each after its length: values may hold any byte that HTTP allows.
fn encode_headers(headers: &[(HeaderName, HeaderValue)]) -> Vec<u8> {
    let size = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 8).sum();
    let mut bytes = Vec::with_capacity(size);
    for (name, value) in headers {
        for part in [name.as_str().as_bytes(), value.as_bytes()] {
            // A header of 4 GiB does not reach this process.
            bytes.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes());
            bytes.extend_from_slice(part);
        }
    }
    bytes
}

fn decode_headers(mut bytes: &[u8]) -> Option<Vec<(HeaderName, HeaderValue)>> {
    let mut part = || -> Option<Option<&[u8]>> {
        if bytes.is_empty() {
            return Some(None);
        }
        let (length, rest) = bytes.split_first_chunk()?;
        let (part, rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
        bytes = rest;
        Some(Some(part))
    };
    let mut headers = Vec::new();
    while let Some(name) = part()? {
        headers.push((HeaderName::from_bytes(name).ok()?, HeaderValue::from_bytes(part()??).ok()?));
    }
    Some(headers)
}
