use crate::Result;
use crate::run::cargo;

/// What the tests read, with what holds if nothing is said.
const OPTIONS: &[(&str, &str, &str)] = &[
    ("--disconnects", "STEADFAST_TORTURE_DISCONNECTS", "1000"),
    ("--kills", "STEADFAST_TORTURE_KILLS", "200"),
    ("--operations", "STEADFAST_TORTURE_OPERATIONS", "3000"),
    ("--seed", "STEADFAST_TORTURE_SEED", "1"),
    ("--store", "STEADFAST_TORTURE_STORE", "sqlite"),
];

/// Runs the torture of the integration tests for as long as `flags` say; it prints what it did.
pub(crate) fn run(flags: &[&str]) -> Result {
    let variables = variables(flags)?;
    let mut command = cargo(&["test", "--package", "steadfast-tests", "--test", "it", "--"]);
    let in_memory = variables.contains(&("STEADFAST_TORTURE_STORE", "memory".to_owned()));
    // Whoever dies in memory leaves nothing to be wrong: only the payments are tortured there, by clients.
    command.arg(if in_memory { "torture::payments" } else { "torture" });
    // That of a full disk is ignored otherwise, because it mounts one.
    command.args(["--include-ignored", "--nocapture", "--test-threads=1"]).envs(variables);
    crate::run::run(&mut command)
}

fn variables(flags: &[&str]) -> Result<Vec<(&'static str, String)>> {
    let mut variables: Vec<_> =
        OPTIONS.iter().map(|(_, variable, value)| (*variable, (*value).to_owned())).collect();
    let mut flags = flags.iter();
    while let Some(flag) = flags.next() {
        let position = OPTIONS.iter().position(|(option, ..)| option == flag);
        let position = position.ok_or_else(|| format!("torture has no option {flag}"))?;
        let value = flags.next().ok_or_else(|| format!("{flag} needs a value"))?;
        let fits = match *flag {
            "--store" => ["sqlite", "memory"].contains(value),
            "--seed" | "--operations" => value.parse::<u64>().is_ok(),
            _ => value.parse::<u32>().is_ok(),
        };
        if !fits {
            return Err(format!("{flag} cannot be {value}").into());
        }
        (*value).clone_into(&mut variables[position].1);
    }
    Ok(variables)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_as_usual() {
        let variables = variables(&["--kills", "3", "--store", "memory"]).unwrap();
        let values: Vec<_> = variables.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(values, ["1000", "3", "3000", "1", "memory"]);
    }

    #[test]
    fn wrong_flags_are_refused() {
        let error = |flags: &[&str]| variables(flags).unwrap_err().to_string();
        assert_eq!(error(&["--speed", "1"]), "torture has no option --speed");
        assert_eq!(error(&["--kills"]), "--kills needs a value");
        assert_eq!(error(&["--kills", "many"]), "--kills cannot be many");
        assert_eq!(error(&["--store", "redis"]), "--store cannot be redis");
    }
}
