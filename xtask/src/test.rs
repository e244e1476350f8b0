use crate::run::cargo;
use crate::{Result, tidy};

const STEPS: &[(&str, &[&str])] = &[
    ("unit, integration, compile-fail and doc tests", &["test", "--workspace", "--all-features"]),
    ("the library without SQLite", &["test", "--package", "steadfast", "--no-default-features", "--lib"]),
    ("the payments example builds", &["build", "--package", "steadfast-examples", "--example", "payments"]),
];

/// Runs every step, up to the first that fails.
pub(crate) fn run() -> Result {
    for (title, arguments) in STEPS {
        println!("\n== {title}: cargo {}", arguments.join(" "));
        crate::run::run(&mut cargo(arguments))?;
    }
    println!("\n== the rules of the repository: cargo xtask tidy");
    tidy::run()
}
