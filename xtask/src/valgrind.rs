//! What a call costs in instructions and allocations: the difference between a longer and a shorter run, over the
//! calls by which they differ, so that the start of the program does not count.
//!
//! Valgrind's processor has no SHA instructions: SHA-256 of a payment counts some 30,000 instructions here and takes
//! a few hundred nanoseconds elsewhere. A variant whose instructions are gated must do without SHA-256, and without
//! nothing else.

use crate::run::{command, output};
use crate::{Result, tools};
use std::path::Path;
use std::time::Duration;

const LIMIT: Duration = Duration::from_mins(5);

/// The calls of the shorter and of the longer run.
pub(crate) type Runs = (u32, u32);

/// Instructions of a call, as callgrind counts them.
pub(crate) fn instructions(program: &Path, variant: &str, runs: Runs) -> Result<f64> {
    let total = |calls| -> Result<f64> {
        let report = report("callgrind", "--callgrind-out-file=/dev/null", program, variant, calls)?;
        Ok(figure(&report, "Collected :", "")?)
    };
    Ok((total(runs.1)? - total(runs.0)?) / f64::from(runs.1 - runs.0))
}

/// Heap blocks and bytes that a call asks for, as dhat counts them; a block that grows counts again.
pub(crate) fn allocations(program: &Path, variant: &str, runs: Runs) -> Result<(f64, f64)> {
    let total = |calls| -> Result<(f64, f64)> {
        let report = report("dhat", "--dhat-out-file=/dev/null", program, variant, calls)?;
        Ok((figure(&report, "Total:", "bytes in")?, figure(&report, "Total:", "")?))
    };
    let (short, long) = (total(runs.0)?, total(runs.1)?);
    let calls = f64::from(runs.1 - runs.0);
    Ok(((long.0 - short.0) / calls, (long.1 - short.1) / calls))
}

fn report(tool: &str, out_file: &str, program: &Path, variant: &str, calls: u32) -> Result<String> {
    tools::ensure("valgrind")?;
    let tool = format!("--tool={tool}");
    let mut valgrind = command("valgrind", &[&tool, out_file]);
    valgrind.arg(program).args(["calls", variant, &calls.to_string()]);
    Ok(String::from_utf8(output(&mut valgrind, LIMIT)?.stderr)?)
}

/// The first number behind `label`, and behind `then` where that follows in the same line.
fn figure(report: &str, label: &str, then: &str) -> std::result::Result<f64, String> {
    let line = report.lines().find_map(|line| line.split_once(label).map(|(_, rest)| rest));
    let number =
        line.and_then(|line| line.split_once(then)).and_then(|(_, rest)| rest.split_whitespace().next());
    let number = number.and_then(|number| number.replace(',', "").parse().ok());
    number.ok_or_else(|| format!("no number behind `{label}` in what valgrind printed:\n{report}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_from_what_valgrind_prints() {
        let callgrind = "==8== Events    : Ir\n==8== Collected : 149287315\n";
        assert_eq!(figure(callgrind, "Collected :", ""), Ok(149_287_315.0));
        let dhat = "==8== Total:     126,674 bytes in 2,512 blocks\n==8== At t-gmax: 1 bytes in 1 blocks\n";
        assert_eq!(figure(dhat, "Total:", ""), Ok(126_674.0));
        assert_eq!(figure(dhat, "Total:", "bytes in"), Ok(2_512.0));
        assert!(figure("nothing", "Total:", "").unwrap_err().starts_with("no number behind `Total:`"));
    }
}
