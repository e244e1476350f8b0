//! Values that travel in the extensions of responses.

use crate::rust::{Kind, Source, Token, end_of_group};
use std::collections::BTreeSet;
use std::fmt;

/// A call of `insert` on somebody's extensions.
pub(super) struct Insertion<'a> {
    /// The type of what is inserted, as far as its text shows: of `told` it is taken to be `Told`.
    name: String,
    file: &'a str,
    line: usize,
    pub(super) is_on_request: bool,
}

impl fmt::Display for Insertion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}:{}", self.name, self.file, self.line)
    }
}

/// Returns the names of the types that are inserted into responses.
pub(super) fn types<'b>(insertions: &'b [Insertion<'_>]) -> BTreeSet<&'b str> {
    insertions.iter().filter(|one| !one.is_on_request).map(|one| one.name.as_str()).collect()
}

/// Returns every `<owner>.extensions_mut().insert(..)`, or `get_or_insert_default::<..>()`, and `<owner>.extensions.insert(..)`, and `extensions.insert(..)`
/// on a variable that was bound to one of the two. Extensions whose owner is called neither a request nor its parts
/// are taken to be a response's.
pub(super) fn of<'a>(source: &Source<'a>) -> Vec<Insertion<'a>> {
    let code = source.code.as_slice();
    let mut insertions = Vec::new();
    for (at, token) in code.iter().enumerate() {
        let Some(rest) = code.get(at + 1..) else { continue };
        let argument = match rest {
            [open, ..] if token.is("insert") && open.is("(") => &rest[1..end_of_group(rest).max(1)],
            [_, _, ty @ ..] if token.is("get_or_insert_default") => ty,
            _ => continue,
        };
        let Some(owner) = owner(&code[..at]) else { continue };
        let is_on_request =
            ["request", "req", "parts"].iter().any(|word| owner.split('_').any(|part| part == *word));
        insertions.push(Insertion {
            name: type_of(argument),
            file: source.path,
            line: token.line,
            is_on_request,
        });
    }
    insertions
}

/// Returns the variable or field whose extensions are called, given the tokens up to the name of the method.
fn owner<'a>(before: &[Token<'a>]) -> Option<&'a str> {
    let before = before.strip_suffix_of(&["."])?;
    if let Some(before) = before
        .strip_suffix_of(&[".", "extensions_mut", "(", ")"])
        .or_else(|| before.strip_suffix_of(&[".", "extensions"]))
    {
        return before.last().map(|owner| owner.text);
    }
    let before = before.strip_suffix_of(&["extensions"])?;
    let is_binding =
        |three: &[Token<'_>]| three[0].is("extensions") && three[1].is("=") && three[2].kind == Kind::Word;
    // The nearest binding of the variable. An argument has none, and no owner that could be read.
    let binding = before.windows(3).rposition(is_binding);
    Some(binding.map_or("extensions", |at| before[at + 2].text))
}

/// Returns the first name of a type in the path that an expression begins with, or else its first name.
fn type_of(argument: &[Token<'_>]) -> String {
    let path = argument.iter().take_while(|token| token.kind == Kind::Word || token.is("::"));
    let names: Vec<_> = path.filter(|token| token.kind == Kind::Word).map(|token| token.text).collect();
    let is_type = |name: &&&str| name.starts_with(char::is_uppercase);
    match names.iter().find(is_type).or(names.first()) {
        Some(name) => camel(name),
        None => "?".to_owned(),
    }
}

/// Returns the name of the type that a variable is named after.
fn camel(name: &str) -> String {
    let capital = |part: &str| {
        let mut characters = part.chars();
        characters.next().map(|first| first.to_uppercase().chain(characters).collect::<String>())
    };
    name.split('_').filter_map(capital).collect()
}

trait Suffix<'a> {
    fn strip_suffix_of(&self, suffix: &[&str]) -> Option<&[Token<'a>]>;
}

impl<'a> Suffix<'a> for [Token<'a>] {
    fn strip_suffix_of(&self, suffix: &[&str]) -> Option<&[Token<'a>]> {
        let (before, end) = self.split_at_checked(self.len().checked_sub(suffix.len())?)?;
        end.iter().zip(suffix).all(|(token, text)| token.is(text)).then_some(before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rust::sources;

    fn found(text: &str) -> Vec<String> {
        let sources = sources([("a.rs", text)]);
        let insertions: Vec<_> = sources.iter().flat_map(of).collect();
        insertions.iter().filter(|one| !one.is_on_request).map(|one| one.name.clone()).collect()
    }

    #[test]
    fn what_is_inserted_is_known_by_its_text() {
        assert_eq!(found("response.extensions_mut().insert(Ttl(self.0));"), ["Ttl"]);
        assert_eq!(found("answer\n.extensions_mut()\n.insert(super::Pending { a });"), ["Pending"]);
        assert_eq!(found("self.response.extensions_mut().insert(wire::Newest::new(a, B));"), ["Newest"]);
        assert_eq!(found("response.extensions_mut().insert(Retry::ALLOWED);"), ["Retry"]);
        assert_eq!(found("response.extensions_mut().insert(retry_class);"), ["RetryClass"]);
        assert_eq!(found("response.extensions_mut().insert((a, b));"), ["?"]);
        assert_eq!(found("response.extensions_mut().get_or_insert_default::<Facts>()"), ["Facts"]);
    }

    #[test]
    fn a_variable_of_extensions_belongs_to_its_owner() {
        let bound = |owner: &str| {
            format!("let extensions = {owner}.extensions_mut(); f(); extensions.insert(reduced);")
        };
        assert_eq!(found(&bound("response")), ["Reduced"]);
        assert_eq!(found(&bound("request")), [""; 0]);
        assert_eq!(found("fn f(extensions: &mut Extensions) { extensions.insert(A); }"), ["A"]);
    }

    #[test]
    fn other_insertions_are_not_counted() {
        for text in [
            "request.extensions_mut().insert(A);",
            "inner_request.extensions_mut().insert(A);",
            "parts.extensions.insert(A);",
            "response.headers_mut().insert(A, b);",
            "map.insert(A);",
            "response.extensions_mut().remove::<A>();",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
