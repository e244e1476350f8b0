//! The promises of a [`Store`], as checks that every store passes.

mod audit;
mod claims;
mod races;
mod records;
#[cfg(test)]
mod tests;
mod transactions;

pub use super::Violation;

use crate::clock::FixedClock;
use crate::idempotency::{
    Action, BoxFuture, Event, Fingerprint, Keep, Kept, Newest, OnLost, RecordId, Request, Store, StoreError,
    StoredResponse, Token,
};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::Date;

/// Runs every check, each against a new and empty store that `open` makes, judged by the clock it is given.
///
/// Some checks let several threads race for a record, for a fraction of a second each. Those of
/// [`Transactions`](crate::idempotency::Transactions) run if the store has any, those of an
/// [`AuditStore`](crate::idempotency::AuditStore) if it keeps an audit trail. To be called in a tokio runtime, with
/// whatever of it the store needs.
///
/// ```
/// use steadfast::MemoryStore;
/// use steadfast::testing::store_contract;
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// store_contract::check(async |clock| Ok(MemoryStore::new().clock(clock))).await.unwrap();
/// # });
/// ```
pub async fn check<S: Store>(
    open: impl AsyncFn(FixedClock) -> Result<S, StoreError>,
) -> Result<(), Violation> {
    for (check, run) in CHECKS {
        let violation = |why| Violation { check, why };
        let clock = FixedClock::new(Duration::from_secs(1_750_000_000));
        let store = open(clock.clone()).await.map_err(|error| violation(describe(&error)))?;
        run(&Probe { store: Arc::new(store), clock }).await.map_err(violation)?;
    }
    Ok(())
}

type Check = for<'a> fn(&'a Probe) -> BoxFuture<'a, Result<(), String>>;

const CHECKS: [(&str, Check); 41] = [
    ("the first request claims, its twin waits", |p| Box::pin(claims::first_claims(p))),
    ("records do not touch each other", |p| Box::pin(records::records_are_apart(p))),
    ("fingerprints and tokens count to the last byte", |p| Box::pin(records::every_byte_counts(p))),
    ("fingerprints of different algorithms are not compared", |p| Box::pin(records::algorithm_counts(p))),
    ("a completed response comes back byte by byte", |p| Box::pin(records::exact_response(p))),
    ("an empty response comes back", |p| Box::pin(records::empty_response(p))),
    ("a reference comes back", |p| Box::pin(records::exact_reference(p))),
    ("a tombstone comes back", |p| Box::pin(records::exact_tombstone(p))),
    ("what is sealed of an outcome comes back byte by byte", |p| Box::pin(records::exact_sealed(p))),
    ("finished steps come back, sealed or not", |p| Box::pin(records::exact_steps(p))),
    ("another fingerprint is a mismatch in every state", |p| Box::pin(records::mismatch_first(p))),
    ("an outcome can be recorded without a claim", |p| Box::pin(records::complete_without_claim(p))),
    ("a released claim leaves nothing", |p| Box::pin(claims::release_frees(p))),
    ("a lapsed claim is taken over and its old owner changes nothing", |p| {
        Box::pin(claims::takeover_fences(p))
    }),
    ("a lapsed claim that nobody took over stays", |p| Box::pin(claims::lapsed_claim_stays(p))),
    ("what is not known of a lost execution stays so", |p| Box::pin(claims::unknown_stays(p))),
    ("a renewed claim is not taken over", |p| Box::pin(claims::renewal_holds(p))),
    ("a renewed claim began when it began", |p| Box::pin(claims::renewal_keeps_the_beginning(p))),
    ("a completed record lives until its time and no longer", |p| Box::pin(claims::expiry(p))),
    ("a clock that goes back loses nothing", |p| Box::pin(claims::clock_goes_back(p))),
    ("a look neither claims nor writes", |p| Box::pin(claims::look_only_looks(p))),
    ("what a transaction commits is there", |p| Box::pin(transactions::commit_shows(p))),
    ("a transaction that is rolled back leaves nothing", |p| {
        Box::pin(transactions::rollback_leaves_nothing(p))
    }),
    ("a transaction that is dropped leaves nothing", |p| Box::pin(transactions::drop_leaves_nothing(p))),
    ("what a transaction has not committed is not seen", |p| {
        Box::pin(transactions::uncommitted_is_unseen(p))
    }),
    ("one transaction at a time", |p| Box::pin(transactions::one_at_a_time(p))),
    ("nobody claims what a transaction is completing", |p| {
        Box::pin(transactions::nobody_claims_meanwhile(p))
    }),
    ("a transaction sees the records of others", |p| Box::pin(transactions::sees_others(p))),
    ("of many transactions at once exactly one completes", |p| Box::pin(transactions::one_of_many(p))),
    ("an entry comes with the event that takes effect", |p| Box::pin(audit::entry_comes_with_its_event(p))),
    ("an entry can have next to nothing in it", |p| Box::pin(audit::entry_without_a_claim(p))),
    ("a lost execution has an entry", |p| Box::pin(audit::lost_execution_has_an_entry(p))),
    ("entries outlive their records", |p| Box::pin(audit::entries_outlive_records(p))),
    ("entries are selected as was asked", |p| Box::pin(audit::entries_are_selected(p))),
    ("of many outcomes at once the one that is recorded has an entry", |p| {
        Box::pin(audit::one_entry_of_many(p))
    }),
    ("entries are committed and rolled back with their transaction", |p| {
        Box::pin(audit::transactions_append(p))
    }),
    ("of many requests at once exactly one claims", |p| Box::pin(races::requests(p))),
    ("of many outcomes at once exactly one is recorded", |p| Box::pin(races::completions(p))),
    ("an outcome and a take-over at once are one of the two", |p| {
        Box::pin(races::completion_and_takeover(p))
    }),
    ("a renewal and a take-over at once are one of the two", |p| Box::pin(races::renewal_and_takeover(p))),
    ("a release does not end a take-over", |p| Box::pin(races::release_and_takeover(p))),
];

