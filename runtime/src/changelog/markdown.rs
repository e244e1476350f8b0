//! The changelog as a page.

use super::entry::{
    Changelog, EndingEndpoint, EndpointChange, EndpointEntry, OpaqueEntry, TypeEntry, VersionEntry,
};
use std::fmt::Write as _;
use steadfast_core::Date;

impl Changelog {
    /// The changelog as Markdown, newest version first.
    pub fn to_markdown(&self) -> String {
        let mut page = String::from("# Changelog\n");
        for version in &self.versions {
            write_version(&mut page, version);
        }
        section(&mut page, "## Endpoints that end", self.ending.iter().map(ending_line));
        section(&mut page, "## Not described here", self.opaque.iter().map(opaque_line));
        page
    }
}

fn write_version(page: &mut String, entry: &VersionEntry) {
    let alias = entry.alias.map(|alias| format!(" (`{alias}`)")).unwrap_or_default();
    // Writing to a `String` cannot fail.
    let _ = writeln!(page, "\n## {}{alias}", entry.version);
    let mut facts = Vec::new();
    if entry.preview {
        facts.push("A preview: it may still change.".to_owned());
    }
    facts.extend(lifecycle(entry.deprecated, entry.sunset).map(|text| format!("{text}.")));
    facts.extend(entry.guide.map(|guide| format!("How to leave it: <{guide}>.")));
    if !facts.is_empty() {
        let _ = writeln!(page, "\n{}", facts.join(" "));
    }
    let is_empty = entry.endpoints.is_empty() && entry.types.is_empty() && entry.behaviour.is_empty();
    if is_empty {
        page.push_str("\nNothing changed for clients.\n");
    }
    section(page, "### Endpoints", entry.endpoints.iter().map(endpoint_line));
    section(page, "### Types", entry.types.iter().map(type_line));
    let gates = entry.behaviour.iter().map(|gate| format!("{} (`{}`)", indented(gate.note), gate.name));
    section(page, "### Behaviour", gates);
}

fn section(page: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let mut lines = lines.peekable();
    if lines.peek().is_none() {
        return;
    }
    let _ = writeln!(page, "\n{title}\n");
    for line in lines {
        let _ = writeln!(page, "* {line}");
    }
}

fn lifecycle(deprecated: Option<Date>, sunset: Option<Date>) -> Option<String> {
    match (deprecated, sunset) {
        (Some(deprecated), Some(sunset)) => Some(format!("Deprecated from {deprecated}, gone from {sunset}")),
        (Some(deprecated), None) => Some(format!("Deprecated from {deprecated}")),
        (None, Some(sunset)) => Some(format!("Gone from {sunset}")),
        (None, None) => None,
    }
}

fn endpoint_line(entry: &EndpointEntry) -> String {
    let EndpointEntry { change, method, path, to, text, note } = entry;
    let text = text.as_deref().unwrap_or("it changed");
    match (change, to) {
        (EndpointChange::Changed, _) => {
            let note = note.map(|note| format!(" {}", indented(note))).unwrap_or_default();
            format!("`{method} {path}`: {text}.{note}")
        }
        (EndpointChange::Moved, Some(to)) => format!("`{method} {path}` moved to `{to}`"),
        (EndpointChange::Added, _) => format!("`{method} {path}` was added"),
        (EndpointChange::Restored, _) => format!("`{method} {path}` is back"),
        (EndpointChange::Replaced, _) => format!("`{method} {path}` may answer differently"),
        (EndpointChange::Removed | EndpointChange::Moved, _) => format!("`{method} {path}` was removed"),
    }
}

fn type_line(entry: &TypeEntry) -> String {
    let mut line = format!("`{}`: {}.", entry.name, entry.text);
    if let Some(note) = entry.note {
        let _ = write!(line, " {}", indented(note));
    }
    if let Some(loss) = entry.loss {
        let _ = write!(line, " Between versions this is lossy: {}.", loss.trim_end_matches('.'));
    }
    let endpoints: Vec<_> = entry.endpoints.iter().map(|endpoint| format!("`{endpoint}`")).collect();
    let _ = write!(line, " ({})", endpoints.join(", "));
    line
}

fn ending_line(entry: &EndingEndpoint) -> String {
    let when = lifecycle(entry.deprecated, entry.sunset).unwrap_or_default();
    format!("`{} {}`: {}", entry.method, entry.path, when)
}

fn opaque_line(entry: &OpaqueEntry) -> String {
    let bodies = entry.bodies.then(|| "its bodies".to_owned());
    let fields = entry.fields.iter().map(|field| format!("`{field}`"));
    let what: Vec<_> = bodies.into_iter().chain(fields).collect();
    format!("`{} {}`: {}", entry.method, entry.path, what.join(", "))
}

/// The text as part of a list item.
fn indented(text: &str) -> String {
    text.replace('\n', "\n  ")
}
