//! The promises of a [`Store`], as checks that every store passes.

use crate::clock::FixedClock;
use crate::idempotency::{
    Action, BoxFuture, Event, Fingerprint, Outcome, RecordId, Store, StoreError, StoredResponse, Token,
    Tombstone,
};
use bytes::Bytes;
use futures_util::future::join_all;
use http::{HeaderName, HeaderValue, StatusCode};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::Date;

/// A check that a store did not pass.
#[derive(Debug)]
pub struct Violation {
    check: &'static str,
    why: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.check, self.why)
    }
}

impl std::error::Error for Violation {}

/// Runs every check against a new and empty store that `open` makes, judged by the clock it is given.
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
        run(&Probe { store: &store, clock }).await.map_err(violation)?;
    }
    Ok(())
}

type Check = for<'a> fn(&'a Probe<'a>) -> BoxFuture<'a, Result<(), String>>;

const CHECKS: [(&str, Check); 13] = [
    ("the first request claims, its twin waits", |p| Box::pin(first_claims(p))),
    ("of many requests at once exactly one claims", |p| Box::pin(one_of_many_claims(p))),
    ("records do not touch each other", |p| Box::pin(records_are_apart(p))),
    ("a completed response comes back byte by byte", |p| Box::pin(exact_response(p))),
    ("an empty response comes back", |p| Box::pin(empty_response(p))),
    ("a tombstone comes back", |p| Box::pin(exact_tombstone(p))),
    ("another fingerprint is a mismatch in every state", |p| Box::pin(mismatch_first(p))),
    ("a released claim leaves nothing", |p| Box::pin(release_frees(p))),
    ("a lapsed claim is taken over and its old owner changes nothing", |p| Box::pin(takeover_fences(p))),
    ("a renewed claim is not taken over", |p| Box::pin(renewal_holds(p))),
    ("a completed record lives until its time and no longer", |p| Box::pin(expiry(p))),
    ("a look neither claims nor writes", |p| Box::pin(look_only_looks(p))),
    ("an outcome can be recorded without a claim", |p| Box::pin(complete_without_claim(p))),
];

const ID: RecordId = RecordId([0xAB; 32]);
const ASKED: Fingerprint = Fingerprint { algorithm: 1, bytes: [0xCD; 32] };
const OTHER: Fingerprint = Fingerprint { algorithm: 1, bytes: [0xCE; 32] };
const ONE: Token = Token([1; 16]);
const TWO: Token = Token([2; 16]);
const LEASE: Duration = Duration::from_mins(1);
const TTL: Duration = Duration::from_hours(24);

struct Probe<'a> {
    store: &'a dyn Store,
    clock: FixedClock,
}

impl Probe<'_> {
    async fn apply(&self, id: RecordId, event: Event) -> Result<Action, String> {
        self.store.apply(id, event).await.map_err(|error| describe(&error))
    }

    async fn expect(&self, event: Event, expected: Action) -> Result<(), String> {
        self.expect_of(ID, event, expected).await
    }

    async fn expect_of(&self, id: RecordId, event: Event, expected: Action) -> Result<(), String> {
        let asked = format!("{event:?}");
        let action = self.apply(id, event).await?;
        if action == expected {
            Ok(())
        } else {
            Err(format!("{asked} gave {action:?}, expected {expected:?}"))
        }
    }
}

async fn first_claims(probe: &Probe<'_>) -> Result<(), String> {
    probe.expect(request(ONE), Action::Execute).await?;
    probe.clock.advance(Duration::from_millis(4001));
    probe.expect(request(TWO), Action::InProgress { retry_after: 5 }).await?;
    probe.expect(request(ONE), Action::Execute).await
}

async fn one_of_many_claims(probe: &Probe<'_>) -> Result<(), String> {
    let requests = (0..64).map(|of| probe.apply(ID, request(Token([of; 16]))));
    let actions = join_all(requests).await.into_iter().collect::<Result<Vec<_>, _>>()?;
    let claims = actions.iter().filter(|action| **action == Action::Execute).count();
    if claims == 1 { Ok(()) } else { Err(format!("{claims} requests claimed")) }
}

async fn records_are_apart(probe: &Probe<'_>) -> Result<(), String> {
    let ids = (0..100_u8).map(|of| RecordId([of; 32]));
    for id in ids.clone() {
        probe.expect_of(id, request(ONE), Action::Execute).await?;
    }
    for id in ids.clone() {
        probe.expect_of(id, complete(ONE, response(&id.0)), Action::Done).await?;
    }
    for id in ids {
        probe.expect_of(id, request(TWO), Action::Replay(response(&id.0))).await?;
    }
    Ok(())
}

async fn exact_response(probe: &Probe<'_>) -> Result<(), String> {
    let every_byte: Vec<u8> = (0..=255).collect();
    let outcome = response(&every_byte.repeat(1000));
    probe.expect(request(ONE), Action::Execute).await?;
    probe.expect(complete(ONE, outcome.clone()), Action::Done).await?;
    probe.expect(request(TWO), Action::Replay(outcome)).await
}

async fn empty_response(probe: &Probe<'_>) -> Result<(), String> {
    let outcome = Outcome::Response(Arc::new(StoredResponse {
        status: StatusCode::NO_CONTENT,
        headers: Vec::new(),
        body: Bytes::new(),
        version: None,
    }));
    probe.expect(request(ONE), Action::Execute).await?;
    probe.expect(complete(ONE, outcome.clone()), Action::Done).await?;
    probe.expect(request(TWO), Action::Replay(outcome)).await
}

