//! Which items of a file are compiled for tests only.

use super::{Token, tokens};

/// The tokens of a file without the items under `#[cfg(test)]`.
pub(super) struct Split<'a> {
    pub(super) tokens: Vec<Token<'a>>,
    /// The names of the modules under `#[cfg(test)]`, whether they have files of their own or not.
    pub(super) test_modules: Vec<&'a str>,
}

/// Returns the tokens of a file without the items under `#[cfg(test)]`.
pub(crate) fn code(text: &str) -> Vec<Token<'_>> {
    split(&tokens(text)).tokens
}

pub(super) fn split<'a>(all: &[Token<'a>]) -> Split<'a> {
    let mut split = Split { tokens: Vec::with_capacity(all.len()), test_modules: Vec::new() };
    let mut rest = all;
    while let [first, after @ ..] = rest {
        let Some(attribute) = test_attribute(rest) else {
            split.tokens.push(*first);
            rest = after;
            continue;
        };
        let item = &rest[attribute..];
        let (item, after) = item.split_at(end_of_item(item));
        if let Some(at) = item.iter().position(|token| token.is("mod"))
            && let Some(name) = item.get(at + 1)
            && !item[..at].iter().any(|token| token.is("{"))
        {
            split.test_modules.push(name.text);
        }
        rest = after;
    }
    split
}

/// Returns the length of the `#[cfg(..)]` that `tokens` begin with, if nothing but tests meets it.
fn test_attribute(tokens: &[Token<'_>]) -> Option<usize> {
    let length = attribute(tokens)?;
    match &tokens[2..length - 1] {
        [cfg, open, predicate @ .., _] if cfg.is("cfg") && open.is("(") => {
            is_only_test(predicate).then_some(length)
        }
        _ => None,
    }
}

/// Returns `true` for `test` and for `all(.., test, ..)`.
fn is_only_test(predicate: &[Token<'_>]) -> bool {
    match predicate {
        [test] => test.is("test"),
        [all, open, list @ .., _] if all.is("all") && open.is("(") => {
            let mut depth = 0_usize;
            list.split(|token| {
                depth += usize::from(token.is("("));
                depth -= usize::from(token.is(")"));
                depth == 0 && token.is(",")
            })
            .any(is_only_test)
        }
        _ => false,
    }
}

/// Returns the length of the outer attribute that `tokens` begin with.
fn attribute(tokens: &[Token<'_>]) -> Option<usize> {
    match tokens {
        [hash, open, ..] if hash.is("#") && open.is("[") => Some(1 + end_of_group(&tokens[1..])),
        _ => None,
    }
}

/// Returns the length of the group that `tokens` begin with, its brackets included.
pub(crate) fn end_of_group(tokens: &[Token<'_>]) -> usize {
    let mut depth = 0_usize;
    for (position, token) in tokens.iter().enumerate() {
        if ["(", "[", "{"].iter().any(|open| token.is(open)) {
            depth += 1;
        } else if [")", "]", "}"].iter().any(|close| token.is(close)) {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return position + 1;
            }
        }
    }
    tokens.len()
}

/// Returns the length of the item, statement, field or arm that `tokens` begin with, further attributes included.
fn end_of_item(tokens: &[Token<'_>]) -> usize {
    let mut position = 0;
    while let Some(length) = attribute(&tokens[position..]) {
        position += length;
    }
    let start = &tokens[position..];
    let ends_in_semicolon = ends_in_semicolon(start);
    let is_field = is_field(start);
    while let Some(token) = tokens.get(position) {
        if ["(", "[", "{"].iter().any(|open| token.is(open)) {
            position += end_of_group(&tokens[position..]);
            if token.is("{") && !ends_in_semicolon {
                // The comma behind an arm or a field goes with it.
                return position + usize::from(tokens.get(position).is_some_and(|next| next.is(",")));
            }
        } else if token.is(";") || is_field && token.is(",") {
            return position + 1;
        } else if ["}", ")", "]"].iter().any(|close| token.is(close)) {
            return position;
        } else {
            position += 1;
        }
    }
    position
}

/// Braces do not end a `use`, nor a value that is bound.
fn ends_in_semicolon(item: &[Token<'_>]) -> bool {
    let item = &item[visibility(item)..];
    let is = |position: usize, word: &str| item.get(position).is_some_and(|token| token.is(word));
    let is_binding = ["use", "static", "type", "let"].iter().any(|word| is(0, word));
    is_binding || is(0, "const") && !["fn", "unsafe", "async", "extern"].iter().any(|word| is(1, word))
}

/// Returns `true` for a field, whose end is a comma: `name: ..`.
fn is_field(item: &[Token<'_>]) -> bool {
    item.get(visibility(item) + 1).is_some_and(|token| token.is(":"))
}

/// Returns the length of `pub` or `pub(..)` that `item` begins with.
fn visibility(item: &[Token<'_>]) -> usize {
    match item {
        [word, open, ..] if word.is("pub") && open.is("(") => 1 + end_of_group(&item[1..]),
        [word, ..] if word.is("pub") => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(text: &str) -> String {
        let words: Vec<_> = code(text).iter().map(|token| token.text).collect();
        words.join(" ")
    }

    #[test]
    fn items_under_cfg_test_are_left_out_up_to_their_end() {
        for item in [
            "mod tests { fn f() { g(); } }",
            "mod tests;",
            "use a::{b, c};",
            "pub(crate) use a::{b};",
            "fn f<A, B>(a: [A; 2]) -> B { if x { y } z }",
            "const fn f() {}",
            "pub const A: &[B] = &[B { c: 1 }, B { c: 2 }];",
            "static A: B = B { c: 1 };",
            "pub(super) const A: B = B { c: 1 };",
            "impl A { fn b() {} }",
            "struct A(B);",
            "#[derive(Debug)] struct A { b: C }",
            "extern crate self as steadfast;",
            "f(a, b);",
        ] {
            assert_eq!(left(&format!("a #[cfg(test)] {item} z")), "a z", "{item}");
        }
    }

    #[test]
    fn fields_and_arms_under_cfg_test_end_at_their_comma_or_bracket() {
        assert_eq!(left("{ a: A, #[cfg(test)] b: B<C>, c: C }"), "{ a : A , c : C }");
        assert_eq!(left("{ a: A, #[cfg(test)] pub(super) b: Option<u32> }"), "{ a : A , }");
        assert_eq!(left("{ #[cfg(test)] A => { b }, C => d }"), "{ C => d }".replace("=>", "= >"));
    }

    #[test]
    fn only_what_needs_a_test_build_is_left_out() {
        assert_eq!(left("#[cfg(all(feature = \"a\", test))] mod b; z"), "z");
        for kept in [
            "any(test, feature = \"a\")",
            "not(test)",
            "doctest",
            "all(not(test), a)",
            "all(any(a, test, b), c)",
        ] {
            assert!(left(&format!("#[cfg({kept})] mod b;")).contains("mod b"), "{kept}");
        }
        assert_eq!(left("#[test] fn a() {}"), "# [ test ] fn a ( ) { }");
    }

    #[test]
    fn modules_of_tests_are_named() {
        let text = "#[cfg(test)] mod a; #[cfg(test)] pub(super) mod b { mod c {} } mod d; #[cfg(test)] fn f() { mod e; }";
        assert_eq!(split(&tokens(text)).test_modules, ["a", "b"]);
    }
}
