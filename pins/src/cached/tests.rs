use super::*;
use crate::MemoryPins;
#[cfg(feature = "contract")]
use crate::contract;
use futures_util::future::join_all;
use futures_util::poll;
use std::pin::pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

/// A store that counts its reads, and that can be made to wait between reading a pin and returning it, before writing
/// one, and between writing one and returning.
#[derive(Clone)]
struct Slow {
    pins: MemoryPins,
    reads: Arc<AtomicUsize>,
    /// One permit for each pin that is returned.
    returns: Arc<Semaphore>,
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
            reads: Arc::default(),
            returns: free(),
            writes: free(),
            confirmations: free(),
            fails: Arc::default(),
        }
    }

    fn reads(&self) -> usize {
        self.reads.load(Ordering::SeqCst)
    }

    async fn pass<T>(&self, gate: &Semaphore, result: T) -> Result<T, PinStoreError> {
        gate.acquire().await.unwrap().forget();
        if *self.fails.lock().unwrap() { Err(PinStoreError::new("down")) } else { Ok(result) }
    }
}

fn shut(gate: &Semaphore) {
    gate.forget_permits(Semaphore::MAX_PERMITS);
}

impl PinStore for Slow {
    async fn pin_first(&self, caller: &str, newest: Date) -> Result<Date, PinStoreError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        let pin = self.pins.pin_first(caller, newest).await?;
        self.pass(&self.returns, pin).await
    }

    async fn get(&self, caller: &str) -> Result<Option<Date>, PinStoreError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        let pin = self.pins.get(caller).await?;
        self.pass(&self.returns, pin).await
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

#[cfg(feature = "contract")]
#[tokio::test]
async fn a_cache_passes_the_contract() {
    contract::check(async || CachedPins::new(MemoryPins::new())).await.unwrap();
}

#[cfg(feature = "contract")]
#[tokio::test]
async fn a_cache_that_evicts_passes_the_contract() {
    contract::check(async || CachedPins::new(MemoryPins::new()).capacity(1)).await.unwrap();
    contract::check(async || CachedPins::new(MemoryPins::new()).capacity(0)).await.unwrap();
    contract::check(async || CachedPins::new(MemoryPins::new()).ttl(Duration::ZERO)).await.unwrap();
}

