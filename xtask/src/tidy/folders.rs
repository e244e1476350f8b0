//! Rules about which top-level modules of the library depend on which others.

use super::Fault;
use crate::files::Files;
use crate::graph::{circles, shown};
use crate::rust::{Arrows, arrows, sources};
use std::collections::BTreeSet;

/// The folder of the library.
const LIBRARY: &str = "runtime/src/";
/// The file that holds the two lists below.
const LISTS: &str = "xtask/src/tidy/folders.rs";

/// The allowed arrows: who depends on whom, and what for. An arrow that is not used any more must go.
const ALLOWED: &[(&str, &str, &str)] = &[
    ("__private", "api", "messages of the compiler name its typestates"),
    ("__private", "endpoint", "generated code names it"),
    ("__private", "idempotency", "generated code names it"),
    ("__private", "idempotency_policy", "generated code names it"),
    ("__private", "outcome", "generated code names it"),
    ("__private", "problem", "generated code names it"),
    ("__private", "scope", "generated code names it"),
    ("__private", "transform", "generated code names it"),
    ("__private", "version", "generated code names it"),
    ("api", "context", "sets the context of a call"),
    ("api", "endpoint", "routes to endpoints"),
    ("api", "guard", "holds the guard of its endpoints"),
    ("api", "idempotency", "holds the settings of the guard"),
    ("api", "problem", "renders requests that reach no endpoint"),
    ("api", "response_headers", "adds headers to responses"),
    ("api", "version", "resolves the version of a request"),
    ("body", "context", "reads the version of a call"),
    ("body", "outcome", "notes what of a response may be stored"),
    ("changelog", "api", "reads the endpoints of an `Api`"),
    ("changelog", "endpoint", "reads what endpoints declare"),
    ("changelog", "version", "reads the timeline"),
    ("context", "endpoint_change", "holds the changes of the endpoint of a call"),
    ("context", "outcome", "holds the outcome of a call"),
    ("endpoint", "body", "renders what a handler returns"),
    ("endpoint", "context", "runs handlers in the context of a call"),
    ("endpoint", "endpoint_change", "declares its changes"),
    ("endpoint", "extract", "finds the histories of arguments"),
    ("endpoint", "faults", "knows what they show"),
    ("endpoint", "guard", "runs handlers behind the guard"),
    ("endpoint", "idempotency", "is an operation of the guard"),
    ("endpoint", "idempotency_policy", "holds what `#[idempotent]` declares"),
    ("endpoint", "outcome", "classifies what a handler returns"),
    ("endpoint", "problem", "rejects what cannot be upgraded"),
    ("endpoint", "response_headers", "adds headers to responses"),
    ("endpoint", "scope", "finds whose key it is"),
    ("endpoint", "socket", "finds the histories of messages"),
    ("endpoint", "stream", "finds the histories of items"),
    ("endpoint", "transform", "finds the histories of bodies"),
    ("endpoint", "version", "compares endpoints with the timeline"),
    ("extract", "body", "renders responses"),
    ("extract", "problem", "rejects requests"),
    ("extract", "transform", "reads arguments in the shape of a version"),
    ("faults", "problem", "is rendered as one"),
    ("guard", "idempotency", "is its guard, if the feature is on"),
    ("idempotency", "body", "renders responses before it stores them"),
    ("idempotency", "context", "compares requests in their version"),
    ("idempotency", "idempotency_policy", "is configured by `#[idempotent]`"),
    ("idempotency", "outcome", "stores outcomes"),
    ("idempotency", "problem", "rejects requests"),
    ("idempotency", "scope", "derives ids of records"),
    ("idempotency", "sync", "shares locks that tests can order"),
    ("idempotency", "transform", "stores responses without sensitive fields"),
    ("problem", "body", "is rendered in the version of a call"),
    ("problem", "context", "is rendered in the version of a call"),
    ("problem", "outcome", "carries what a retry does"),
    ("response_headers", "body", "renders a response before it is changed"),
    ("response_headers", "context", "reads the target of a call"),
    ("response_headers", "version", "writes the version where requests name it"),
    ("socket", "context", "carries the context of its call"),
    ("socket", "transform", "reads and writes messages"),
    ("stream", "context", "carries the context of its call"),
    ("stream", "problem", "ends with one"),
    ("stream", "transform", "writes items"),
    ("testing", "changelog", "reads which changes there are"),
    ("testing", "endpoint", "reads which changes a run went through"),
    ("testing", "version", "holds the contract of pin stores"),
    ("transform", "body", "renders responses"),
    ("transform", "context", "reads the version of a call"),
    ("transform", "problem", "rejects bodies"),
    ("version", "context", "reads the version of a call"),
    ("version", "problem", "rejects versions"),
    ("version", "scope", "pins the client that a scope names"),
];

/// The circles that there still are. No other may come, and one that is gone must go from here.
const KNOWN_CIRCLES: &[&[&str]] = &[];

