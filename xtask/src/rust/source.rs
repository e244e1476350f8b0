//! The source files of a folder, without what is compiled for tests only.

use super::test_code::{self, Split};
use super::{Token, tokens};

/// A source file that is not compiled for tests only.
pub(crate) struct Source<'a> {
    /// From the root of the repository, with `/` between folders.
    pub(crate) path: &'a str,
    /// The tokens of the file without the items under `#[cfg(test)]`.
    pub(crate) code: Vec<Token<'a>>,
}

/// Reads files, each given by its path and its text, and leaves out those that only `#[cfg(test)] mod x;` includes.
pub(crate) fn sources<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Source<'a>> {
    let mut sources = Vec::new();
    let mut test_modules = Vec::new();
    for (path, text) in files {
        let Split { tokens: code, test_modules: names } = test_code::split(&tokens(text));
        test_modules.extend(names.into_iter().map(|name| folder_of_children(path) + name));
        sources.push(Source { path, code });
    }
    let is_included_by_tests = |path: &str| {
        let mut below = test_modules.iter().filter_map(|module| path.strip_prefix(module.as_str()));
        below.any(|rest| rest == ".rs" || rest.starts_with('/'))
    };
    sources.retain(|source| !is_named_as_tests(source.path) && !is_included_by_tests(source.path));
    sources
}

/// `tests.rs` and `tests/` hold tests, whoever includes them.
fn is_named_as_tests(path: &str) -> bool {
    path.split('/').any(|part| part == "tests" || part == "tests.rs")
}

/// Returns the folder, with a `/` at its end, in which the modules that a file declares have their files.
fn folder_of_children(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    match name {
        "mod.rs" | "lib.rs" | "main.rs" => format!("{folder}/"),
        _ => format!("{}/", path.strip_suffix(".rs").unwrap_or(path)),
    }
}

/// Returns the number of lines that hold code: blank lines and comments have no tokens.
pub(crate) fn code_lines(code: &[Token<'_>]) -> usize {
    let (mut count, mut last) = (0, 0);
    for token in code {
        let lines = (token.line..).zip(token.text.split('\n'));
        for (line, _) in lines.filter(|(_, text)| !text.trim().is_empty()) {
            count += usize::from(line > last);
            last = line;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_only_tests_include_are_left_out() {
        let files = [
            ("a/src/lib.rs", "#[cfg(test)] mod model; mod b; mod c;"),
            ("a/src/model/mod.rs", "mod world;"),
            ("a/src/model/world.rs", ""),
            ("a/src/model.txt.rs", ""),
            ("a/src/b.rs", "#[cfg(test)] mod orders;"),
            ("a/src/b/orders.rs", ""),
            ("a/src/orders.rs", ""),
            ("a/src/c/mod.rs", "#[cfg(test)] mod tests { mod d; }"),
            ("a/src/c/tests/d.rs", ""),
            ("a/src/e/tests.rs", ""),
            ("a/src/e/tests/f.rs", ""),
        ];
        let left: Vec<_> = sources(files).iter().map(|source| source.path).collect();
        let expected =
            ["a/src/lib.rs", "a/src/model.txt.rs", "a/src/b.rs", "a/src/orders.rs", "a/src/c/mod.rs"];
        assert_eq!(left, expected);
    }

    #[test]
    fn tests_comments_and_blank_lines_are_no_code() {
        let text = "//! A.\n\nfn a() {\n    // Why.\n}\n\n#[cfg(test)]\nmod tests {\n    fn b() {\n    }\n}\nfn c() {} fn d() {}\n";
        assert_eq!(code_lines(&sources([("a.rs", text)])[0].code), 3);
        assert_eq!(code_lines(&tokens("a(\"b\n\n  c\n\")")), 3);
    }
}
