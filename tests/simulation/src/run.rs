use crate::simulation::Simulation;
use crate::witness::Counts;
use std::fmt;
use std::thread;
use std::time::{Duration, Instant};

/// How many violations are kept; one is enough to begin with.
const KEPT: usize = 20;

/// Schedules that are to run: those of the seeds from `seed` on.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// The first seed.
    pub seed: u64,
    /// The number of schedules.
    pub schedules: u64,
    /// How many threads share them.
    pub threads: u64,
}

/// What came of them.
#[derive(Debug, Default)]
pub struct Report {
    /// What happened.
    pub counts: Counts,
    /// Each seed whose schedule broke promises, with the first of them; no more than a few.
    pub violations: Vec<(u64, String)>,
    /// How long it took.
    pub time: Duration,
    /// What happened in the schedule of the first of these seeds.
    pub trace: Vec<String>,
}

impl Run {
    /// Runs the schedules.
    pub fn report(self) -> Report {
        let start = Instant::now();
        let mut report = Report::default();
        thread::scope(|scope| {
            let threads: Vec<_> =
                (0..self.threads).map(|thread| scope.spawn(move || self.share(thread))).collect();
            for thread in threads {
                if let Ok((counts, violations)) = thread.join() {
                    report.counts += counts;
                    report.violations.extend(violations);
                } else {
                    report.violations.push((self.seed, "the simulation itself panicked".to_owned()));
                }
            }
        });
        report.time = start.elapsed();
        report.violations.sort();
        if let Some((seed, _)) = report.violations.first() {
            // In a world of its own: what it shows does not depend on the schedules before.
            report.trace = Simulation::new().run_schedule(*seed, true).trace;
        }
        report
    }

    fn share(self, thread: u64) -> (Counts, Vec<(u64, String)>) {
        let (mut simulation, mut counts, mut violations) = (Simulation::new(), Counts::default(), Vec::new());
        let mut number = thread;
        while number < self.schedules && violations.len() < KEPT {
            let seed = self.seed.wrapping_add(number);
            let outcome = simulation.run_schedule(seed, false);
            counts += outcome.counts;
            violations.extend(outcome.violations.into_iter().next().map(|first| (seed, first)));
            number += self.threads;
        }
        (counts, violations)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.trace {
            writeln!(f, "{line}")?;
        }
        if !self.trace.is_empty() {
            writeln!(f)?;
        }
        let Counts { schedules, requests, executions, replays, refusals, takeovers, calls, deaths } =
            self.counts;
        for (what, count) in [
            ("schedules", schedules),
            ("requests", requests),
            ("executions", executions),
            ("replays", replays),
            ("refusals", refusals),
            ("takeovers", takeovers),
            ("deaths", deaths),
            ("store calls", calls),
        ] {
            writeln!(f, "{what:<12} {count}")?;
        }
        #[allow(clippy::cast_precision_loss, reason = "a figure to read")]
        let rate = schedules as f64 / self.time.as_secs_f64();
        writeln!(f, "time         {:.1} s, {rate:.0} schedules per second", self.time.as_secs_f64())?;
        write!(f, "violations   {}", self.violations.len())?;
        self.violations.iter().try_for_each(|(seed, what)| write!(f, "\n  seed {seed}: {what}"))
    }
}
