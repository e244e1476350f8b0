//! Runs schedules from seeds, and prints what came of them. `cargo xtask simulate` builds and calls this.

#![allow(clippy::print_stdout, reason = "a command line tool answers on its standard output")]

use std::process::ExitCode;
use steadfast_simulation::{Run, Simulation};

const USAGE: &str = "usage: steadfast-simulation [--seed S] [--schedules N] [--threads T] [--trace]";

/// What is asked for.
struct Options {
    run: Run,
    is_traced: bool,
}

fn options(arguments: impl Iterator<Item = String>) -> Option<Options> {
    let mut options = Options { run: Run { seed: 1, schedules: 100_000, threads: 1 }, is_traced: false };
    let mut arguments = arguments;
    while let Some(name) = arguments.next() {
        if name == "--trace" {
            options.is_traced = true;
            continue;
        }
        let value: u64 = arguments.next()?.parse().ok()?;
        match &*name {
            "--seed" => options.run.seed = value,
            "--schedules" => options.run.schedules = value,
            "--threads" => options.run.threads = value.max(1),
            _ => return None,
        }
    }
    Some(options)
}

fn main() -> ExitCode {
    let Some(Options { run, is_traced }) = options(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    if is_traced {
        let outcome = Simulation::new().run_schedule(run.seed, true);
        println!("{}", outcome.trace.join("\n"));
        return if outcome.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let report = run.report();
    println!("{report}");
    if report.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
