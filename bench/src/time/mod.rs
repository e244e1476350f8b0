//! Tables of times, for what is too small for a request or too stateful for instruction counts.

mod dispatch;
mod downgrade;
mod line;

use std::error::Error;
use std::time::{Duration, Instant};

/// Times `count` calls; what a call consumes is made outside the measured time.
type Timed = Box<dyn FnMut(u32) -> Duration>;

/// The first row is what the others are compared with.
struct Table {
    rows: Vec<(String, Timed)>,
    calls_a_round: u32,
}

impl Table {
    fn new(calls_a_round: u32) -> Self {
        Self { rows: Vec::new(), calls_a_round }
    }

    /// Adds a row whose calls consume an input that `prepare` makes.
    fn row<I, O>(
        &mut self,
        name: impl Into<String>,
        prepare: impl Fn() -> I + 'static,
        call: impl Fn(I) -> O + 'static,
    ) {
        let timed = move |count| {
            let inputs: Vec<I> = (0..count).map(|_| prepare()).collect();
            let start = Instant::now();
            for input in inputs {
                std::hint::black_box(call(std::hint::black_box(input)));
            }
            start.elapsed()
        };
        self.rows.push((name.into(), Box::new(timed)));
    }

    /// The median nanoseconds of a call of each row, whose rounds alternate so that a busy machine slows all alike.
    fn medians(mut self, rounds: usize) -> Vec<(String, u128)> {
        let mut samples = vec![Vec::with_capacity(rounds); self.rows.len()];
        for _ in 0..rounds.max(1) {
            for ((_, timed), samples) in self.rows.iter_mut().zip(&mut samples) {
                samples.push(timed(self.calls_a_round).as_nanos() / u128::from(self.calls_a_round));
            }
        }
        let median = |mut samples: Vec<u128>| {
            samples.sort_unstable();
            samples[samples.len() / 2]
        };
        self.rows.into_iter().map(|(name, _)| name).zip(samples.into_iter().map(median)).collect()
    }
}

pub(crate) fn run(table: &str, rounds: usize) -> Result<(), Box<dyn Error>> {
    let table = match table {
        "dispatch" => dispatch::table()?,
        "downgrade" => downgrade::table(),
        _ => return Err(format!("there is no table `{table}`, only dispatch and downgrade").into()),
    };
    for (name, nanoseconds) in table.medians(rounds) {
        println!("{name}\t{nanoseconds}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::rc::Rc;

    #[test]
    fn every_call_gets_an_input_of_its_own() {
        let (made, used) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
        let mut table = Table::new(10);
        let (making, using) = (made.clone(), used.clone());
        table.row("count", move || making.set(making.get() + 1), move |()| using.set(using.get() + 1));
        let medians = table.medians(3);
        assert_eq!((made.get(), used.get()), (30, 30));
        assert_eq!(medians[0].0, "count");
    }
}
