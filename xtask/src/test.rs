use crate::run::cargo;
use crate::{Result, surface, tidy};

/// The first step builds with every feature of every dependency that any package asks for. What compiles or behaves
/// otherwise without them is found by the steps that build one package with the features of its users.
const STEPS: &[(&str, &[&str])] = &[
    (
        "unit, integration, compile-fail and doc tests, every feature",
        &["test", "--workspace", "--all-features"],
    ),
    ("from outside, default features", &["test", "--package", "steadfast-default-tests"]),
    ("the library, default features", &["test", "--package", "steadfast", "--lib"]),
    (
        "the library without idempotency",
        &["test", "--package", "steadfast", "--no-default-features", "--lib"],
    ),
    (
        "the library without SQLite compiles",
        &["check", "--package", "steadfast", "--no-default-features", "--features", "idempotency"],
    ),
    (
        "100,000 schedules of the simulation",
        &[
            "run",
            "--release",
            "--package",
            "steadfast-simulation",
            "--",
            "--schedules",
            "100000",
            "--threads",
            "2",
        ],
    ),
    ("the engine without its features compiles", &["check", "--package", "steadfast-engine"]),
    ("the payments example builds", &["build", "--package", "steadfast-examples", "--example", "payments"]),
];

/// Runs every step, up to the first that fails.
pub(crate) fn run() -> Result {
    for (title, arguments) in STEPS {
        println!("\n== {title}: cargo {}", arguments.join(" "));
        crate::run::run(&mut cargo(arguments))?;
    }
    println!("\n== the public items: cargo xtask surface");
    surface::run(false)?;
    println!("\n== the rules of the repository: cargo xtask tidy");
    tidy::run()
}
