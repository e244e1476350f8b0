use std::time::{Duration, Instant};

/// The number of expired rows of a table that one commit removes, at most: bounds how long others wait for it.
pub(crate) const BATCH: usize = 500;

/// The times between what the writer thread does by itself. They are real time, not that of the store's clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// The time after a sweep that left nothing.
    pub(crate) interval: Duration,
    /// The time after a sweep that left expired rows, or found the database locked: others are to write in between.
    pub(crate) pause: Duration,
    /// The time after a sweep that failed.
    pub(crate) after_failure: Duration,
    /// The time after which the room of the reserve is taken again, if it was given up.
    pub(crate) reserve: Duration,
}

/// The schedule by which the writer thread removes expired rows. Until then they count as absent.
pub(crate) struct Sweeper {
    pace: Pace,
    sweep_at: Instant,
}

/// The result of a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Swept {
    Rows(usize),
    /// Another process is writing.
    Busy,
    Failed,
}

impl Sweeper {
    pub(crate) fn new(pace: Pace) -> Self {
        Self { pace, sweep_at: Instant::now() + pace.interval }
    }

    /// Returns how long to wait for other work before the next sweep.
    pub(crate) fn until_due(&self) -> Duration {
        self.sweep_at.saturating_duration_since(Instant::now())
    }

    /// Schedules the next sweep after one of this result.
    pub(crate) fn note(&mut self, swept: Swept) {
        let rest = match swept {
            Swept::Rows(rows) if rows < BATCH => self.pace.interval,
            Swept::Rows(_) | Swept::Busy => self.pace.pause,
            Swept::Failed => self.pace.after_failure,
        };
        self.sweep_at = Instant::now() + rest;
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(10),
            pause: Duration::from_millis(50),
            after_failure: Duration::from_secs(1),
            reserve: Duration::from_secs(1),
        }
    }
}
