//! Schedules of the idempotency engine from seeds, and mutants of the engine that they must find.

mod mutants;

use crate::Result;
use crate::run::{cargo, run as run_command};

const PACKAGE: &str = "steadfast-simulation";

const OPTIONS: [&str; 3] = ["--seed", "--schedules", "--threads"];

/// Runs schedules, or with `--mutants` looks whether they find what is wrong on purpose.
pub(crate) fn run(flags: &[&str]) -> Result {
    if let ["--mutants", rest @ ..] = flags {
        return match rest {
            [] => mutants::run(None),
            [name] => mutants::run(Some(name)),
            _ => Err("--mutants takes the name of one mutant, or none".into()),
        };
    }
    check(flags)?;
    let mut command = cargo(&["run", "--release", "--quiet", "--package", PACKAGE, "--"]);
    run_command(command.args(flags))
}

fn check(flags: &[&str]) -> Result {
    let mut flags = flags.iter();
    while let Some(flag) = flags.next() {
        if *flag == "--trace" {
            continue;
        }
        if !OPTIONS.contains(flag) {
            return Err(format!("simulate has no option {flag}").into());
        }
        let value = flags.next().ok_or_else(|| format!("{flag} needs a value"))?;
        if value.parse::<u64>().is_err() {
            return Err(format!("{flag} cannot be {value}").into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_flags_are_refused() {
        assert!(check(&["--seed", "7", "--trace", "--threads", "2"]).is_ok());
        let error = |flags: &[&str]| check(flags).unwrap_err().to_string();
        assert_eq!(error(&["--speed", "1"]), "simulate has no option --speed");
        assert_eq!(error(&["--seed"]), "--seed needs a value");
        assert_eq!(error(&["--schedules", "many"]), "--schedules cannot be many");
    }
}