const ID: RecordId = RecordId([0xAB; 32]);
const ASKED: Fingerprint = Fingerprint { algorithm: 2, bytes: [0xCD; Fingerprint::LENGTH] };
/// Differs in its first byte, which says what is asked for. What follows that says how to compare.
const OTHER: Fingerprint = {
    let mut other = ASKED;
    other.bytes[0] ^= 1;
    other
};
const ONE: Token = Token([1; 16]);
const TWO: Token = Token([2; 16]);
const LEASE: Duration = Duration::from_mins(1);
const TTL: Duration = Duration::from_hours(24);
const KEEP: Keep = Keep { ttl: TTL, remember: Duration::ZERO };
const VERSION: Option<Date> = Date::from_ymd(2025, 9, 30);

struct Probe {
    store: Arc<dyn Store>,
    clock: FixedClock,
}

impl Probe {
    async fn apply(&self, id: RecordId, event: Event) -> Result<Action, String> {
        self.store.apply(id, event).await.map_err(|error| describe(&error))
    }

    async fn expect(&self, event: Event, expected: Action) -> Result<(), String> {
        self.expect_of(ID, event, expected).await
    }

    async fn expect_of(&self, id: RecordId, event: Event, expected: Action) -> Result<(), String> {
        let asked = format!("{event:?}");
        let action = self.apply(id, event).await?;
        if is(&action, &expected) {
            Ok(())
        } else {
            Err(format!("{asked} gave {}", differs(&action, &expected)))
        }
    }
}

fn differs(action: &Action, expected: &Action) -> String {
    let (action, expected) = (format!("{action:?}"), format!("{expected:?}"));
    let unseen =
        if action == expected { ", which differs in a body or in the value of a header" } else { "" };
    format!("{action}, expected {expected}{unseen}")
}

/// A request as this release makes them.
fn asked(fingerprint: Fingerprint, token: Token) -> Request {
    Request { asked: fingerprint.into(), version: VERSION, token, lease: LEASE, on_lost: OnLost::Reexecute }
}

fn asking(fingerprint: Fingerprint, token: Token) -> Event {
    Event::Request(asked(fingerprint, token))
}

fn mismatch() -> Action {
    Action::Mismatch { version: VERSION }
}

/// A replay of this, whenever it expires.
fn replay(outcome: Kept) -> Action {
    Action::Replay { outcome, expires_at: 0 }
}

fn is(action: &Action, expected: &Action) -> bool {
    match (action, expected) {
        (Action::Replay { outcome: found, .. }, Action::Replay { outcome, expires_at: 0 }) => {
            found == outcome
        }
        (action, expected) => action == expected,
    }
}

fn request(token: Token) -> Event {
    asking(ASKED, token)
}

fn look() -> Event {
    Event::Look { asked: ASKED.into() }
}

fn complete(token: Token, outcome: Kept) -> Event {
    Event::Complete { token, asked: ASKED.into(), outcome, keep: KEEP }
}

/// A response with what stores get wrong: repeated headers, their order, bytes that are not UTF-8.
fn response(body: &[u8]) -> Kept {
    let header = |name: &'static str, value: &'static [u8]| {
        HeaderValue::from_bytes(value).ok().map(|value| (HeaderName::from_static(name), value))
    };
    let headers = [
        header("link", b"<a>; rel=\"next\""),
        header("content-type", b"application/json"),
        header("link", b"<b>, <c>"),
        header("x-latin-1", b"caf\xE9"),
        header("x-empty", b""),
    ];
    Kept::Response(Arc::new(StoredResponse {
        status: StatusCode::CREATED,
        headers: headers.into_iter().flatten().collect(),
        body: Bytes::copy_from_slice(body),
        version: VERSION,
        newest: VERSION.map(|version| Newest { version, shape: u64::MAX - 6, body: None }),
    }))
}

fn describe(error: &StoreError) -> String {
    match error {
        StoreError::Unavailable(source) => format!("{error}: {source}"),
        _ => error.to_string(),
    }
}