pub(super) fn faults(files: &Files) -> Vec<Fault> {
    let lists = files.text(LISTS).unwrap_or_default();
    let sources = sources(files.rust().filter(|(path, _)| path.starts_with(LIBRARY)));
    let arrows = arrows(&sources, LIBRARY);
    let allowed = ALLOWED.iter().map(|&(from, to, _)| (from, to)).collect();
    let known = KNOWN_CIRCLES.iter().map(|circle| circle.to_vec()).collect();
    let mut faults = broken(&arrows, &allowed, lists);
    faults.extend(circular(&arrows, &known, lists));
    faults
}

/// Arrows that are not allowed, and allowed ones that nobody uses.
fn broken(arrows: &Arrows<'_>, allowed: &BTreeSet<(&str, &str)>, lists: &str) -> Vec<Fault> {
    let new = arrows.iter().filter(|(arrow, _)| !allowed.contains(*arrow)).map(|((from, to), place)| {
        Fault::new(
            place.file,
            place.line,
            format!("`{from}` must not depend on `{to}`: it is not listed in {LISTS}"),
        )
    });
    let unused = allowed.iter().filter(|arrow| !arrows.contains_key(*arrow)).map(|(from, to)| {
        let line = line_of(lists, &format!("(\"{from}\", \"{to}\","));
        Fault::new(LISTS, line, format!("`{from}` does not depend on `{to}` any more: take the line out"))
    });
    new.chain(unused).collect()
}

/// Circles that are not known, and known ones that are gone.
fn circular(arrows: &Arrows<'_>, known: &BTreeSet<Vec<&str>>, lists: &str) -> Vec<Fault> {
    let circles = circles(arrows.keys().copied());
    let new = circles.iter().filter(|circle| !known.contains(*circle)).map(|circle| {
        // A circle has two names at least.
        let place = arrows.get(&(circle[0], circle[1]));
        let (file, line) = place.map_or((LISTS, 1), |place| (place.file, place.line));
        Fault::new(file, line, format!("a circle of folders: {}", shown(circle)))
    });
    let gone = known.iter().filter(|circle| !circles.contains(*circle)).map(|circle| {
        let line = line_of(lists, &format!("&[\"{}\"]", circle.join("\", \"")));
        Fault::new(LISTS, line, format!("the circle {} is gone: take the line out", shown(circle)))
    });
    new.chain(gone).collect()
}

fn line_of(lists: &str, entry: &str) -> usize {
    1 + lists.lines().position(|line| line.contains(entry)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The arrows among modules whose files hold these texts.
    fn faults_of(files: &[(&str, &str)], find: impl Fn(&Arrows<'_>) -> Vec<Fault>) -> Vec<Fault> {
        find(&arrows(&sources(files.iter().copied()), LIBRARY))
    }

    #[test]
    fn arrows_are_exactly_those_that_are_allowed() {
        let allowed = BTreeSet::from([("a", "b"), ("a", "c")]);
        let lists = "[\n(\"a\", \"b\", \"why\"),\n(\"a\", \"c\", \"why\"),\n]";
        let find = |arrows: &Arrows<'_>| broken(arrows, &allowed, lists);
        let (b, c) = (("runtime/src/b.rs", ""), ("runtime/src/c.rs", ""));
        assert_eq!(faults_of(&[("runtime/src/a.rs", "use crate::{b, c};"), b, c], find), []);

        let b = ("runtime/src/b.rs", "\n\nuse crate::a::A;");
        let new = "`b` must not depend on `a`: it is not listed in xtask/src/tidy/folders.rs";
        let unused = "`a` does not depend on `c` any more: take the line out";
        let expected = [Fault::new("runtime/src/b.rs", 3, new), Fault::new(LISTS, 3, unused)];
        assert_eq!(faults_of(&[("runtime/src/a.rs", "use crate::b;"), b, c], find), expected);
    }

    #[test]
    fn circles_are_exactly_those_that_are_known() {
        let known = BTreeSet::from([vec!["a", "b"]]);
        let lists = "[\n&[\"a\", \"b\"],\n]";
        let find = |arrows: &Arrows<'_>| circular(arrows, &known, lists);
        let (a, c) = (("runtime/src/a.rs", "use crate::b;"), ("runtime/src/c.rs", ""));
        assert_eq!(faults_of(&[a, ("runtime/src/b.rs", "use crate::{a, c};"), c], find), []);

        let c = ("runtime/src/c.rs", "use crate::a;");
        let new = "a circle of folders: a -> b -> c -> a";
        let gone = "the circle a <-> b is gone: take the line out";
        let expected = [Fault::new("runtime/src/a.rs", 1, new), Fault::new(LISTS, 2, gone)];
        assert_eq!(faults_of(&[a, ("runtime/src/b.rs", "use crate::c;"), c], find), expected);
    }
}
