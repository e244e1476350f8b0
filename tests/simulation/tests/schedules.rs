//! As many schedules as there is time for in a test run; `cargo xtask simulate` runs more.

use steadfast_simulation::{Run, Simulation};

#[test]
fn no_schedule_breaks_a_promise() {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8) as u64;
    let schedules = if cfg!(debug_assertions) { 10_000 } else { 100_000 };
    let report = Run { seed: 1, schedules, threads }.report();
    assert!(report.violations.is_empty(), "{report}");
    println!("{report}");
    // A simulation in which nothing happens breaks no promise.
    let counts = report.counts;
    assert!(counts.replays > schedules && counts.takeovers > schedules / 100, "{report}");
}

#[test]
fn one_seed_has_one_trace() {
    let mut simulation = Simulation::new();
    let traces: Vec<_> = (1..40).map(|seed| simulation.run_schedule(seed, true).trace).collect();
    for (seed, trace) in (1..40).zip(traces) {
        assert_eq!(Simulation::new().run_schedule(seed, true).trace, trace, "seed {seed}");
    }
}

#[test]
fn schedules_do_not_depend_on_threads_or_on_those_before_them() {
    let counts = |threads| Run { seed: 1, schedules: 2_000, threads }.report().counts;
    assert_eq!(counts(1), counts(3));
}
