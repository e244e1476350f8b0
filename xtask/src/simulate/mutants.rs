//! Mutants of the engine and of the guard, which a simulation must find: one that finds nothing in them would prove nothing
//! about what they were made of.
//!
//! All are applied to a copy of the repository at once, each behind a question to the environment, so that one build is
//! enough and the product holds nothing of them.

mod list;

use crate::run::{cargo, command, run as run_command};
use crate::{Result, root};
use list::MUTANTS;
use std::fs;
use std::path::Path;
use std::process::Command;

/// How many schedules must be enough.
const SCHEDULES: u64 = 60_000;
/// How many run at a time.
const BATCH: u64 = 2_000;

/// A text of the source, and what is wrong in its place.
struct Mutant {
    name: &'static str,
    file: &'static str,
    /// A text that the file has once; the first `old` behind it is meant.
    after: &'static str,
    old: &'static str,
    /// With `$on` for whether the mutant is on.
    new: &'static str,
}

/// Asks whether a mutant is on.
const SWITCH: &str = r#"
#[doc(hidden)]
#[allow(missing_docs, clippy::all)]
pub fn mutant(name: &str) -> bool {
    static NAME: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    NAME.get_or_init(|| std::env::var("STEADFAST_MUTANT").unwrap_or_default()) == name
}
"#;

pub(super) fn run(only: Option<&str>) -> Result {
    let mutants: Vec<&Mutant> =
        MUTANTS.iter().filter(|one| only.is_none_or(|name| name == one.name)).collect();
    if mutants.is_empty() {
        return Err(format!("there is no mutant {}", only.unwrap_or_default()).into());
    }
    let folder = root().join("target").join("mutants");
    copy(&folder)?;
    let mut build = cargo(&["build", "--release", "--quiet", "--package", super::PACKAGE]);
    // Many builds, and one short run each: not worth what the optimiser takes across crates.
    build
        .current_dir(&folder)
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    run_command(&mut build)?;
    let program = folder.join("target").join("release").join(super::PACKAGE);
    if found_after(&program, "", 5 * BATCH)?.is_some() {
        return Err("without any mutant promises are broken: see `cargo xtask simulate`".into());
    }
    let mut missed = Vec::new();
    for mutant in mutants {
        let name = mutant.name;
        if let Some((schedules, what)) = found_after(&program, name, SCHEDULES)? {
            println!("{name:<44} found in {schedules:>6} schedules: {what}");
        } else {
            println!("{name:<44} NOT FOUND in {SCHEDULES} schedules");
            missed.push(name);
        }
    }
    if missed.is_empty() { Ok(()) } else { Err(format!("not found: {}", missed.join(", ")).into()) }
}

/// Returns how many schedules it took to break a promise, and which.
fn found_after(program: &Path, mutant: &str, most: u64) -> Result<Option<(u64, String)>> {
    let mut first = 1;
    while first <= most {
        let mut command = Command::new(program);
        command.env("STEADFAST_MUTANT", mutant).args([
            "--seed",
            &first.to_string(),
            "--schedules",
            &BATCH.to_string(),
        ]);
        let output = command.output()?;
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stdout);
            let line = text.lines().find_map(|line| line.strip_prefix("  seed ")).unwrap_or("0: it crashed");
            let (seed, what) = line.split_once(": ").unwrap_or((line, ""));
            let seed: u64 = seed.parse().unwrap_or(first);
            return Ok(Some((seed.max(first), what.chars().take(90).collect())));
        }
        first += BATCH;
    }
    Ok(None)
}

/// Copies the repository, with every mutant in it. What has not changed keeps its time, so that it is not built again.
fn copy(folder: &Path) -> Result {
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = command("git", &list).output()?;
    for path in String::from_utf8(output.stdout)?.split_terminator('\0') {
        let (from, to) = (root().join(path), folder.join(path));
        // One that was removed since is listed, too.
        let Ok(mut bytes) = fs::read(&from) else { continue };
        for mutant in MUTANTS.iter().filter(|mutant| mutant.file == path) {
            bytes = applied(&String::from_utf8(bytes)?, mutant)?.into_bytes();
        }
        if path == "core/src/lib.rs" {
            bytes.extend(SWITCH.bytes());
        }
        if fs::read(&to).is_ok_and(|there| there == bytes) {
            continue;
        }
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(to, bytes)?;
    }
    Ok(())
}

/// Puts a mutant into the text of its file.
fn applied(text: &str, mutant: &Mutant) -> Result<String> {
    let Mutant { name, file, after, old, new } = mutant;
    let places: Vec<usize> = text.match_indices(after).map(|(at, _)| at).collect();
    let [at] = places[..] else {
        return Err(format!("{name}: {file} has {} times: {after}", places.len()).into());
    };
    let behind = at + after.len();
    let Some(found) = text[behind..].find(old) else {
        return Err(format!("{name}: {file} no longer has behind that text: {old}").into());
    };
    let (begin, end) = (behind + found, behind + found + old.len());
    let on = format!("steadfast_core::mutant({name:?})");
    Ok([&text[..begin], &new.replace("$on", &on), &text[end..]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Files;

    #[test]
    fn every_mutant_fits_the_source() {
        let mut files = Files::of(root()).unwrap();
        for mutant in MUTANTS {
            assert!(mutant.new.contains("$on"), "{}", mutant.name);
            let (_, text) = files.0.iter_mut().find(|(path, _)| path == mutant.file).unwrap();
            *text = applied(text, mutant).unwrap();
        }
    }

    #[test]
    fn text_that_is_gone_is_an_error() {
        let mutant = Mutant { name: "a", file: "f", after: "fn g", old: "x", new: "$on || x" };
        assert_eq!(
            applied("fn f x fn g x", &mutant).unwrap(),
            "fn f x fn g steadfast_core::mutant(\"a\") || x"
        );
        assert!(applied("fn g", &mutant).is_err());
        assert!(applied("fn g x fn g x", &mutant).is_err());
    }
}