#[tokio::test]
async fn a_cached_pin_is_not_read_again() {
    let (slow, pins) = cached();
    for _ in 0..3 {
        assert_eq!(pins.pin_first("acme", day(1)).await.unwrap(), day(1));
        assert_eq!(pins.clone().pin_first("acme", day(2)).await.unwrap(), day(1));
        assert_eq!(pins.get("acme").await.unwrap(), Some(day(1)));
    }
    assert_eq!(slow.reads(), 1);
    assert_eq!(pins.get("other").await.unwrap(), None);
    assert_eq!(pins.get("other").await.unwrap(), None);
    assert_eq!(slow.reads(), 3);
    slow.pins.set("other", day(3)).await.unwrap();
    assert_eq!(pins.get("other").await.unwrap(), Some(day(3)));
    assert_eq!(pins.pin_first("other", day(4)).await.unwrap(), day(3));
    assert_eq!(slow.reads(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_pin_that_another_process_sets_is_seen_after_the_ttl() {
    let (slow, pins) = cached();
    assert_eq!(pins.pin_first("acme", day(1)).await.unwrap(), day(1));
    slow.pins.set("acme", day(2)).await.unwrap();
    tokio::time::advance(Duration::from_millis(59_999)).await;
    assert_eq!(pins.pin_first("acme", day(9)).await.unwrap(), day(1));
    // A hit does not prolong the time.
    tokio::time::advance(Duration::from_millis(1)).await;
    assert_eq!(pins.pin_first("acme", day(9)).await.unwrap(), day(2));
    assert_eq!(pins.get("acme").await.unwrap(), Some(day(2)));
    assert_eq!(slow.reads(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_ttl_counts_from_the_call_and_not_from_its_return() {
    let (slow, pins) = cached();
    shut(&slow.returns);
    let mut load = pin!(pins.pin_first("acme", day(1)));
    assert!(poll!(load.as_mut()).is_pending());
    slow.pins.set("acme", day(2)).await.unwrap();
    tokio::time::advance(TTL).await;
    slow.returns.add_permits(2);
    assert_eq!(load.await.unwrap(), day(1));
    assert_eq!(pins.get("acme").await.unwrap(), Some(day(2)));
}

#[tokio::test]
async fn a_pin_that_is_set_is_seen_at_once_also_by_clones() {
    let (_, pins) = cached();
    assert_eq!(pins.pin_first("acme", day(1)).await.unwrap(), day(1));
    pins.clone().set("acme", day(2)).await.unwrap();
    assert_eq!(pins.pin_first("acme", day(9)).await.unwrap(), day(2));
    assert_eq!(pins.get("acme").await.unwrap(), Some(day(2)));
}

#[tokio::test]
async fn a_read_from_before_a_set_is_not_cached() {
    for again in [false, true] {
        let (slow, pins) = cached();
        slow.pins.set("acme", day(1)).await.unwrap();
        shut(&slow.returns);
        let mut load = pin!(pins.pin_first("acme", day(9)));
        assert!(poll!(load.as_mut()).is_pending());
        pins.set("acme", day(2)).await.unwrap();
        slow.returns.add_permits(2);
        if again {
            // Nor does it replace a read from after the set.
            assert_eq!(pins.get("acme").await.unwrap(), Some(day(2)));
        }
        assert_eq!(load.await.unwrap(), day(1));
        assert_eq!(pins.get("acme").await.unwrap(), Some(day(2)), "again: {again}");
        slow.returns.add_permits(2);
        assert_eq!(pins.pin_first("acme", day(9)).await.unwrap(), day(2));
        assert_eq!(slow.reads(), 2);
    }
}

#[tokio::test]
async fn a_read_from_before_a_set_that_has_not_returned_is_not_cached() {
    let (slow, pins) = cached();
    // Read before the write, returned while the set has not returned.
    shut(&slow.returns);
    shut(&slow.confirmations);
    slow.pins.set("acme", day(1)).await.unwrap();
    let mut load = pin!(pins.get("acme"));
    assert!(poll!(load.as_mut()).is_pending());
    let mut set = pin!(pins.set("acme", day(2)));
    assert!(poll!(set.as_mut()).is_pending());
    slow.returns.add_permits(2);
    assert_eq!(load.await.unwrap(), Some(day(1)));
    slow.confirmations.add_permits(1);
    set.await.unwrap();
    assert_eq!(pins.get("acme").await.unwrap(), Some(day(2)));
}

#[tokio::test]
async fn a_read_between_the_call_of_set_and_its_write_is_evicted() {
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
async fn two_sets_that_return_in_another_order_leave_the_pin_of_the_store() {
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
async fn a_set_that_fails_or_is_dropped_evicts_the_pin() {
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
async fn a_read_that_fails_or_is_dropped_leaves_no_placeholder() {
    let (slow, pins) = cached();
    *slow.fails.lock().unwrap() = true;
    assert!(pins.get("acme").await.unwrap_err().to_string().contains("down"));
    assert!(pins.pin_first("acme", day(1)).await.unwrap_err().to_string().contains("down"));
    *slow.fails.lock().unwrap() = false;
    shut(&slow.returns);
    {
        let mut load = pin!(pins.get("acme"));
        assert!(poll!(load.as_mut()).is_pending());
    }
    slow.returns.add_permits(1);
    assert_eq!(pins.pin_first("acme", day(9)).await.unwrap(), day(1));
    assert_eq!(pins.pin_first("acme", day(9)).await.unwrap(), day(1));
    assert_eq!(slow.reads(), 4);
}

#[tokio::test]
async fn a_read_does_not_wait_for_another_read() {
    let (slow, pins) = cached();
    shut(&slow.returns);
    let mut first = pin!(pins.pin_first("acme", day(1)));
    assert!(poll!(first.as_mut()).is_pending());
    // Ends although the first never does.
    let mut second = pin!(pins.pin_first("acme", day(2)));
    assert!(poll!(second.as_mut()).is_pending());
    assert_eq!(slow.reads(), 2);
    slow.returns.add_permits(2);
    assert_eq!((first.await.unwrap(), second.await.unwrap()), (day(1), day(1)));
    assert_eq!(pins.pin_first("acme", day(3)).await.unwrap(), day(1));
    assert_eq!(slow.reads(), 2);
}

#[tokio::test]
async fn the_number_of_cached_pins_is_bounded() {
    let (slow, pins) = cached();
    let pins = pins.capacity(100);
    let callers: Vec<_> = (0..1000).map(|of| format!("caller-{of}")).collect();
    for _ in 0..2 {
        for pin in join_all(callers.iter().map(|caller| pins.pin_first(caller, day(1)))).await {
            assert_eq!(pin.unwrap(), day(1));
        }
    }
    assert!(pins.cache.len() <= 200, "{pins:?}");
    assert!(slow.reads() >= 1800, "{}", slow.reads());
}

impl fmt::Debug for Slow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Slow")
    }
}
