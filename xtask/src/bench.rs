use crate::load::{self, Seconds};
use crate::run::{cargo, command, output};
use crate::table::{Figures, markdown, median, ratios};
use crate::{Result, compile, gate, root, valgrind};
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

/// How long to measure.
struct Scale {
    calls: valgrind::Runs,
    rounds_of_load: usize,
    seconds: Seconds,
    rounds_of_time: u32,
}

const FULL: Scale = Scale {
    calls: (500, 1_500),
    rounds_of_load: 3,
    seconds: Seconds { warm_up: 1, measured: 4 },
    rounds_of_time: 15,
};
const QUICK: Scale = Scale {
    calls: (100, 300),
    rounds_of_load: 1,
    seconds: Seconds { warm_up: 1, measured: 1 },
    rounds_of_time: 5,
};

/// The tables that the bench program times itself.
const TIMED: &[(&str, &str)] = &[
    ("dispatch", "Time from a request to its handler, in process"),
    ("sources", "Time from a request to its handler by where it names its version, in process"),
    ("downgrade", "Time to write a body of 20 items as an older version"),
    ("upgrade", "Time to read a body of 20 items of an older version"),
    ("stores", "Time of a request with an idempotency key, in process"),
    ("writers", "Time of first requests in a SQLite file, by clients at once and the one beside it by hand"),
];

pub(crate) fn run(only_gates: bool, quick: bool) -> Result {
    let scale = if quick { QUICK } else { FULL };
    let program = build()?;
    let variants = variants(&program)?;

    // Where threads and disks take part, only the socket says something.
    let counted: Vec<_> = variants.iter().filter(|variant| variant["counted"] == true).cloned().collect();

    let instructions = by_variant(&counted, |name| valgrind::instructions(&program, name, scale.calls))?;
    println!("{}", markdown("Instructions of a call, in process", "instructions", &instructions));
    let compiled = compile::measure("", if quick { 1 } else { 3 })?;
    println!("{}", side_by_side(&compiled));
    let lines = expansions()?;
    println!("### Lines of an expansion\n\n| | lines |\n|---|---:|");
    for (name, lines) in &lines {
        println!("| {name} | {lines} |");
    }
    println!();
    if only_gates {
        let compiled = compiled.iter().map(|row| (row.name.to_owned(), row.ours / row.bare));
        return check(&ratios(&instructions).into_iter().chain(compiled).chain(lines).collect::<Vec<_>>());
    }

    let mut bytes = Figures::new();
    let blocks = by_variant(&counted, |name| {
        let (blocks, of_bytes) = valgrind::allocations(&program, name, scale.calls)?;
        bytes.push((name.to_owned(), of_bytes));
        Ok(blocks)
    })?;
    println!("{}", markdown("Heap allocations of a call and of making its request", "allocations", &blocks));
    println!("{}", markdown("Heap bytes of a call and of making its request", "bytes", &bytes));

    let loads = loads(&program, &variants, &scale)?;
    println!("{}", markdown("Requests over 64 connections to one server thread", "requests/s", &loads));

    for (table, title) in TIMED {
        println!("{}", markdown(title, "ns", &times(&program, table, scale.rounds_of_time)?));
    }
    Ok(())
}

/// Builds the bench program and says where it is.
fn build() -> Result<PathBuf> {
    let mut cargo = cargo(&["build", "--package", "steadfast-bench", "--profile", "bench"]);
    let output = cargo.arg("--message-format=json-render-diagnostics").stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err("the bench program does not build".into());
    }
    let messages = String::from_utf8(output.stdout)?;
    let executable = |message: &str| {
        let message: Value = serde_json::from_str(message).ok()?;
        message["executable"].as_str().map(PathBuf::from)
    };
    messages.lines().find_map(executable).ok_or_else(|| "cargo named no bench program".into())
}

/// The catalogue of the bench program, the baseline first.
fn variants(program: &Path) -> Result<Vec<Value>> {
    let catalogue = output(&mut command(&program.to_string_lossy(), &["variants"]), Duration::from_secs(10))?;
    Ok(serde_json::from_slice(&catalogue.stdout)?)
}

fn name(variant: &Value) -> Result<&str> {
    variant["name"].as_str().ok_or_else(|| "a variant has no name".into())
}

fn by_variant(variants: &[Value], mut measure: impl FnMut(&str) -> Result<f64>) -> Result<Figures> {
    variants.iter().map(|variant| Ok((name(variant)?.to_owned(), measure(name(variant)?)?))).collect()
}

/// Requests per second, the median of rounds in which the variants take turns.
fn loads(program: &Path, variants: &[Value], scale: &Scale) -> Result<Figures> {
    let mut samples = vec![Vec::new(); variants.len()];
    for _ in 0..scale.rounds_of_load {
        for (variant, samples) in variants.iter().zip(&mut samples) {
            samples.push(load::measure(program, variant, &scale.seconds)?);
        }
    }
    let mut medians = samples.into_iter().map(median);
    by_variant(variants, |_| medians.next().ok_or_else(|| "a variant was not measured".into()))
}

/// A table that the bench program times: `name<TAB>nanoseconds` in each line.
fn times(program: &Path, table: &str, rounds: u32) -> Result<Figures> {
    let mut bench = command(&program.to_string_lossy(), &["time", table, &rounds.to_string()]);
    let printed = String::from_utf8(output(&mut bench, Duration::from_mins(5))?.stdout)?;
    let row = |line: &str| -> Result<_> {
        let (name, nanoseconds) = line.split_once('\t').ok_or("a row without a figure")?;
        Ok((name.to_owned(), nanoseconds.parse()?))
    };
    printed.lines().map(row).collect()
}

/// A table of the costs to compile an API, beside the same on bare axum.
fn side_by_side(rows: &[compile::Measured]) -> String {
    let mut table = "### What an API costs to compile\n\nCPU seconds, and bytes of code.\n\n\
                     | | steadfast | axum | x axum |\n|---|---:|---:|---:|\n"
        .to_owned();
    for compile::Measured { name, ours, bare } in rows {
        let decimals = if *ours < 1e3 { 2 } else { 0 };
        let _ = writeln!(table, "| {name} | {ours:.decimals$} | {bare:.decimals$} | {:.2} |", ours / bare);
    }
    table
}

/// The lines of the expansions that are reviewed as code.
fn expansions() -> Result<Figures> {
    let folder = root().join("macros/tests/expand");
    let mut lines = Figures::new();
    for kind in fs::read_dir(folder)? {
        for file in fs::read_dir(kind?.path())? {
            let file = file?.path();
            let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if let Some(name) = name.strip_suffix(".out.rs") {
                #[allow(clippy::cast_precision_loss, reason = "few lines")]
                lines.push((format!("expansion-{name}"), fs::read_to_string(&file)?.lines().count() as f64));
            }
        }
    }
    lines.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(lines)
}

fn check(measured: &[(String, f64)]) -> Result {
    let failures = gate::failures(measured);
    if failures.is_empty() {
        println!("every gate holds");
        return Ok(());
    }
    Err(format!("gates do not hold:\n  {}", failures.join("\n  ")).into())
}
