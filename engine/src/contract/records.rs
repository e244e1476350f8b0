//! That a store keeps apart what differs, and gives back what it was given.

use super::{
    ASKED, KEEP, LEASE, ONE, OTHER, Probe, TWO, asking, complete, look, mismatch, replay, request, response,
};
use crate::idempotency::{
    Action, Event, Fingerprint, Kept, Newest, RecordId, Sealed, Step, StepOutput, StoredResponse, Tombstone,
};
use bytes::Bytes;
use futures_util::future::try_join_all;
use http::{HeaderValue, StatusCode};
use std::sync::Arc;
use steadfast_core::Date;

/// Ids that differ in one byte, whichever it is: a store that cuts them gives one customer's answer to another.
pub(super) async fn records_are_apart(probe: &Probe) -> Result<(), String> {
    let ids = || {
        [[0; 32], [0xAB; 32]].into_iter().flat_map(|base| {
            let others = (0..32).map(move |position| {
                let mut id = base;
                id[position] ^= 1;
                id
            });
            std::iter::once(base).chain(others)
        })
    };
    let of = |id: [u8; 32], event, expected| probe.expect_of(RecordId(id), event, expected);
    try_join_all(ids().map(|id| of(id, request(ONE), Action::EXECUTE))).await?;
    try_join_all(ids().map(|id| of(id, complete(ONE, response(&id)), Action::Done))).await?;
    try_join_all(ids().map(|id| of(id, request(TWO), replay(response(&id))))).await?;
    Ok(())
}

/// Fingerprints and tokens that differ in one byte, whichever it is.
pub(super) async fn every_byte_counts(probe: &Probe) -> Result<(), String> {
    probe.expect(request(ONE), Action::EXECUTE).await?;
    for position in 0..16 {
        let mut token = ONE;
        token.0[position] ^= 1;
        probe.expect(Event::Release { token }, Action::Lost).await?;
    }
    let mismatches = || async {
        for position in 0..32 {
            let mut fingerprint = ASKED;
            fingerprint.bytes[position] ^= 1;
            probe.expect(Event::Look { asked: fingerprint.into() }, mismatch()).await?;
        }
        Ok::<_, String>(())
    };
    mismatches().await?;
    probe.expect(complete(ONE, response(b"done")), Action::Done).await?;
    mismatches().await
}

pub(super) async fn algorithm_counts(probe: &Probe) -> Result<(), String> {
    let with = |algorithm| Fingerprint { algorithm, ..ASKED };
    let ask = |algorithm| asking(with(algorithm), TWO);
    for (of, mine, another) in [(1, 2, 3), (2, 3, 2), (3, 255, 0)] {
        let id = RecordId([of; 32]);
        let claim = asking(with(mine), ONE);
        let done =
            Event::Complete { token: ONE, asked: with(mine).into(), outcome: response(b"done"), keep: KEEP };
        probe.expect_of(id, claim, Action::EXECUTE).await?;
        probe.expect_of(id, ask(another), Action::Incomparable).await?;
        probe.expect_of(id, ask(mine), Action::InProgress { retry_after: 1 }).await?;
        probe.expect_of(id, done, Action::Done).await?;
        probe.expect_of(id, ask(another), Action::Incomparable).await?;
        probe.expect_of(id, ask(mine), replay(response(b"done"))).await?;
    }
    Ok(())
}

pub(super) async fn exact_response(probe: &Probe) -> Result<(), String> {
    let every_byte: Vec<u8> = (0..=255).collect();
    let outcome = response(&every_byte.repeat(1000));
    probe.expect(request(ONE), Action::EXECUTE).await?;
    probe.expect(complete(ONE, outcome.clone()), Action::Done).await?;
    probe.expect(request(TWO), replay(outcome)).await
}

pub(super) async fn empty_response(probe: &Probe) -> Result<(), String> {
    let outcome = Kept::Response(Arc::new(StoredResponse {
        status: StatusCode::NO_CONTENT,
        headers: Vec::new(),
        body: Bytes::new(),
        version: None,
        newest: Date::from_ymd(2025, 9, 30).map(|version| {
            let body = Some(Bytes::from_static(b"{\"name\":\"caf\xC3\xA9\"}\0"));
            Newest { version, shape: 7, body }
        }),
    }));
    probe.expect(request(ONE), Action::EXECUTE).await?;
    probe.expect(complete(ONE, outcome.clone()), Action::Done).await?;
    probe.expect(request(TWO), replay(outcome)).await
}

