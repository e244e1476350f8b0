//! What becomes of claims and records as time goes by.

use super::{
    ASKED, LEASE, ONE, OTHER, Probe, TTL, TWO, asked, asking, complete, look, mismatch, replay, request,
    response,
};
use crate::clock::Clock;
use crate::idempotency::{Action, Event, Finished, OnLost, Request, Step};
use bytes::Bytes;
use std::time::Duration;

pub(super) async fn first_claims(probe: &Probe) -> Result<(), String> {
    probe.expect(request(ONE), Action::EXECUTE).await?;
    probe.clock.advance(Duration::from_millis(4001));
    probe.expect(request(TWO), Action::InProgress { retry_after: 5 }).await?;
    probe.expect(request(ONE), Action::EXECUTE).await
}

pub(super) async fn release_frees(probe: &Probe) -> Result<(), String> {
    probe.expect(request(ONE), Action::EXECUTE).await?;
    probe.expect(Event::Release { token: TWO }, Action::Lost).await?;
    probe.expect(request(TWO), Action::InProgress { retry_after: 1 }).await?;
    probe.expect(Event::Release { token: ONE }, Action::Done).await?;
    probe.expect(look(), Action::Missing).await?;
    probe.expect(request(TWO), Action::EXECUTE).await
}

pub(super) async fn takeover_fences(probe: &Probe) -> Result<(), String> {
    probe.expect(request(ONE), Action::EXECUTE).await?;
    probe.clock.advance(LEASE);
    probe.expect(request(TWO), Action::EXECUTE).await?;
    probe.expect(complete(ONE, response(b"slow")), Action::InProgress { retry_after: 1 }).await?;
    probe.expect(Event::Release { token: ONE }, Action::Lost).await?;
    probe.expect(Event::Renew { token: ONE, lease: LEASE }, Action::Lost).await?;
    probe.expect(complete(TWO, response(b"winner")), Action::Done).await?;
    probe.expect(complete(ONE, response(b"slow")), replay(response(b"winner"))).await
}

pub(super) async fn renewal_holds(probe: &Probe) -> Result<(), String> {
    probe.expect(request(ONE), Action::EXECUTE).await?;
    for _ in 0..5 {
        probe.clock.advance(LEASE / 3 * 2);
        probe.expect(Event::Renew { token: ONE, lease: LEASE }, Action::Done).await?;
    }
    probe.clock.advance(Duration::from_millis(59_500));
    probe.expect(request(TWO), Action::InProgress { retry_after: 1 }).await
}

pub(super) async fn expiry(probe: &Probe) -> Result<(), String> {
    probe.expect(request(ONE), Action::EXECUTE).await?;
    probe.clock.advance(LEASE / 2);
    probe.expect(complete(ONE, response(b"done")), Action::Done).await?;
    let instant = Duration::from_millis(1);
    probe.clock.advance(TTL.saturating_sub(instant));
    probe.expect(request(TWO), replay(response(b"done"))).await?;
    probe.clock.advance(instant);
    probe.expect(look(), Action::Missing).await?;
    probe.expect(asking(OTHER, TWO), Action::EXECUTE).await
}

pub(super) async fn look_only_looks(probe: &Probe) -> Result<(), String> {
    probe.expect(look(), Action::Missing).await?;
    probe.expect(request(ONE), Action::EXECUTE).await?;
    probe.expect(look(), Action::InProgress { retry_after: 1 }).await?;
    probe.expect(complete(ONE, response(b"done")), Action::Done).await?;
    probe.expect(look(), replay(response(b"done"))).await
}

/// A claim that lapsed still binds its key to the request, and is its owner's until somebody takes it over.
pub(super) async fn lapsed_claim_stays(probe: &Probe) -> Result<(), String> {
    let other = || asking(OTHER, TWO);
    probe.expect(request(ONE), Action::EXECUTE).await?;
    for wait in [LEASE, Duration::from_hours(23)] {
        probe.clock.advance(wait);
        probe.expect(other(), mismatch()).await?;
        probe.expect(Event::Look { asked: OTHER.into() }, mismatch()).await?;
        probe.expect(look(), Action::Missing).await?;
    }
    probe.expect(Event::Renew { token: ONE, lease: LEASE }, Action::Done).await?;
    probe.expect(other(), mismatch()).await?;
    probe.clock.advance(LEASE);
    probe.expect(complete(ONE, response(b"slow")), Action::Done).await?;
    probe.expect(other(), mismatch()).await?;
    probe.expect(request(TWO), replay(response(b"slow"))).await
}

/// How a lost execution ended is to be found out, whatever becomes of those who try, and never run again meanwhile.
pub(super) async fn unknown_stays(probe: &Probe) -> Result<(), String> {
    let step = Step { name: "charge".into(), shape: 7, output: Bytes::from_static(b"7").into() };
    let steps: Finished = [step.clone()].into_iter().collect();
    let since = u64::try_from(probe.clock.now().as_millis()).unwrap_or(u64::MAX);
    let recovering = || Event::Request(Request { on_lost: OnLost::Recover, ..asked(ASKED, TWO) });
    let recover = || Action::Recover { since, steps: steps.clone() };
    probe.expect(request(ONE), Action::EXECUTE).await?;
    probe.expect(Event::Step { token: ONE, index: 0, step, lease: LEASE }, Action::Done).await?;
    probe.clock.advance(LEASE);
    probe.expect(recovering(), recover()).await?;
    probe.expect(recovering(), recover()).await?;
    probe.clock.advance(LEASE);
    // Another release may have another rule.
    probe.expect(request(ONE), Action::Unknown { since }).await?;
    probe.expect(Event::Status, Action::Unknown { since }).await?;
    probe.expect(recovering(), recover()).await?;
    probe.expect(Event::Release { token: TWO }, Action::Done).await?;
    probe.expect(request(ONE), Action::Unknown { since }).await?;
    probe.expect(asking(OTHER, ONE), mismatch()).await?;
    probe.expect(recovering(), recover()).await
}

/// When to ask again is told from when the execution began, which a renewal does not change.
pub(super) async fn renewal_keeps_the_beginning(probe: &Probe) -> Result<(), String> {
    probe.expect(request(ONE), Action::EXECUTE).await?;
    probe.clock.advance(Duration::from_secs(40));
    probe.expect(Event::Renew { token: ONE, lease: LEASE }, Action::Done).await?;
    probe.clock.advance(Duration::from_secs(5));
    probe.expect(request(TWO), Action::InProgress { retry_after: 45 }).await?;
    probe.clock.advance(Duration::from_secs(45));
    probe.expect(request(TWO), Action::InProgress { retry_after: 10 }).await
}

pub(super) async fn clock_goes_back(probe: &Probe) -> Result<(), String> {
    let hour = Duration::from_hours(1);
    probe.expect(request(ONE), Action::EXECUTE).await?;
    probe.clock.rewind(hour);
    probe.expect(request(TWO), Action::InProgress { retry_after: 1 }).await?;
    probe.expect(asking(OTHER, TWO), mismatch()).await?;
    // A renewal never makes a lease shorter.
    probe.expect(Event::Renew { token: ONE, lease: LEASE }, Action::Done).await?;
    probe.clock.advance(hour);
    probe.expect(request(TWO), Action::InProgress { retry_after: 1 }).await?;
    probe.expect(complete(ONE, response(b"done")), Action::Done).await?;
    probe.clock.rewind(hour);
    probe.expect(request(TWO), replay(response(b"done"))).await
}
