//! How much there is of what is to become less.

mod extensions;
mod parts;
mod statics;

use crate::files::Files;
use crate::rust::{Source, arrows, sources};
use crate::{Result, graph, root};
use std::path::Path;

/// The folder of the library.
const LIBRARY: &str = "runtime/src/";

/// Prints the figures of each checkout in `trees`, of this one if there is none.
pub(crate) fn run(trees: &[&str]) -> Result {
    let here = root().to_string_lossy();
    let trees = if trees.is_empty() { &[&*here] } else { trees };
    let files = trees.iter().map(|tree| checkout(tree)).collect::<Result<Vec<_>>>()?;
    let counts: Vec<_> = files.iter().map(Count::of).collect();

    let mut rows = parts::rows(&counts.iter().map(|count| count.sources.as_slice()).collect::<Vec<_>>());
    let mut row = |name: &str, figure: fn(&Count<'_>) -> usize| {
        rows.push((name.to_owned(), counts.iter().map(figure).collect()));
    };
    row("thread-local statics", |count| count.statics.len());
    row("types of response extensions", |count| extensions::types(&count.extensions).len());
    row("circles of folders", |count| count.circles.len());
    println!("{}", markdown(trees, &rows));
    for (tree, count) in trees.iter().zip(&counts) {
        println!("{}", count.details(tree));
    }
    Ok(())
}

fn checkout(tree: &str) -> Result<Files> {
    let path = Path::new(tree);
    if !path.join(LIBRARY).join("lib.rs").is_file() {
        return Err(format!("{tree} is no checkout of this repository: it has no {LIBRARY}lib.rs").into());
    }
    Files::of(path)
}

/// What one checkout holds.
struct Count<'a> {
    sources: Vec<Source<'a>>,
    /// Each with its place, as a person reads it.
    statics: Vec<String>,
    extensions: Vec<extensions::Insertion<'a>>,
    circles: Vec<String>,
}

impl<'a> Count<'a> {
    fn of(files: &'a Files) -> Self {
        let sources = sources(files.rust().filter(|(path, _)| parts::is_library(path)));
        let arrows = arrows(&sources, LIBRARY);
        let circles = graph::circles(arrows.keys().copied());
        Self {
            statics: sources.iter().flat_map(statics::of).collect(),
            extensions: sources.iter().flat_map(extensions::of).collect(),
            circles: circles.iter().map(|circle| graph::shown(circle)).collect(),
            sources,
        }
    }

    /// The lists behind the figures, for a person to judge.
    fn details(&self, tree: &str) -> String {
        let (responses, requests): (Vec<_>, Vec<_>) =
            self.extensions.iter().partition(|insertion| !insertion.is_on_request);
        let shown = |insertions: Vec<&extensions::Insertion<'_>>| {
            insertions.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let lists = [
            ("thread-local statics", self.statics.clone()),
            ("insertions into the extensions of responses", shown(responses)),
            ("insertions into the extensions of requests, not counted", shown(requests)),
            ("circles of folders", self.circles.clone()),
        ];
        let mut text = vec![format!("## {tree}")];
        for (title, lines) in lists {
            text.push(format!("\n{title}, {}:", lines.len()));
            text.extend(lines.iter().map(|line| format!("  {line}")));
        }
        text.join("\n") + "\n"
    }
}

/// A Markdown table with a column for each checkout.
fn markdown(trees: &[&str], rows: &[(String, Vec<usize>)]) -> String {
    let mut lines = vec![format!("| | {} |\n|---|{}", trees.join(" | "), "---:|".repeat(trees.len()))];
    for (name, figures) in rows {
        let figures: Vec<_> = figures.iter().map(ToString::to_string).collect();
        lines.push(format!("| {name} | {} |", figures.join(" | ")));
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkout_is_counted_without_its_tests() {
        let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
        let files = Files(vec![
            file("engine/src/lib.rs", "mod a;\n"),
            file("runtime/src/api/mod.rs", "use crate::version::At;\n"),
            file("runtime/src/api/tests.rs", "use crate::version::At;\n"),
            file("runtime/src/lib.rs", "thread_local!(static A: u8 = 1);\n"),
            file(
                "runtime/src/version.rs",
                "use crate::api::Api;\nfn f(r: &mut R) { r.extensions_mut().insert(At(1)); }\n",
            ),
            file("tests/it/main.rs", "thread_local!(static B: u8 = 1);\n"),
        ]);
        let count = Count::of(&files);
        assert_eq!(count.statics, ["A at runtime/src/lib.rs:1"]);
        assert_eq!(count.circles, ["api <-> version"]);
        assert_eq!(count.sources.len(), 4);
        let details = count.details("here");
        assert!(
            details.contains("extensions of responses, 1:\n  At at runtime/src/version.rs:2"),
            "{details}"
        );
    }

    #[test]
    fn a_table_has_a_column_for_each_checkout() {
        let rows = [("engine".to_owned(), vec![12, 7])];
        assert_eq!(
            markdown(&["old", "new"], &rows),
            "| | old | new |\n|---|---:|---:|\n| engine | 12 | 7 |\n"
        );
    }
}
