use super::row::column;
use rusqlite::{Connection, params};
use std::time::{Duration, Instant};

/// How many expired rows one commit removes: bounds how long others wait for it.
pub(super) const BATCH: usize = 500;

/// How many expired rows a commit of events may remove for each event, while there are too many: more than one, so that
/// they go faster than they come.
const ROWS_PER_EVENT: usize = 2;

/// Some of the rows whose time is up.
const DELETE: &str = "DELETE FROM steadfast_idempotency WHERE id IN \
     (SELECT id FROM steadfast_idempotency WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)";

/// When to look for rows whose time is up. Real time, not that which records are judged by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Between two looks, if the first found no more than it could remove.
    pub(super) interval: Duration,
    /// After one that found more: other processes have their turn.
    pub(super) pause: Duration,
    /// After one that failed.
    pub(super) after_failure: Duration,
}

/// Removes rows whose time is up, a few at a time. Until then they count as absent: nobody ever waits for it.
pub(super) struct Sweeper {
    pace: Pace,
    due: Instant,
    /// Whether the last look found more than it could remove.
    behind: bool,
    /// Since when somebody else has been writing at every look.
    put_off: Option<Instant>,
}

/// What came of a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Swept {
    Rows(usize),
    /// Somebody else is writing.
    Busy,
    /// Another process does it.
    Elsewhere,
    Failed,
}

impl Sweeper {
    pub(super) fn new(pace: Pace) -> Self {
        Self { pace, due: Instant::now() + pace.interval, behind: false, put_off: None }
    }

    /// How long to wait for other work before the next look.
    pub(super) fn rest(&self) -> Duration {
        self.due.saturating_duration_since(Instant::now())
    }

    /// Whether there may be more to remove.
    pub(super) fn is_behind(&self) -> bool {
        self.behind
    }

    /// Whether the others never pause, and a look has to wait for its turn as they do.
    pub(super) fn is_put_off(&self) -> bool {
        self.put_off.is_some_and(|since| since.elapsed() >= self.pace.interval)
    }

    /// How many rows a commit of so many events is to remove beside.
    pub(super) fn beside(&self, events: usize) -> usize {
        if self.behind { events.saturating_mul(ROWS_PER_EVENT).min(BATCH) } else { 0 }
    }

    pub(super) fn note(&mut self, swept: Swept) {
        let rest = match swept {
            Swept::Rows(rows) => {
                self.behind = rows >= BATCH;
                if self.behind { self.pace.pause } else { self.pace.interval }
            }
            Swept::Busy => self.pace.pause,
            Swept::Elsewhere => {
                self.behind = false;
                self.pace.interval
            }
            Swept::Failed => self.pace.after_failure,
        };
        let now = Instant::now();
        self.put_off = if swept == Swept::Busy { self.put_off.or(Some(now)) } else { None };
        self.due = now + rest;
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(10),
            pause: Duration::from_millis(50),
            after_failure: Duration::from_secs(1),
        }
    }
}

/// Removes at most `rows` rows whose time is up at `now`, and returns how many.
pub(super) fn remove(connection: &Connection, now: u64, rows: usize) -> rusqlite::Result<usize> {
    connection.prepare_cached(DELETE)?.execute(params![column(now), column(rows as u64)])
}
