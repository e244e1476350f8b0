//! Tables of times, for what is too small for a request or too stateful for instruction counts.

mod dispatch;
mod distances;
mod downgrade;
mod fingerprint;
mod line;
#[cfg(feature = "sealed")]
mod sealed;
mod sources;
mod stores;
mod upgrade;
mod versioned_line;
mod wide;
mod writers;

use std::error::Error;
use std::time::{Duration, Instant};

/// Times `count` calls; what a call consumes is made outside the measured time.
type Timed = Box<dyn FnMut(u32) -> Duration>;

/// The first row is what the others are compared with.
struct Table {
    rows: Vec<(String, Timed)>,
    differences: Vec<Difference>,
    calls_a_round: u32,
}

/// How much more one row takes than another.
struct Difference {
    name: String,
    row: String,
    than: String,
}

impl Table {
    fn new(calls_a_round: u32) -> Self {
        Self { rows: Vec::new(), differences: Vec::new(), calls_a_round }
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

    /// Adds how much more the row `row` takes than the row `than`, round by round.
    fn above(&mut self, name: impl Into<String>, row: impl Into<String>, than: impl Into<String>) {
        self.differences.push(Difference { name: name.into(), row: row.into(), than: than.into() });
    }

    /// The median nanoseconds of a call of each row, whose rounds alternate so that a busy machine slows all alike.
    /// Differences come last.
    fn medians(mut self, rounds: usize) -> Vec<(String, f64)> {
        let mut samples = vec![Vec::with_capacity(rounds); self.rows.len()];
        for _ in 0..rounds.max(1) {
            for ((_, timed), samples) in self.rows.iter_mut().zip(&mut samples) {
                samples.push(timed(self.calls_a_round).as_secs_f64() * 1e9 / f64::from(self.calls_a_round));
            }
        }
        let of = |name: &str| {
            let found = self.rows.iter().zip(&samples).find(|((row, _), _)| row == name);
            found.map_or(&[][..], |(_, samples)| samples)
        };
        let differences = self.differences.iter().map(|Difference { name, row, than }| {
            (name.clone(), median(of(row).iter().zip(of(than)).map(|(row, than)| row - than).collect()))
        });
        let rows = self.rows.iter().zip(&samples).map(|((name, _), row)| (name.clone(), median(row.clone())));
        rows.chain(differences).collect()
    }
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_unstable_by(f64::total_cmp);
    samples.get(samples.len() / 2).copied().unwrap_or(f64::NAN)
}

/// How many operations share a commit, for a profiler to look at one side alone.
pub(crate) fn commits(whose: &str, clients: u32, pairs: u32) -> Result<(), Box<dyn Error>> {
    let (operations, commits) = writers::commits(whose, clients, pairs)?;
    println!("{operations} operations in {commits} commits");
    Ok(())
}

pub(crate) fn run(table: &str, rounds: usize) -> Result<(), Box<dyn Error>> {
    let table = match table {
        "dispatch" => dispatch::table()?,
        "downgrade" => downgrade::table(),
        "fingerprint" => fingerprint::table(),
        #[cfg(feature = "sealed")]
        "sealed" => sealed::table()?,
        "sources" => sources::table()?,
        "stores" => stores::table()?,
        "upgrade" => upgrade::table(),
        "writers" => writers::table()?,
        _ => {
            return Err(format!(
                "there is no table `{table}`, only dispatch, downgrade, fingerprint, sealed (with the feature), sources, stores, upgrade and writers"
            )
            .into());
        }
    };
    let medians = table.medians(rounds);
    for (name, nanoseconds) in &medians {
        println!("{name}\t{nanoseconds:.0}");
    }
    // Beside the rows, which programs read.
    if let Some(table) = distances::markdown(&medians) {
        eprintln!("{table}");
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
        table.above("nothing", "count", "count");
        let medians = table.medians(3);
        assert_eq!((made.get(), used.get()), (30, 30));
        assert_eq!(medians[0].0, "count");
        assert_eq!(medians[1], ("nothing".to_owned(), 0.0));
    }
}
