use crate::Date;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Where time comes from: the phases of versions, the lease and the time-to-live of idempotency records.
///
/// Everything in the framework that asks for the time asks a `Clock`, so that a test can hold it still.
///
/// ```
/// use std::time::Duration;
/// use steadfast_core::{Clock, Date, FixedClock};
///
/// let clock = FixedClock::at_start_of(Date::parse("2025-07-01").unwrap());
/// assert_eq!(clock.now(), Duration::from_secs(1_751_328_000));
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.today(), Date::parse("2025-07-01").unwrap());
/// ```
pub trait Clock: Send + Sync + 'static {
    /// The time since the Unix epoch.
    fn now(&self) -> Duration;

    /// The day that holds [`now`](Clock::now), in UTC.
    fn today(&self) -> Date {
        let seconds = i64::try_from(self.now().as_secs()).unwrap_or(i64::MAX);
        Date::from_unix_seconds(seconds).unwrap_or(LAST_DAY)
    }
}

const LAST_DAY: Date = match Date::from_ymd(9999, 12, 31) {
    Some(date) => date,
    None => unreachable!(),
};

/// The operating system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place that reads the system's time")]
    fn now(&self) -> Duration {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }
}

/// A clock that stands still until it is told to move. Clones share one time.
#[derive(Debug, Clone)]
pub struct FixedClock(Arc<std::sync::atomic::AtomicU64>);

impl FixedClock {
    /// A clock that shows `since_epoch`, in whole milliseconds.
    pub fn new(since_epoch: Duration) -> Self {
        Self(Arc::new(milliseconds(since_epoch).into()))
    }

    /// A clock that shows 00:00:00 UTC of `day`; the epoch for days before 1970.
    pub fn at_start_of(day: Date) -> Self {
        Self::new(Duration::from_secs(u64::try_from(day.unix_seconds()).unwrap_or(0)))
    }

    /// Moves the clock, and its clones, forward.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(milliseconds(by), std::sync::atomic::Ordering::SeqCst);
    }

    /// Moves the clock, and its clones, back, as the system's clock is when it was wrong.
    #[doc(hidden)]
    pub fn rewind(&self, by: Duration) {
        self.0.fetch_sub(milliseconds(by), std::sync::atomic::Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Duration {
        Duration::from_millis(self.0.load(std::sync::atomic::Ordering::SeqCst))
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> Duration {
        (**self).now()
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
