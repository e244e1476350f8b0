//! Rust source text as tokens. A parser would have to know the grammar of macros; tokens are the same everywhere.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An identifier, a keyword, a number or a lifetime.
    Word,
    /// A string of any sort, with its quotes and prefix.
    Text,
    /// A character or a byte.
    Char,
    /// `::`, or one character of punctuation.
    Mark,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind,
    pub(crate) text: &'a str,
    /// The line that the token begins in, from 1.
    pub(crate) line: usize,
}

impl Token<'_> {
    /// Returns `true` if the token is this word or mark.
    pub(crate) fn is(&self, text: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Mark) && self.text == text
    }
}

/// Returns the tokens of a file without its comments, doc comments included.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while let Some(first) = rest.chars().next() {
        let (kind, length) = next(rest, first);
        let (token, after) = rest.split_at(length);
        if let Some(kind) = kind {
            tokens.push(Token { kind, text: token, line });
        }
        line += token.matches('\n').count();
        rest = after;
    }
    tokens
}

/// Returns the kind of what `rest` begins with, `None` for space and comments, and its length in bytes.
fn next(rest: &str, first: char) -> (Option<Kind>, usize) {
    if first.is_whitespace() {
        return (None, first.len_utf8());
    }
    if rest.starts_with("//") {
        return (None, rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return (None, end_of_block_comment(rest));
    }
    if is_word(first) {
        let word = rest.find(|one| !is_word(one)).unwrap_or(rest.len());
        return after_word(rest, word);
    }
    match first {
        '"' => (Some(Kind::Text), end_of_literal(rest, 0)),
        '\'' if is_char(rest) => (Some(Kind::Char), end_of_literal(rest, 0)),
        '\'' => (Some(Kind::Word), 1 + rest[1..].find(|one| !is_word(one)).unwrap_or(rest.len() - 1)),
        _ if rest.starts_with("::") => (Some(Kind::Mark), 2),
        _ => (Some(Kind::Mark), first.len_utf8()),
    }
}

/// A word of `word` bytes may be the prefix of a literal or of a raw identifier.
fn after_word(rest: &str, word: usize) -> (Option<Kind>, usize) {
    let (prefix, after) = rest.split_at(word);
    match prefix {
        "b" | "c" if after.starts_with('"') => (Some(Kind::Text), end_of_literal(rest, word)),
        "b" if after.starts_with('\'') => (Some(Kind::Char), end_of_literal(rest, word)),
        "r" | "br" | "cr" => {
            let hashes = after.len() - after.trim_start_matches('#').len();
            if after[hashes..].starts_with('"') {
                let end = format!("\"{}", "#".repeat(hashes));
                let start = word + hashes + 1;
                let inside = rest[start..].find(&end);
                return (Some(Kind::Text), inside.map_or(rest.len(), |inside| start + inside + end.len()));
            }
            let name = after[hashes..].find(|one| !is_word(one)).unwrap_or(after.len() - hashes);
            // `r#type`. Of anything else the word is only a word.
            (Some(Kind::Word), if hashes == 1 { word + 1 + name } else { word })
        }
        _ => (Some(Kind::Word), word),
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Returns `true` if a quote begins a character and not a lifetime.
fn is_char(rest: &str) -> bool {
    rest.starts_with("'\\") || rest.chars().nth(2) == Some('\'')
}

/// Returns the end of the literal whose first quote is at `open`: its next quote without a backslash.
fn end_of_literal(rest: &str, open: usize) -> usize {
    let mut characters = rest[open..].char_indices();
    let quote = characters.next().map(|(_, quote)| quote);
    while let Some((position, character)) = characters.next() {
        if character == '\\' {
            characters.next();
        } else if Some(character) == quote {
            return open + position + 1;
        }
    }
    rest.len()
}

/// Block comments nest.
fn end_of_block_comment(rest: &str) -> usize {
    let (mut depth, mut position) = (0_usize, 0);
    loop {
        let Some(next) = rest[position..].find(['/', '*']) else { return rest.len() };
        position += next;
        let step = match rest.get(position..position + 2) {
            Some("/*") => {
                depth += 1;
                2
            }
            Some("*/") => {
                depth -= 1;
                2
            }
            _ => 1,
        };
        position += step;
        if depth == 0 {
            return position;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        tokens(text).iter().map(|token| token.text).collect()
    }

    #[test]
    fn comments_are_left_out_and_lines_counted() {
        let text = "/// crate::a\nfn /* one /* two */ \n */ a() {} // crate::b\n\"x\ny\" z";
        let found: Vec<_> = tokens(text).iter().map(|token| (token.text, token.line)).collect();
        let expected =
            [("fn", 2), ("a", 3), ("(", 3), (")", 3), ("{", 3), ("}", 3), ("\"x\ny\"", 4), ("z", 5)];
        assert_eq!(found, expected);
        assert_eq!(words("a // no end"), ["a"]);
        assert_eq!(words("a /* no end / *"), ["a"]);
    }

    #[test]
    fn literals_hide_what_is_in_them() {
        let text =
            r###"f("a \" b", r#"c " d"#, b"e", br##"f"# g"##, 'h', '"', '\'', '\\', '\n', b'\'', r"i\")"###;
        let found: Vec<_> = tokens(text)
            .into_iter()
            .filter(|token| matches!(token.kind, Kind::Text | Kind::Char))
            .map(|token| token.text)
            .collect();
        let expected = [
            r#""a \" b""#,
            r##"r#"c " d"#"##,
            r#"b"e""#,
            r###"br##"f"# g"##"###,
            "'h'",
            "'\"'",
            r"'\''",
            r"'\\'",
            r"'\n'",
            r"b'\''",
            "r\"i\\\"",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn lifetimes_raw_names_and_paths_are_tokens() {
        assert_eq!(words("&'a r#type::b"), ["&", "'a", "r#type", "::", "b"]);
        assert_eq!(words("r # 1..2"), ["r", "#", "1", ".", ".", "2"]);
        assert_eq!(words("'é' 'static"), ["'é'", "'static"]);
        assert!(!tokens("\"use\"")[0].is("\"use\""));
    }
}
