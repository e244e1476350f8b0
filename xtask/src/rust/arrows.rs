//! Which top-level modules of a crate name which others.

use super::{Source, Token};
use std::collections::{BTreeMap, BTreeSet};

/// A place in a source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place<'a> {
    pub(crate) file: &'a str,
    pub(crate) line: usize,
}

/// The top-level modules of a crate by name, as pairs of who depends on whom, with the first place that says so.
pub(crate) type Arrows<'a> = BTreeMap<(&'a str, &'a str), Place<'a>>;

/// Returns the arrows between the top-level modules of the crate whose `lib.rs` is in `folder` (with a `/` at its end).
///
/// Paths count that begin with `crate` or `super`, in a `use` or not. What `lib.rs` exports under another path counts
/// as its module. `lib.rs` has no arrows of its own, because it is no module.
pub(crate) fn arrows<'a>(sources: &[Source<'a>], folder: &str) -> Arrows<'a> {
    let files: Vec<_> = sources
        .iter()
        .filter_map(|source| Some((source, source.path.strip_prefix(folder)?.strip_suffix(".rs")?)))
        .collect();
    let modules: BTreeSet<&str> =
        files.iter().filter_map(|(_, path)| path.split('/').next()).filter(|name| *name != "lib").collect();

    let exports = files.iter().find(|(_, path)| *path == "lib").map(|(lib, _)| exports(&lib.code, &modules));
    let exports = exports.unwrap_or_default();
    let mut arrows = Arrows::new();
    for (source, path) in files.iter().filter(|(_, path)| *path != "lib") {
        let mut own: Vec<&str> = path.split('/').collect();
        if own.last() == Some(&"mod") {
            own.pop();
        }
        let from = own[0];
        for (first, line) in names_at_root(&source.code, &own) {
            let Some(to) = modules.get(first).or_else(|| exports.get(first)) else { continue };
            if *to != from {
                arrows.entry((from, *to)).or_insert(Place { file: source.path, line });
            }
        }
    }
    arrows
}

/// Returns the module behind each name that `lib.rs` exports from one of `modules`.
fn exports<'a>(lib: &[Token<'a>], modules: &BTreeSet<&'a str>) -> BTreeMap<&'a str, &'a str> {
    let mut exports = BTreeMap::new();
    for (at, _) in lib.iter().enumerate().filter(|(_, token)| token.is("use")) {
        let mut leaves = Vec::new();
        // The paths of `lib.rs` begin at the root without saying so.
        tree(lib, at + 1, &mut Vec::new(), &mut leaves);
        let leaves = leaves.into_iter().filter(|leaf| modules.contains(leaf.path[0]));
        exports.extend(leaves.map(|leaf| (leaf.name, leaf.path[0])));
    }
    exports
}

/// Returns the first name below the root of the crate in every path of a file, with its line.
fn names_at_root<'a>(code: &[Token<'a>], file: &[&'a str]) -> Vec<(&'a str, usize)> {
    let mut names = Vec::new();
    // The modules around a token, each with the depth of the braces that end it.
    let mut module = file.to_vec();
    let mut inline: Vec<usize> = Vec::new();
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(token) = code.get(at) {
        let next_is = |offset: usize, text: &str| code.get(at + offset).is_some_and(|next| next.is(text));
        if token.is("{") {
            depth += 1;
        } else if token.is("}") {
            depth = depth.saturating_sub(1);
            if inline.last() == Some(&depth) {
                inline.pop();
                module.pop();
            }
        } else if token.is("mod") && next_is(2, "{") {
            module.push(code[at + 1].text);
            inline.push(depth);
        } else if (token.is("crate") || token.is("super")) && next_is(1, "::") {
            let mut prefix = module.clone();
            let mut leaves = Vec::new();
            at = tree(code, at, &mut prefix, &mut leaves);
            names.extend(leaves.into_iter().map(|leaf| (leaf.path[0], leaf.line)));
            continue;
        }
        at += 1;
    }
    names
}

/// An end of a path.
struct Leaf<'a> {
    /// From the root of the crate.
    path: Vec<&'a str>,
    /// What the path is called where it is imported.
    name: &'a str,
    line: usize,
}

