//! Rules about what packages are used, and where they come from.

use super::{Fault, crates, licence};
use crate::Result;
use crate::files::Files;
use crate::run::{cargo, command, output};
use serde_json::Value;
use std::time::Duration;

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";
const LIMIT: Duration = Duration::from_mins(5);

pub(super) fn faults(files: &Files) -> Result<Vec<Fault>> {
    let metadata = metadata()?;
    let packages = metadata["packages"].as_array().ok_or("cargo metadata lists no packages")?;
    let allowed = allowed_licences(files.text("deny.toml").ok_or("there is no deny.toml")?);
    let lock = files.text("Cargo.lock").unwrap_or_default();

    let mut faults = crates::faults(&metadata, files)?;
    for package in packages {
        faults.extend(
            origin(package, &allowed).map(|why| Fault::new("Cargo.lock", locked_at(lock, package), why)),
        );
    }
    Ok(faults)
}

/// The packages that a build on this machine can use.
fn metadata() -> Result<Value> {
    let rustc = String::from_utf8(output(&mut command("rustc", &["-vV"]), LIMIT)?.stdout)?;
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc names no host")?;
    // Too much for a pipe that is read at the end.
    let metadata = cargo(&["metadata", "--format-version", "1", "--all-features", "--filter-platform", host])
        .output()?;
    if !metadata.status.success() {
        return Err(format!("cargo metadata failed:\n{}", String::from_utf8_lossy(&metadata.stderr)).into());
    }
    Ok(serde_json::from_slice(&metadata.stdout)?)
}

/// Why a package must not be used, for where it comes from or for its licence.
fn origin(package: &Value, allowed: &[&str]) -> Option<String> {
    let name = package["name"].as_str().unwrap_or_default();
    match package["source"].as_str() {
        None | Some(REGISTRY) => {}
        Some(source) => return Some(format!("{name} comes from {source}, not from crates.io")),
    }
    match package["license"].as_str() {
        Some(expression) if licence::is_allowed(expression, allowed) => None,
        Some(expression) => Some(format!("the licence of {name}, {expression}, is not allowed by deny.toml")),
        None => Some(format!("{name} names no licence")),
    }
}

/// The licences that `deny.toml` allows, so that both tools read one list.
fn allowed_licences(deny: &str) -> Vec<&str> {
    let lines = deny.lines().skip_while(|line| *line != "allow = [").skip(1).take_while(|line| *line != "]");
    lines
        .filter_map(|line| line.trim().strip_prefix('"')?.split_once('"'))
        .map(|(licence, _)| licence)
        .collect()
}

fn locked_at(lock: &str, package: &Value) -> usize {
    let text = |key: &str| package[key].as_str().unwrap_or_default();
    let entry = format!("name = \"{}\"\nversion = \"{}\"\n", text("name"), text("version"));
    lock.find(&entry).map_or(1, |start| 1 + lock[..start].matches('\n').count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn packages_come_from_one_place_under_known_licences() {
        let package = |source, license| json!({ "name": "a", "source": source, "license": license });
        assert_eq!(origin(&package(Some(REGISTRY), Some("MIT")), &["MIT"]), None);
        assert_eq!(origin(&package(None, Some("MIT")), &["MIT"]), None);
        let git = origin(&package(Some("git+https://example.com/a"), Some("MIT")), &["MIT"]);
        assert_eq!(git.as_deref(), Some("a comes from git+https://example.com/a, not from crates.io"));
        let licence = origin(&package(None, Some("GPL-3.0")), &["MIT"]);
        assert_eq!(licence.as_deref(), Some("the licence of a, GPL-3.0, is not allowed by deny.toml"));
        assert_eq!(origin(&package(None, None), &["MIT"]).as_deref(), Some("a names no licence"));
    }

    #[test]
    fn the_allowed_licences_are_those_of_deny_toml() {
        let deny = "[licenses]\n# Why.\nallow = [\n    \"MIT\",\n    # \"GPL-3.0\",\n    \"MIT-0\", # of one crate\n]\n[bans]\n";
        assert_eq!(allowed_licences(deny), ["MIT", "MIT-0"]);
    }

    #[test]
    fn a_package_is_found_in_the_lock_file() {
        let lock = "[[package]]\nname = \"syn\"\nversion = \"2.0.0\"\n\n[[package]]\nname = \"syn\"\nversion = \"3.0.9\"\n";
        assert_eq!(locked_at(lock, &json!({ "name": "syn", "version": "3.0.9" })), 6);
        assert_eq!(locked_at(lock, &json!({ "name": "quote", "version": "1.0.0" })), 1);
    }
}
