//! Calls at the same time. A store that reads and writes in separate steps is caught by chance only, so there are many
//! callers, on several threads, with several calls under way on each.

use super::{Pins, Probe, day, describe, short};
use std::future::poll_fn;
use std::sync::{Arc, Barrier};
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};
use steadfast_core::Date;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

const THREADS: usize = 3;
const CALLS: usize = 50;
/// Callers that the threads go through in one round, without waiting for each other, so that a thread that is stopped
/// between a read and a write is overtaken there.
const CALLERS: usize = 8;
/// The rounds that a slow store has to go through, and the most that a fast one goes through.
const ROUNDS: std::ops::Range<usize> = 3..500;
/// How long a race takes if it does not come to the last round.
const LONG_ENOUGH: Duration = Duration::from_millis(250);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Call {
    PinFirst(Date),
    Get,
    Set(Date),
}

pub(super) async fn first_calls(probe: &Probe) -> Result<(), String> {
    race(probe, |of| Call::PinFirst(day(of)), |pins, found| pins.iter().all(|pin| *pin == found)).await
}

pub(super) async fn set_and_first_calls(probe: &Probe) -> Result<(), String> {
    let call = |of| match of {
        25 => Call::Set(day(900)),
        of if of % 5 == 0 => Call::Get,
        of => Call::PinFirst(day(of)),
    };
    let judge = |pins: &[Option<Date>], found: Option<Date>| {
        // At most one first call can have pinned before the set: all that return another date return the date of that.
        let mut others: Vec<_> = pins.iter().flatten().filter(|pin| **pin != day(900)).collect();
        others.dedup();
        found == Some(day(900)) && others.len() <= 1
    };
    race(probe, call, judge).await
}

pub(super) async fn sets(probe: &Probe) -> Result<(), String> {
    let call = |of| match of % 5 {
        0 => Call::Set(day(of)),
        1 => Call::Get,
        _ => Call::PinFirst(day(900)),
    };
    let judge = |_: &[Option<Date>], found| (0..CALLS).step_by(5).any(|of| found == Some(day(of)));
    race(probe, call, judge).await
}

/// Makes the calls of `call` for one caller at the same time. `judge` returns whether the pins that they returned, in
/// their order, go together with the pin that is found afterwards.
async fn race(
    probe: &Probe,
    call: fn(usize) -> Call,
    judge: impl Fn(&[Option<Date>], Option<Date>) -> bool,
) -> Result<(), String> {
    let begun = Instant::now();
    for round in 0..ROUNDS.end {
        if round > ROUNDS.start && begun.elapsed() > LONG_ENOUGH {
            break;
        }
        let callers: Arc<[_]> = (0..CALLERS).map(|of| format!("caller-{}", round * CALLERS + of)).collect();
        let mut returned = at_once(probe, &callers, call).await?;
        returned.sort_by_key(|call| (call.caller, call.of));
        for (caller, returned) in callers.iter().zip(returned.chunks(CALLS)) {
            let found = probe.store.get(caller).await.map_err(|error| describe(&error))?;
            let pins: Vec<_> = returned.iter().map(|call| call.pin).collect();
            if !judge(&pins, found) {
                let calls: Vec<_> = returned.iter().map(|made| (call(made.of), made.pin)).collect();
                return Err(format!("{} has {found:?} after calls at once gave {calls:?}", short(caller)));
            }
            // A cache must not hold another pin.
            if let Some(found) = found {
                probe.expect_pin(caller, day(901), found).await?;
            }
        }
    }
    Ok(())
}

struct Returned {
    caller: usize,
    of: usize,
    pin: Option<Date>,
}

async fn at_once(
    probe: &Probe,
    callers: &Arc<[String]>,
    call: fn(usize) -> Call,
) -> Result<Vec<Returned>, String> {
    let runtime = Handle::try_current().map_err(|error| error.to_string())?;
    let line = Arc::new(Barrier::new(THREADS));
    let mut runs = Vec::with_capacity(THREADS);
    for number in 0..THREADS {
        let (runtime, line, callers) = (runtime.clone(), Arc::clone(&line), Arc::clone(callers));
        let store = Arc::clone(&probe.store);
        let (end, ended) = oneshot::channel();
        // The runtime of the caller goes on meanwhile: it may have one thread only.
        let run = move || {
            line.wait();
            end.send(runtime.block_on(calls(&*store, &callers, call, number)))
        };
        thread::Builder::new().spawn(run).map_err(|error| error.to_string())?;
        runs.push(ended);
    }
    let mut returned = Vec::with_capacity(CALLERS * CALLS);
    for end in runs {
        returned.extend(end.await.map_err(|_| "the store panicked")??);
    }
    Ok(returned)
}

/// The calls of one thread.
async fn calls(
    store: &dyn Pins,
    callers: &[String],
    call: fn(usize) -> Call,
    number: usize,
) -> Result<Vec<Returned>, String> {
    let mut returned = Vec::new();
    for (index, caller) in callers.iter().enumerate() {
        let made = (number..CALLS).step_by(THREADS).map(async |of| {
            let pin = match call(of) {
                Call::PinFirst(newest) => store.pin_first(caller, newest).await.map(Some),
                Call::Get => store.get(caller).await,
                Call::Set(version) => store.set(caller, version).await.map(|()| None),
            };
            Ok::<_, String>(Returned { caller: index, of, pin: pin.map_err(|error| describe(&error))? })
        });
        for call in together(made).await {
            returned.push(call?);
        }
    }
    Ok(returned)
}

/// Polls futures together until all of them are ready.
async fn together<T>(futures: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut futures: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    poll_fn(|context| {
        let mut are_ready = true;
        for (future, output) in futures.iter_mut().filter(|(_, output)| output.is_none()) {
            match future.as_mut().poll(context) {
                Poll::Ready(ready) => *output = Some(ready),
                Poll::Pending => are_ready = false,
            }
        }
        if are_ready { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    futures.into_iter().filter_map(|(_, output)| output).collect()
}