async fn exact_tombstone(probe: &Probe<'_>) -> Result<(), String> {
    for (of, location) in [(1, None), (2, HeaderValue::from_bytes(b"/caf\xE9").ok())] {
        let id = RecordId([of; 32]);
        let outcome = Outcome::Tombstone(Tombstone {
            status: StatusCode::CREATED,
            location,
            version: Date::from_ymd(2024, 12, 18),
        });
        probe.expect_of(id, request(ONE), Action::Execute).await?;
        probe.expect_of(id, complete(ONE, outcome.clone()), Action::Done).await?;
        probe.expect_of(id, request(TWO), Action::Replay(outcome)).await?;
    }
    Ok(())
}

async fn mismatch_first(probe: &Probe<'_>) -> Result<(), String> {
    let other = || Event::Request { fingerprint: OTHER, token: TWO, lease: LEASE };
    probe.expect(request(ONE), Action::Execute).await?;
    probe.expect(other(), Action::Mismatch).await?;
    probe.expect(complete(ONE, response(b"done")), Action::Done).await?;
    probe.expect(other(), Action::Mismatch).await?;
    probe.expect(request(TWO), Action::Replay(response(b"done"))).await
}

async fn release_frees(probe: &Probe<'_>) -> Result<(), String> {
    probe.expect(request(ONE), Action::Execute).await?;
    probe.expect(Event::Release { token: TWO }, Action::Lost).await?;
    probe.expect(request(TWO), Action::InProgress { retry_after: 1 }).await?;
    probe.expect(Event::Release { token: ONE }, Action::Done).await?;
    probe.expect(look(), Action::Missing).await?;
    probe.expect(request(TWO), Action::Execute).await
}

async fn takeover_fences(probe: &Probe<'_>) -> Result<(), String> {
    probe.expect(request(ONE), Action::Execute).await?;
    probe.clock.advance(LEASE);
    probe.expect(request(TWO), Action::Execute).await?;
    probe.expect(complete(ONE, response(b"slow")), Action::InProgress { retry_after: 1 }).await?;
    probe.expect(Event::Release { token: ONE }, Action::Lost).await?;
    probe.expect(Event::Renew { token: ONE, lease: LEASE }, Action::Lost).await?;
    probe.expect(complete(TWO, response(b"winner")), Action::Done).await?;
    probe.expect(complete(ONE, response(b"slow")), Action::Replay(response(b"winner"))).await
}

async fn renewal_holds(probe: &Probe<'_>) -> Result<(), String> {
    probe.expect(request(ONE), Action::Execute).await?;
    for _ in 0..5 {
        probe.clock.advance(LEASE / 3 * 2);
        probe.expect(Event::Renew { token: ONE, lease: LEASE }, Action::Done).await?;
    }
    probe.clock.advance(Duration::from_millis(59_500));
    probe.expect(request(TWO), Action::InProgress { retry_after: 1 }).await
}

async fn expiry(probe: &Probe<'_>) -> Result<(), String> {
    probe.expect(request(ONE), Action::Execute).await?;
    probe.clock.advance(LEASE / 2);
    probe.expect(complete(ONE, response(b"done")), Action::Done).await?;
    let instant = Duration::from_millis(1);
    probe.clock.advance(TTL.saturating_sub(instant));
    probe.expect(request(TWO), Action::Replay(response(b"done"))).await?;
    probe.clock.advance(instant);
    probe.expect(look(), Action::Missing).await?;
    probe.expect(Event::Request { fingerprint: OTHER, token: TWO, lease: LEASE }, Action::Execute).await
}

async fn look_only_looks(probe: &Probe<'_>) -> Result<(), String> {
    probe.expect(look(), Action::Missing).await?;
    probe.expect(request(ONE), Action::Execute).await?;
    probe.expect(look(), Action::InProgress { retry_after: 1 }).await?;
    probe.expect(complete(ONE, response(b"done")), Action::Done).await?;
    probe.expect(look(), Action::Replay(response(b"done"))).await
}

async fn complete_without_claim(probe: &Probe<'_>) -> Result<(), String> {
    probe.expect(complete(ONE, response(b"first")), Action::Done).await?;
    probe.expect(complete(TWO, response(b"second")), Action::Replay(response(b"first"))).await?;
    probe.expect(look(), Action::Replay(response(b"first"))).await
}

fn request(token: Token) -> Event {
    Event::Request { fingerprint: ASKED, token, lease: LEASE }
}

fn look() -> Event {
    Event::Look { fingerprint: ASKED }
}

fn complete(token: Token, outcome: Outcome) -> Event {
    Event::Complete { token, fingerprint: ASKED, outcome, ttl: TTL }
}

/// A response with what stores get wrong: repeated headers, their order, bytes that are not UTF-8.
fn response(body: &[u8]) -> Outcome {
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
    Outcome::Response(Arc::new(StoredResponse {
        status: StatusCode::CREATED,
        headers: headers.into_iter().flatten().collect(),
        body: Bytes::copy_from_slice(body),
        version: Date::from_ymd(2025, 9, 30),
    }))
}

fn describe(error: &StoreError) -> String {
    match error {
        StoreError::Unavailable(source) => format!("{error}: {source}"),
        _ => error.to_string(),
    }
}
