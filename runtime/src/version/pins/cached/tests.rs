use super::*;
use crate::testing::pin_store_contract;
use crate::version::MemoryPins;
use futures_util::future::join_all;
use futures_util::poll;
use std::pin::pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

/// Counts what it is asked, and can be made to wait between reading a pin and answering it, before writing one, and
/// between writing one and saying so.
#[derive(Clone)]
struct Slow {
    pins: MemoryPins,
    asked: Arc<AtomicUsize>,
    /// One permit for each answer.
    answers: Arc<Semaphore>,
    /// One permit for each write.
    writes: Arc<Semaphore>,
    /// One permit for each write that is confirmed.
    confirmations: Arc<Semaphore>,
    fails: Arc<Mutex<bool>>,
}

impl Slow {
    fn new() -> Self {
        let free = || Arc::new(Semaphore::new(Semaphore::MAX_PERMITS));
        Self {
            pins: MemoryPins::new(),
            asked: Arc::default(),
            answers: free(),
            writes: free(),
            confirmations: free(),
            fails: Arc::default(),
        }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    async fn pass<T>(&self, gate: &Semaphore, answer: T) -> Result<T, PinStoreError> {
        gate.acquire().await.unwrap().forget();
        if *self.fails.lock().unwrap() { Err(PinStoreError::new("down")) } else { Ok(answer) }
    }
}

fn shut(gate: &Semaphore) {
    gate.forget_permits(Semaphore::MAX_PERMITS);
}

impl PinStore for Slow {
    async fn pin_first(&self, caller: &str, newest: Date) -> Result<Date, PinStoreError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let pin = self.pins.pin_first(caller, newest).await?;
        self.pass(&self.answers, pin).await
    }

    async fn get(&self, caller: &str) -> Result<Option<Date>, PinStoreError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let pin = self.pins.get(caller).await?;
        self.pass(&self.answers, pin).await
    }

    async fn set(&self, caller: &str, version: Date) -> Result<(), PinStoreError> {
        self.writes.acquire().await.unwrap().forget();
        self.pins.set(caller, version).await?;
        self.pass(&self.confirmations, ()).await
    }
}

fn day(of: u32) -> Date {
    Date::from_ymd(2024, 1, of).unwrap()
}

fn cached() -> (Slow, CachedPins<Slow>) {
    let slow = Slow::new();
    (slow.clone(), CachedPins::new(slow))
}

#[tokio::test]
async fn keeps_the_contract() {
    pin_store_contract(async || CachedPins::new(MemoryPins::new())).await.unwrap();
}

#[tokio::test]
async fn keeps_the_contract_while_it_forgets() {
    pin_store_contract(async || CachedPins::new(MemoryPins::new()).capacity(1)).await.unwrap();
    pin_store_contract(async || CachedPins::new(MemoryPins::new()).capacity(0)).await.unwrap();
    pin_store_contract(async || CachedPins::new(MemoryPins::new()).ttl(Duration::ZERO)).await.unwrap();
}