/// Its id byte by byte, and of which type it is.
pub(super) async fn exact_reference(probe: &Probe) -> Result<(), String> {
    let whole = response(b"\"pay_1\"");
    for (of, shape) in [(1, 0), (2, u64::MAX), (3, 0x0102_0304_0506_0708)] {
        let Kept::Response(response) = whole.clone() else { return Err("no response".to_owned()) };
        let (id, outcome) = (RecordId([of; 32]), Kept::Reference { response, shape });
        probe.expect_of(id, request(ONE), Action::EXECUTE).await?;
        probe.expect_of(id, complete(ONE, outcome.clone()), Action::Done).await?;
        probe.expect_of(id, request(TWO), replay(outcome)).await?;
    }
    Ok(())
}

pub(super) async fn exact_tombstone(probe: &Probe) -> Result<(), String> {
    for (of, location) in [(1, None), (2, HeaderValue::from_bytes(b"/caf\xE9").ok())] {
        let id = RecordId([of; 32]);
        let outcome = Kept::Tombstone(Tombstone {
            status: StatusCode::CREATED,
            location,
            version: Date::from_ymd(2024, 12, 18),
        });
        probe.expect_of(id, request(ONE), Action::EXECUTE).await?;
        probe.expect_of(id, complete(ONE, outcome.clone()), Action::Done).await?;
        probe.expect_of(id, request(TWO), replay(outcome)).await?;
    }
    Ok(())
}

/// Every byte there is: what is encrypted is no text.
fn sealed(bytes: u8) -> Sealed {
    Sealed((0..=255).cycle().skip(bytes.into()).take(1000).collect())
}

pub(super) async fn exact_sealed(probe: &Probe) -> Result<(), String> {
    for (of, version) in [(1, None), (2, Date::from_ymd(2024, 12, 18))] {
        let id = RecordId([of; 32]);
        let outcome = Kept::Sealed { version, sealed: sealed(of) };
        probe.expect_of(id, request(ONE), Action::EXECUTE).await?;
        probe.expect_of(id, complete(ONE, outcome.clone()), Action::Done).await?;
        probe.expect_of(id, request(TWO), replay(outcome)).await?;
        // Of what is sealed the version is known all the same.
        probe.expect_of(id, asking(OTHER, TWO), Action::Mismatch { version }).await?;
    }
    Ok(())
}

pub(super) async fn exact_steps(probe: &Probe) -> Result<(), String> {
    let step = |name: &str, shape, output| Step { name: name.into(), shape, output };
    let finished = [
        step("charge", 0, Bytes::from_static(b"{\"id\":7}").into()),
        step("b\u{fc}chen", u64::MAX, StepOutput::Sealed(sealed(0))),
        step("", 7, Bytes::new().into()),
        step("charge", 0, StepOutput::Sealed(Sealed(Bytes::new()))),
    ];
    probe.expect(request(ONE), Action::EXECUTE).await?;
    for (index, step) in finished.iter().enumerate() {
        let event = || Event::Step { token: ONE, index, step: step.clone(), lease: LEASE };
        probe.expect(event(), Action::Done).await?;
        // The answer to the first attempt may have been lost.
        probe.expect(event(), Action::Done).await?;
    }
    let steps = || Action::Execute { steps: finished.iter().cloned().collect() };
    probe.expect(request(ONE), steps()).await?;
    probe.expect(Event::Release { token: ONE }, Action::Done).await?;
    probe.expect(request(TWO), steps()).await
}

pub(super) async fn mismatch_first(probe: &Probe) -> Result<(), String> {
    let other = || asking(OTHER, TWO);
    probe.expect(request(ONE), Action::EXECUTE).await?;
    probe.expect(other(), mismatch()).await?;
    probe.expect(complete(ONE, response(b"done")), Action::Done).await?;
    probe.expect(other(), mismatch()).await?;
    probe.expect(request(TWO), replay(response(b"done"))).await
}

pub(super) async fn complete_without_claim(probe: &Probe) -> Result<(), String> {
    probe.expect(complete(ONE, response(b"first")), Action::Done).await?;
    probe.expect(complete(TWO, response(b"second")), replay(response(b"first"))).await?;
    probe.expect(look(), replay(response(b"first"))).await
}
