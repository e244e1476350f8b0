//! The public items of the crates that people depend on, compared with the lists that were reviewed.
//!
//! rustdoc lists every item that it documents, which is every public one that is not hidden.

use crate::run::cargo;
use crate::{Result, root};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

const CRATES: [&str; 6] = [
    "steadfast",
    "steadfast_core",
    "steadfast_engine",
    "steadfast_pins",
    "steadfast_sqlite",
    "steadfast_wire",
];

/// Documents the workspace, and compares the items of each crate with its list, or writes the lists.
pub(crate) fn run(bless: bool) -> Result {
    let arguments = ["doc", "--workspace", "--no-deps", "--all-features"];
    // As in CI, so that nothing is documented twice.
    crate::run::run(cargo(&arguments).env("RUSTDOCFLAGS", "-D warnings"))?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let mut differences = Vec::new();
    for name in CRATES {
        let found = items(&fs::read_to_string(target.join("doc").join(name).join("all.html"))?);
        let list = root().join("xtask/public_items").join(format!("{name}.txt"));
        if bless {
            let lines: Vec<String> = found.into_iter().collect();
            fs::write(&list, lines.join("\n") + "\n")?;
            continue;
        }
        let reviewed = fs::read_to_string(&list).unwrap_or_default();
        let reviewed: BTreeSet<String> = reviewed.lines().map(str::to_owned).collect();
        differences.extend(reviewed.difference(&found).map(|item| format!("{name}: `{item}` is gone")));
        differences.extend(found.difference(&reviewed).map(|item| format!("{name}: `{item}` is new")));
    }
    if differences.is_empty() {
        println!("surface: every public item is in the lists of xtask/public_items");
        return Ok(());
    }
    for difference in &differences {
        println!("{difference}");
    }
    Err("the public items are not those that were reviewed; if they are to be public, run `cargo xtask surface --bless`".into())
}

/// Reads the items of rustdoc's `all.html`, such as `api: struct Api`, sorted by module.
fn items(html: &str) -> BTreeSet<String> {
    let links = html.split("href=\"").skip(1).filter_map(|rest| rest.split_once('"').map(|(link, _)| link));
    links.filter_map(item).collect()
}

/// Returns the item behind a link, such as `idempotency/struct.Drain.html`.
fn item(link: &str) -> Option<String> {
    const KINDS: [&str; 10] =
        ["struct", "enum", "union", "trait", "fn", "type", "constant", "macro", "attr", "derive"];
    let path = link.strip_suffix(".html")?;
    let (module, file) = path.rsplit_once('/').unwrap_or(("", path));
    let (kind, name) = file.split_once('.')?;
    let module = if module.is_empty() { "(root)".to_owned() } else { module.replace('/', "::") };
    KINDS.contains(&kind).then(|| format!("{module}: {kind} {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_read_from_the_links_of_the_page() {
        let html = r##"<a href="../static.files/x.css"></a><a href="index.html"></a>
            <li><a href="struct.Api.html">Api</a></li><li><a href="stream/fn.ndjson.html">stream::ndjson</a></li>
            <a href="#structs">Structs</a><li><a href="derive.Change.html">Change</a></li>"##;
        let items: Vec<_> = items(html).into_iter().collect();
        assert_eq!(items, ["(root): derive Change", "(root): struct Api", "stream: fn ndjson"]);
    }
}
