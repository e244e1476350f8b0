//! The service that is simulated: an endpoint for each policy, in three versions.

use crate::database::Simulated;
use crate::handler::{self, Refusal};
use crate::world;
use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use steadfast::idempotency::{Audit, LostExecution, Records, Recover, Recovery, Steps};
use steadfast::{
    Api, ApiVersions, Created, Header, Idempotency, Tx, Versioned, api_version, endpoints, idempotent, post,
    versioned,
};

/// How long a response is kept, in milliseconds, as the endpoints say.
pub(crate) const TTL: u64 = 10 * 60 * 1000;
/// How long a claim lasts, in milliseconds, as the endpoints say.
pub(crate) const LEASE: u64 = 60 * 1000;

#[derive(ApiVersions)]
pub(crate) enum Version {
    #[version("2024-01-15")]
    V1,
    #[version("2024-06-15")]
    V2,
    #[version("2024-12-18")]
    V3,
}

pub(crate) const VERSIONS: [&str; 3] = ["2024-01-15", "2024-06-15", "2024-12-18"];

#[versioned]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct NewCharge {
    #[changed(in = "2024-12-18", was(cents: i64), upgrade = Money::usd, downgrade = Money::value)]
    pub(crate) amount: Money,
    /// The key that it is sent with, so that a handler knows it.
    #[renamed(in = "2024-06-15", was(customer))]
    pub(crate) customer_id: String,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Money {
    pub(crate) value: i64,
    pub(crate) currency: String,
}

impl Money {
    pub(crate) fn usd(value: i64) -> Self {
        Self { value, currency: "usd".to_owned() }
    }

    fn value(&self) -> i64 {
        self.value
    }
}

#[versioned]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Charge {
    /// The number of the execution.
    pub(crate) execution: u32,
    #[changed(in = "2024-12-18", was(cents: i64), upgrade = Money::usd, downgrade = Money::value)]
    pub(crate) amount: Money,
    #[renamed(in = "2024-06-15", was(customer))]
    pub(crate) customer_id: String,
}

/// The body of a request, as a client of a version writes it.
pub(crate) fn request_body(version: usize, key: usize, value: i64) -> String {
    match version {
        0 => format!(r#"{{"cents":{value},"customer":"key-{key}"}}"#),
        1 => format!(r#"{{"cents":{value},"customer_id":"key-{key}"}}"#),
        _ => format!(r#"{{"amount":{{"value":{value},"currency":"usd"}},"customer_id":"key-{key}"}}"#),
    }
}

/// The body of the response of an execution, as a client of a version reads it.
pub(crate) fn response_body(version: usize, execution: usize, key: usize, value: i64) -> String {
    match version {
        0 => format!(r#"{{"execution":{execution},"cents":{value},"customer":"key-{key}"}}"#),
        1 => format!(r#"{{"execution":{execution},"cents":{value},"customer_id":"key-{key}"}}"#),
        _ => format!(
            r#"{{"execution":{execution},"amount":{{"value":{value},"currency":"usd"}},"customer_id":"key-{key}"}}"#
        ),
    }
}

type Answer = Result<Created<Versioned<Charge>>, Refusal>;

#[post("/reexecute")]
#[idempotent(ttl = "10m", lease = "60s", scope = none, on_lost = "reexecute")]
#[api_version(since = "2024-01-15")]
async fn reexecute(Versioned(new): Versioned<NewCharge>) -> Answer {
    handler::run(new).await
}

#[post("/waiting")]
#[idempotent(ttl = "10m", lease = "60s", scope = none, on_lost = "reexecute", in_progress = wait("5s"))]
#[api_version(since = "2024-01-15")]
async fn waiting(Versioned(new): Versioned<NewCharge>) -> Answer {
    handler::run(new).await
}

#[post("/hold")]
#[idempotent(ttl = "10m", lease = "60s", scope = none, on_lost = "hold")]
#[api_version(since = "2024-01-15")]
async fn hold(Versioned(new): Versioned<NewCharge>) -> Answer {
    handler::run(new).await
}

#[post("/recover")]
#[idempotent(ttl = "10m", lease = "60s", scope = none, on_lost = recover(Bank))]
#[api_version(since = "2024-01-15")]
async fn recovered(Versioned(new): Versioned<NewCharge>) -> Answer {
    handler::run(new).await
}

#[post("/steps")]
#[idempotent(ttl = "10m", lease = "60s", scope = none, on_lost = "reexecute")]
#[api_version(since = "2024-01-15")]
async fn stepped(steps: Steps, Versioned(new): Versioned<NewCharge>) -> Answer {
    handler::run_in_steps(new, steps).await
}

#[post("/tx")]
#[idempotent(ttl = "10m", scope = none)]
#[api_version(since = "2024-01-15")]
async fn joined(tx: Tx<Simulated>, Versioned(new): Versioned<NewCharge>) -> Answer {
    handler::run_in_transaction(new, tx).await
}

#[post("/tx-hold")]
#[idempotent(ttl = "10m", scope = none, on_lost = "hold")]
#[api_version(since = "2024-01-15")]
async fn joined_hold(tx: Tx<Simulated>, Versioned(new): Versioned<NewCharge>) -> Answer {
    handler::run_in_transaction(new, tx).await
}

/// What a schedule is about: an endpoint, and what it says of lost executions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    Reexecute,
    Waiting,
    Hold,
    Recover,
    Steps,
    Tx,
    TxHold,
}

impl Policy {
    pub(crate) const ALL: [Self; 7] =
        [Self::Reexecute, Self::Waiting, Self::Hold, Self::Recover, Self::Steps, Self::Tx, Self::TxHold];

    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Reexecute => "/reexecute",
            Self::Waiting => "/waiting",
            Self::Hold => "/hold",
            Self::Recover => "/recover",
            Self::Steps => "/steps",
            Self::Tx => "/tx",
            Self::TxHold => "/tx-hold",
        }
    }

    pub(crate) fn operation(self) -> String {
        format!("POST {}", self.path())
    }

    /// Whether the record is committed with the effects.
    pub(crate) fn is_joined(self) -> bool {
        matches!(self, Self::Tx | Self::TxHold)
    }

    /// Whether an execution whose lease has lapsed may run again without anybody's word.
    pub(crate) fn runs_again(self) -> bool {
        matches!(self, Self::Reexecute | Self::Waiting | Self::Steps)
    }

    /// Whether retries may be told that nobody knows the outcome.
    pub(crate) fn may_be_unknown(self) -> bool {
        matches!(self, Self::Hold | Self::Recover | Self::TxHold)
    }
}

/// Knows of every charge.
struct Bank;

impl<S: Sync> FromRequestParts<S> for Bank {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

impl Recover for Bank {
    type Answer = Created<Versioned<Charge>>;

    async fn recover(self, lost: LostExecution) -> Recovery<Self::Answer> {
        let key = lost.key().last().map_or(0, |digit| usize::from(digit - b'0'));
        handler::find_out(key).await
    }
}

/// The API of one process, and the handle of its operator.
pub(crate) fn build(process: usize, is_audited: bool) -> (Router, Records) {
    let idempotency = Idempotency::new(crate::store::SimulatedStore::of(process)).clock(world::Clock);
    let idempotency = if is_audited { idempotency.audit(Audit::new()) } else { idempotency };
    let records = idempotency.records();
    let endpoints = endpoints![Version; reexecute, waiting, hold, recovered, stepped, joined, joined_hold];
    let router = Api::new(endpoints)
        .version_from(Header("Api-Version").or_reject())
        .clock(world::Clock)
        .idempotency(idempotency)
        .with_state(());
    (router, records)
}
