//! Rules about what the crates of this repository depend on.

use super::Fault;
use crate::files::Files;
use crate::{Result, root};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;

struct Rule {
    name: &'static str,
    /// The crates of this repository that it may depend on.
    ours: &'static [&'static str],
    /// The other crates that it may depend on. Defaults to any.
    others: Option<&'static [&'static str]>,
    /// The crates that must not be in its tree, however deep.
    never: &'static [&'static str],
}

/// Each crate that people can depend on. What only its tests use is free.
const RULES: &[Rule] = &[
    Rule { name: "steadfast-core", ours: &[], others: Some(&[]), never: &[] },
    Rule {
        name: "steadfast-macros",
        ours: &["steadfast-core"],
        others: Some(&["humantime", "proc-macro2", "quote", "regex-lite", "syn"]),
        never: &[],
    },
    Rule {
        name: "steadfast-pins",
        ours: &["steadfast-core"],
        others: Some(&["futures-util", "quick_cache", "tokio"]),
        never: &["axum", "rusqlite", "sqlx"],
    },
    Rule {
        name: "steadfast-engine",
        ours: &["steadfast-core"],
        others: Some(&[
            "bytes",
            "chacha20poly1305",
            "crc32fast",
            "futures-util",
            "getrandom",
            "hmac",
            "http",
            "sha2",
            "tokio",
            "zeroize",
        ]),
        never: &["axum", "rusqlite", "sqlx"],
    },
    Rule {
        name: "steadfast-wire",
        ours: &["steadfast-core", "steadfast-macros"],
        others: None,
        never: &["axum", "rusqlite", "sqlx"],
    },
    Rule {
        name: "steadfast-sqlite",
        ours: &["steadfast-core", "steadfast-engine", "steadfast-pins"],
        others: None,
        never: &["axum", "steadfast"],
    },
    Rule {
        name: "steadfast",
        ours: &[
            "steadfast-core",
            "steadfast-engine",
            "steadfast-macros",
            "steadfast-pins",
            "steadfast-sqlite",
            "steadfast-wire",
        ],
        others: None,
        never: &[],
    },
];

/// Checks what `cargo metadata` printed.
pub(super) fn faults(metadata: &Value, files: &Files) -> Result<Vec<Fault>> {
    let packages = metadata["packages"].as_array().ok_or("cargo metadata lists no packages")?;
    let trees = Trees::of(metadata)?;
    let mut faults = Vec::new();
    for package in packages.iter().filter(|package| package["source"].is_null()) {
        let name = package["name"].as_str().unwrap_or_default();
        let manifest = Manifest::of(package, files);
        match RULES.iter().find(|rule| rule.name == name) {
            Some(rule) => {
                faults.extend(outsiders(package, rule, &manifest));
                faults.extend(intruders(package, rule, &trees, &manifest));
            }
            // What is not published is free.
            None if package["publish"].is_null() => {
                faults.push(manifest.fault("", format!("{name} has no rule in xtask/src/tidy/crates.rs")));
            }
            None => {}
        }
    }
    Ok(faults)
}

/// Dependencies that a rule does not allow.
fn outsiders(package: &Value, rule: &Rule, manifest: &Manifest<'_>) -> Vec<Fault> {
    let dependencies = package["dependencies"].as_array().into_iter().flatten();
    let names = dependencies.filter(|one| one["kind"] != "dev").filter_map(|one| one["name"].as_str());
    let is_ours = |name: &str| RULES.iter().any(|rule| rule.name == name);
    let is_allowed = |name: &&str| {
        if is_ours(name) {
            rule.ours.contains(name)
        } else {
            rule.others.is_none_or(|others| others.contains(name))
        }
    };
    let fault = |name: &str| {
        let others = rule.others.unwrap_or(&["crates of others"]);
        let accepted: Vec<_> = rule.ours.iter().chain(others).copied().collect();
        let accepted = if accepted.is_empty() { "nothing".to_owned() } else { accepted.join(", ") };
        manifest.fault(name, format!("{} may depend on {accepted}, not on {name}", rule.name))
    };
    names.filter(|name| !is_allowed(name)).map(fault).collect()
}

/// Crates that must not be in the tree, each with a way to it.
fn intruders(package: &Value, rule: &Rule, trees: &Trees<'_>, manifest: &Manifest<'_>) -> Vec<Fault> {
    let id = package["id"].as_str().unwrap_or_default();
    let found = rule.never.iter().filter_map(|never| trees.way(id, never));
    found
        .map(|way| {
            let never = way.last().copied().unwrap_or_default();
            let why = format!("{never} must not be in the tree of {}: {}", rule.name, way.join(" -> "));
            manifest.fault(way.get(1).copied().unwrap_or_default(), why)
        })
        .collect()
}

/// The manifest of a crate of this repository.
struct Manifest<'a> {
    /// From the root of the repository.
    path: String,
    text: &'a str,
}

impl<'a> Manifest<'a> {
    fn of(package: &Value, files: &'a Files) -> Self {
        let path = Path::new(package["manifest_path"].as_str().unwrap_or_default());
        let path = path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/");
        Self { text: files.text(&path).unwrap_or_default(), path }
    }

    /// A fault at the line that names a dependency.
    fn fault(&self, dependency: &str, why: String) -> Fault {
        let line = self.text.lines().position(|line| !dependency.is_empty() && line.starts_with(dependency));
        Fault::new(&self.path, 1 + line.unwrap_or(0), why)
    }
}

