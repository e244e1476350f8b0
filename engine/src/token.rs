use std::cell::Cell;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use steadfast_core::{Clock, SystemClock};

/// Proves that a claim is still one's own: every claim has another token, and only its holder completes, renews or
/// releases it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FencingToken(pub [u8; 16]);

impl FencingToken {
    /// Returns a token that no other claim has.
    ///
    /// # Errors
    /// If the system has no random numbers.
    pub fn generate() -> Result<Self, getrandom::Error> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        thread_local!(static SOURCE: Cell<Source> = const { Cell::new(Source { random: 0, left: 0 }) });
        let mut source = SOURCE.get();
        let token = source.next(COUNT.fetch_add(1, Ordering::Relaxed), SystemClock.now())?;
        SOURCE.set(source);
        Ok(token)
    }
}

/// The number of tokens that a thread makes of one random number.
const TOKENS_PER_RANDOM: u8 = 64;

/// The source of a thread's tokens.
///
/// Asking the system for a random number for every claim takes longer than a replay, so one number serves for several
/// tokens. A count within the process distinguishes these. The time distinguishes those of two copies of a process, such
/// as two machines that were resumed from one snapshot.
#[derive(Clone, Copy)]
struct Source {
    random: u64,
    left: u8,
}

impl Source {
    fn next(&mut self, count: u64, now: Duration) -> Result<FencingToken, getrandom::Error> {
        match self.left.checked_sub(1) {
            Some(left) => self.left = left,
            None => *self = Self { random: getrandom::u64()?, left: TOKENS_PER_RANDOM - 1 },
        }
        // Wraps in the year 2554.
        #[allow(clippy::cast_possible_truncation, reason = "the low bits are the ones that differ")]
        let nanoseconds = now.as_nanos() as u64;
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&(self.random ^ nanoseconds).to_le_bytes());
        bytes[8..].copy_from_slice(&count.to_le_bytes());
        Ok(FencingToken(bytes))
    }
}

impl fmt::Debug for FencingToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FencingToken(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_tokens_are_the_same() {
        let tokens: Vec<_> = (0..100).map(|_| FencingToken::generate().unwrap()).collect();
        for (i, one) in tokens.iter().enumerate() {
            assert!(!tokens[i + 1..].contains(one));
        }
    }

    #[test]
    fn copies_of_a_process_issue_different_tokens() {
        let (now, later) = (Duration::from_secs(1000), Duration::from_secs(1000) + Duration::from_nanos(1));
        let mut one = Source { random: 0, left: 0 };
        one.next(0, now).unwrap();
        let mut other = one;
        assert_ne!(one.next(1, now).unwrap(), other.next(1, later).unwrap());
        // Even if their clocks stand still.
        let equal =
            (2..200).filter(|&count| one.next(count, now).unwrap() == other.next(count, now).unwrap());
        assert!(equal.count() < usize::from(TOKENS_PER_RANDOM));
    }
}