/// Reads the path, or the tree of paths, at `at`, whose parent is `prefix`. Returns where it ends.
fn tree<'a>(
    code: &[Token<'a>],
    mut at: usize,
    prefix: &mut Vec<&'a str>,
    leaves: &mut Vec<Leaf<'a>>,
) -> usize {
    let mut line = 0;
    while let Some(token) = code.get(at) {
        line = token.line;
        if token.is("{") {
            at += 1;
            while code.get(at).is_some_and(|token| !token.is("}")) {
                let end = tree(code, at, &mut prefix.clone(), leaves);
                // A mark that belongs to no path, such as a comma.
                at = end.max(at + 1);
            }
            return at + 1;
        }
        match token.text {
            "crate" => prefix.clear(),
            "super" => drop(prefix.pop()),
            "self" | "*" => {}
            name if token.kind == super::Kind::Word => prefix.push(name),
            _ => return at,
        }
        at += 1;
        if !code.get(at).is_some_and(|next| next.is("::")) {
            break;
        }
        at += 1;
    }
    let alias = code.get(at).filter(|next| next.is("as")).and_then(|_| code.get(at + 1));
    let name = alias.map(|alias| alias.text).or_else(|| prefix.last().copied());
    if let Some(name) = name
        && !prefix.is_empty()
    {
        leaves.push(Leaf { path: prefix.clone(), name, line });
    }
    at + if alias.is_some() { 2 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::super::sources;
    use super::*;

    /// The arrows of a crate that has modules `a` to `e` besides.
    fn arrows_of(files: &[(&str, &str)]) -> Vec<String> {
        let others = ["a", "b", "c", "d", "e"].map(|name| (format!("x/src/{name}/mod.rs"), ""));
        let others = others.iter().map(|(path, text)| (path.as_str(), *text));
        let sources = sources(files.iter().copied().chain(others));
        arrows(&sources, "x/src/")
            .into_iter()
            .map(|((from, to), place)| format!("{from} -> {to} at {}:{}", place.file, place.line))
            .collect()
    }

    fn of_f(text: &str) -> Vec<String> {
        let arrows = arrows_of(&[("x/src/f/g.rs", text)]);
        arrows.iter().map(|arrow| arrow.split(' ').nth(2).unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn imports_and_paths_in_code_are_arrows() {
        assert_eq!(of_f("use crate::a::A;"), ["a"]);
        assert_eq!(of_f("pub(crate) use crate::{a::{A, self}, b, c::C as d, e::*};"), ["a", "b", "c", "e"]);
        assert_eq!(of_f("fn f(x: &crate::a::A) -> Vec<crate::b::B<crate::c::C>> {}"), ["a", "b", "c"]);
        assert_eq!(of_f("macro_rules! m { () => { $crate::a::f!() } }"), ["a"]);
        assert_eq!(of_f("match x { crate::a::A { b } => crate::c::f(b), }"), ["a", "c"]);
    }

    #[test]
    fn super_is_followed_to_the_root() {
        assert_eq!(of_f("use super::h::I;"), [""; 0]);
        assert_eq!(of_f("use super::super::a::A;"), ["a"]);
        assert_eq!(of_f("use super::{super::{a, b::B}, h};"), ["a", "b"]);
        assert_eq!(
            of_f(
                "mod i { use super::super::super::a::A; use super::super::b; } use super::super::c; use super::d;"
            ),
            ["a", "c"]
        );
        let in_folder = arrows_of(&[("x/src/f/mod.rs", "use super::a::A; mod i { use super::b; }")]);
        assert_eq!(in_folder, ["f -> a at x/src/f/mod.rs:1"]);
        let in_file = arrows_of(&[("x/src/f.rs", "use super::a::A;")]);
        assert_eq!(in_file, ["f -> a at x/src/f.rs:1"]);
    }

    #[test]
    fn comments_tests_and_paths_of_others_are_no_arrows() {
        let text = "//! crate::a\n/// [`crate::a`]\n// crate::a\n#[cfg(test)]\nmod tests { use crate::a; }\n#[cfg(test)]\nuse crate::b;\nconst A: &str = \"crate::c\";\nuse other::d; pub(in crate::f) fn f() {}";
        assert_eq!(of_f(text), [""; 0]);
        let tests = [("x/src/f/mod.rs", "#[cfg(test)] mod g;"), ("x/src/f/g.rs", "use crate::a;")];
        assert_eq!(arrows_of(&tests), [""; 0]);
    }

    #[test]
    fn names_that_the_root_exports_stand_for_their_module() {
        let lib = "mod a; pub use a::{x::A, B as C}; pub use b::*; pub use serde::D; pub use c::E;";
        let arrows = arrows_of(&[
            ("x/src/lib.rs", lib),
            ("x/src/f.rs", "use crate::{A,\n D};\nuse crate::C;\nfn f() -> crate::E {}"),
        ]);
        assert_eq!(arrows, ["f -> a at x/src/f.rs:1", "f -> c at x/src/f.rs:4"]);
    }
}