/// What each package is built with, tests aside.
struct Trees<'a> {
    names: BTreeMap<&'a str, &'a str>,
    dependencies: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Trees<'a> {
    fn of(metadata: &'a Value) -> Result<Self> {
        let packages = metadata["packages"].as_array().ok_or("cargo metadata lists no packages")?;
        let nodes = metadata["resolve"]["nodes"].as_array().ok_or("cargo metadata resolves nothing")?;
        let text = |value: &'a Value, key: &str| value[key].as_str().unwrap_or_default();
        let is_built = |one: &&Value| {
            one["dep_kinds"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind["kind"] != "dev"))
        };
        let needs = |node: &'a Value| {
            let needed = node["deps"].as_array().into_iter().flatten().filter(is_built);
            needed.map(|one| text(one, "pkg")).collect()
        };
        Ok(Self {
            names: packages.iter().map(|package| (text(package, "id"), text(package, "name"))).collect(),
            dependencies: nodes.iter().map(|node| (text(node, "id"), needs(node))).collect(),
        })
    }

    /// Returns the names on a shortest way from a package to one with the name `to`.
    fn way(&self, id: &'a str, to: &str) -> Option<Vec<&'a str>> {
        let name = |id: &str| self.names.get(id).copied().unwrap_or_default();
        let mut ways = VecDeque::from([vec![id]]);
        let mut seen = BTreeSet::from([id]);
        while let Some(way) = ways.pop_front() {
            let last = way.last()?;
            if way.len() > 1 && name(last) == to {
                return Some(way.into_iter().map(name).collect());
            }
            let next = self.dependencies.get(last).into_iter().flatten().copied();
            ways.extend(
                next.filter(|id| seen.insert(id)).map(|id| way.iter().copied().chain([id]).collect()),
            );
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn files() -> Files {
        let manifest = "[package]\n\n[dependencies]\nquote = \"1\"\nserde = \"1\"\n";
        Files(vec![("macros/Cargo.toml".to_owned(), manifest.to_owned())])
    }

    fn package(name: &str, publish: &Value, dependencies: &Value) -> Value {
        let manifest = root().join("macros/Cargo.toml");
        json!({ "name": name, "id": name, "publish": publish, "manifest_path": manifest, "dependencies": dependencies })
    }

    fn whys(packages: &[Value], nodes: &Value) -> Vec<Fault> {
        faults(&json!({ "packages": packages, "resolve": { "nodes": nodes } }), &files()).unwrap()
    }

    #[test]
    fn crates_depend_on_what_their_rule_names() {
        let dependencies = json!([
            { "name": "quote", "kind": null },
            { "name": "serde", "kind": null },
            { "name": "steadfast-core", "kind": null },
            { "name": "prettyplease", "kind": "dev" },
        ]);
        let macros = package("steadfast-macros", &Value::Null, &dependencies);
        let why = "steadfast-macros may depend on steadfast-core, humantime, proc-macro2, quote, regex-lite, syn, not on serde";
        assert_eq!(whys(&[macros], &json!([])), [Fault::new("macros/Cargo.toml", 5, why)]);
    }

    #[test]
    fn crates_of_this_repository_depend_on_each_other_in_one_direction() {
        let on = |name: &str| json!([{ "name": "serde", "kind": null }, { "name": name, "kind": null }]);
        let down = package("steadfast", &Value::Null, &on("steadfast-engine"));
        assert_eq!(whys(&[down], &json!([])), []);
        let up = package("steadfast-sqlite", &Value::Null, &on("steadfast"));
        let why = "steadfast-sqlite may depend on steadfast-core, steadfast-engine, steadfast-pins, crates of others, not on steadfast";
        assert_eq!(whys(&[up], &json!([])), [Fault::new("macros/Cargo.toml", 1, why)]);
    }

    #[test]
    fn what_is_published_has_a_rule() {
        let published = package("steadfast-new", &Value::Null, &json!([]));
        let why = "steadfast-new has no rule in xtask/src/tidy/crates.rs";
        assert_eq!(whys(&[published], &json!([])), [Fault::new("macros/Cargo.toml", 1, why)]);
        assert_eq!(whys(&[package("steadfast-tests", &json!([]), &json!([]))], &json!([])), []);
    }

    #[test]
    fn a_tree_is_searched_to_its_ends_without_what_tests_use() {
        let engine = package("steadfast-engine", &Value::Null, &json!([]));
        let other = |name: &str| json!({ "name": name, "id": name, "source": "crates.io" });
        let node = |id: &str, on: &str, kind: &Value| json!({ "id": id, "deps": [{ "pkg": on, "dep_kinds": [{ "kind": kind }] }] });
        let packages = [engine, other("serde"), other("axum")];
        let up =
            json!([node("steadfast-engine", "serde", &Value::Null), node("serde", "axum", &Value::Null)]);
        let why = "axum must not be in the tree of steadfast-engine: steadfast-engine -> serde -> axum";
        assert_eq!(whys(&packages, &up), [Fault::new("macros/Cargo.toml", 5, why)]);
        let in_tests =
            json!([node("steadfast-engine", "serde", &json!("dev")), node("serde", "axum", &Value::Null)]);
        assert_eq!(whys(&packages, &in_tests), []);
    }
}