#[tokio::test]
async fn a_known_pin_is_not_asked_for_again() {
    let (slow, pins) = cached();
    for _ in 0..3 {
        assert_eq!(pins.pin_first("acme", day(1)).await.unwrap(), day(1));
        assert_eq!(pins.clone().pin_first("acme", day(2)).await.unwrap(), day(1));
        assert_eq!(pins.get("acme").await.unwrap(), Some(day(1)));
    }
    assert_eq!(slow.asked(), 1);
    assert_eq!(pins.get("other").await.unwrap(), None);
    assert_eq!(pins.get("other").await.unwrap(), None);
    assert_eq!(slow.asked(), 3);
    slow.pins.set("other", day(3)).await.unwrap();
    assert_eq!(pins.get("other").await.unwrap(), Some(day(3)));
    assert_eq!(pins.pin_first("other", day(4)).await.unwrap(), day(3));
    assert_eq!(slow.asked(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_pin_that_another_process_moved_is_seen_when_the_time_is_up() {
    let (slow, pins) = cached();
    assert_eq!(pins.pin_first("acme", day(1)).await.unwrap(), day(1));
    slow.pins.set("acme", day(2)).await.unwrap();
    tokio::time::advance(Duration::from_millis(59_999)).await;
    assert_eq!(pins.pin_first("acme", day(9)).await.unwrap(), day(1));
    // A hit is no reason to remember for longer.
    tokio::time::advance(Duration::from_millis(1)).await;
    assert_eq!(pins.pin_first("acme", day(9)).await.unwrap(), day(2));
    assert_eq!(pins.get("acme").await.unwrap(), Some(day(2)));
    assert_eq!(slow.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_time_runs_from_the_question_and_not_from_the_answer() {
    let (slow, pins) = cached();
    shut(&slow.answers);
    let mut load = pin!(pins.pin_first("acme", day(1)));
    assert!(poll!(load.as_mut()).is_pending());
    slow.pins.set("acme", day(2)).await.unwrap();
    tokio::time::advance(TTL).await;
    slow.answers.add_permits(2);
    assert_eq!(load.await.unwrap(), day(1));
    assert_eq!(pins.get("acme").await.unwrap(), Some(day(2)));
}

#[tokio::test]
async fn what_is_set_is_seen_at_once_also_by_clones() {
    let (_, pins) = cached();
    assert_eq!(pins.pin_first("acme", day(1)).await.unwrap(), day(1));
    pins.clone().set("acme", day(2)).await.unwrap();
    assert_eq!(pins.pin_first("acme", day(9)).await.unwrap(), day(2));
    assert_eq!(pins.get("acme").await.unwrap(), Some(day(2)));
}

#[tokio::test]
async fn an_answer_from_before_a_set_is_not_remembered() {
    for again in [false, true] {
        let (slow, pins) = cached();
        slow.pins.set("acme", day(1)).await.unwrap();
        shut(&slow.answers);
        let mut load = pin!(pins.pin_first("acme", day(9)));
        assert!(poll!(load.as_mut()).is_pending());
        pins.set("acme", day(2)).await.unwrap();
        slow.answers.add_permits(2);
        if again {
            // Also not in the place of an answer from after it.
            assert_eq!(pins.get("acme").await.unwrap(), Some(day(2)));
        }
        assert_eq!(load.await.unwrap(), day(1));
        assert_eq!(pins.get("acme").await.unwrap(), Some(day(2)), "again: {again}");
        slow.answers.add_permits(2);
        assert_eq!(pins.pin_first("acme", day(9)).await.unwrap(), day(2));
        assert_eq!(slow.asked(), 2);
    }
}

#[tokio::test]
async fn an_answer_from_before_an_unconfirmed_set_is_not_remembered() {
    let (slow, pins) = cached();
    // Read before the write, answered while the write is not confirmed.
    shut(&slow.answers);
    shut(&slow.confirmations);
    slow.pins.set("acme", day(1)).await.unwrap();
    let mut load = pin!(pins.get("acme"));
    assert!(poll!(load.as_mut()).is_pending());
    let mut set = pin!(pins.set("acme", day(2)));
    assert!(poll!(set.as_mut()).is_pending());
    slow.answers.add_permits(2);
    assert_eq!(load.await.unwrap(), Some(day(1)));
    slow.confirmations.add_permits(1);
    set.await.unwrap();
    assert_eq!(pins.get("acme").await.unwrap(), Some(day(2)));
}

#[tokio::test]
async fn an_answer_from_between_the_call_of_set_and_its_write_is_forgotten() {
    let (slow, pins) = cached();
    slow.pins.set("acme", day(1)).await.unwrap();
    shut(&slow.writes);
    let mut set = pin!(pins.set("acme", day(2)));
    assert!(poll!(set.as_mut()).is_pending());
    assert_eq!(pins.get("acme").await.unwrap(), Some(day(1)));
    slow.writes.add_permits(1);
    set.await.unwrap();
    assert_eq!(pins.get("acme").await.unwrap(), Some(day(2)));
}

#[tokio::test]
async fn of_two_sets_that_return_in_another_order_the_store_has_the_last_word() {
    let (slow, pins) = cached();
    shut(&slow.confirmations);
    let mut set = pin!(pins.set("acme", day(1)));
    assert!(poll!(set.as_mut()).is_pending());
    slow.pins.set("acme", day(2)).await.unwrap();
    assert_eq!(pins.get("acme").await.unwrap(), Some(day(2)));
    slow.confirmations.add_permits(1);
    set.await.unwrap();
    assert_eq!(pins.get("acme").await.unwrap(), Some(day(2)));
}

#[tokio::test]
async fn a_set_that_fails_or_is_dropped_may_have_taken_effect() {
    let (slow, pins) = cached();
    assert_eq!(pins.pin_first("acme", day(1)).await.unwrap(), day(1));
    *slow.fails.lock().unwrap() = true;
    pins.set("acme", day(2)).await.unwrap_err();
    *slow.fails.lock().unwrap() = false;
    assert_eq!(pins.pin_first("acme", day(9)).await.unwrap(), day(2));
    shut(&slow.confirmations);
    {
        let mut set = pin!(pins.set("acme", day(3)));
        assert!(poll!(set.as_mut()).is_pending());
    }
    assert_eq!(pins.pin_first("acme", day(9)).await.unwrap(), day(3));
}

#[tokio::test]
async fn a_question_that_fails_or_is_dropped_leaves_nothing_behind() {
    let (slow, pins) = cached();
    *slow.fails.lock().unwrap() = true;
    assert!(pins.get("acme").await.unwrap_err().to_string().contains("down"));
    assert!(pins.pin_first("acme", day(1)).await.unwrap_err().to_string().contains("down"));
    *slow.fails.lock().unwrap() = false;
    shut(&slow.answers);
    {
        let mut load = pin!(pins.get("acme"));
        assert!(poll!(load.as_mut()).is_pending());
    }
    slow.answers.add_permits(1);
    assert_eq!(pins.pin_first("acme", day(9)).await.unwrap(), day(1));
    assert_eq!(pins.pin_first("acme", day(9)).await.unwrap(), day(1));
    assert_eq!(slow.asked(), 4);
}

#[tokio::test]
async fn nobody_waits_for_the_question_of_another() {
    let (slow, pins) = cached();
    shut(&slow.answers);
    let mut first = pin!(pins.pin_first("acme", day(1)));
    assert!(poll!(first.as_mut()).is_pending());
    // Ends although the first never does.
    let mut second = pin!(pins.pin_first("acme", day(2)));
    assert!(poll!(second.as_mut()).is_pending());
    assert_eq!(slow.asked(), 2);
    slow.answers.add_permits(2);
    assert_eq!((first.await.unwrap(), second.await.unwrap()), (day(1), day(1)));
    assert_eq!(pins.pin_first("acme", day(3)).await.unwrap(), day(1));
    assert_eq!(slow.asked(), 2);
}

#[tokio::test]
async fn there_is_a_bound() {
    let (slow, pins) = cached();
    let pins = pins.capacity(100);
    let callers: Vec<_> = (0..1000).map(|of| format!("caller-{of}")).collect();
    for _ in 0..2 {
        for pin in join_all(callers.iter().map(|caller| pins.pin_first(caller, day(1)))).await {
            assert_eq!(pin.unwrap(), day(1));
        }
    }
    assert!(pins.known.len() <= 200, "{pins:?}");
    assert!(slow.asked() >= 1800, "{}", slow.asked());
}

impl fmt::Debug for Slow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Slow")
    }
}
