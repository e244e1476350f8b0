//! Rules about the text of one source file.

use super::Fault;
use crate::rust::{Kind, code, code_lines, tokens};

/// No file is longer, whatever it holds.
const MAX_LINES: usize = 600;
/// No file of these folders holds more lines of code, unit tests aside.
const MAX_CODE_LINES: usize = 400;
const SHORT: [&str; 8] = [
    "core/src/",
    "engine/src/",
    "macros/src/",
    "pins/src/",
    "runtime/src/",
    "stores/",
    "wire/src/",
    "xtask/src/",
];

/// In two parts, so that this file does not hold them.
const UNFINISHED: [&str; 4] =
    [concat!("to", "do!"), concat!("unimplement", "ed!"), concat!("FIX", "ME"), concat!("X", "XX")];

const MACROS: &str = "macros/src/";
const IMPURE: [&str; 3] = ["std::fs", "std::env", "SystemTime"];

/// Where the files stand whose names say that they hold messages.
const DIAGNOSTICS: &str = "macros/src/diag/";

pub(super) fn faults(file: &str, text: &str) -> Vec<Fault> {
    let mut faults = Vec::from_iter(too_long(file, text));
    faults.extend(unfinished(file, text));
    // Tests read the expansions they compare with.
    if file.starts_with(MACROS) && !file.ends_with("tests.rs") {
        faults.extend(impure(file, text));
    }
    if file.starts_with(DIAGNOSTICS) && file.contains("messages") {
        faults.extend(unbalanced(file, text));
    }
    faults
}

fn too_long(file: &str, text: &str) -> Option<Fault> {
    let lines = text.lines().count();
    if lines > MAX_LINES {
        return Some(Fault::new(
            file,
            MAX_LINES + 1,
            format!("{lines} lines, more than {MAX_LINES}: split the file"),
        ));
    }
    let is_short = SHORT.iter().any(|folder| file.starts_with(folder)) && !file.ends_with("/tests.rs");
    let code = code_lines(&code(text));
    (is_short && code > MAX_CODE_LINES).then(|| {
        Fault::new(file, lines, format!("{code} lines of code, more than {MAX_CODE_LINES}: split the file"))
    })
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

fn unfinished(file: &str, text: &str) -> Vec<Fault> {
    let why = |line: &str| {
        let word = UNFINISHED.iter().find(|word| line.contains(*word))?;
        Some(format!("`{word}` says that something is missing: finish it, or leave it out"))
    };
    numbered(text).filter_map(|(number, line)| Some(Fault::new(file, number, why(line)?))).collect()
}

fn impure(file: &str, text: &str) -> Vec<Fault> {
    let why = |line: &str| {
        let word = IMPURE.iter().find(|word| !is_comment(line) && line.contains(*word))?;
        Some(format!("macros must not use `{word}`, because what they expand to may be cached"))
    };
    numbered(text).filter_map(|(number, line)| Some(Fault::new(file, number, why(line)?))).collect()
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines())
}

fn unbalanced(file: &str, text: &str) -> Vec<Fault> {
    let strings = tokens(text).into_iter().filter(|token| token.kind == Kind::Text);
    let odd = strings.filter(|string| string.text.matches('`').count() % 2 == 1);
    odd.map(|string| Fault::new(file, string.line, "a backtick of this sentence has no partner")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_are_faults() {
        let long = |lines| "fn f() {}\n".repeat(lines);
        assert_eq!(faults("tests/it/a.rs", &long(600)), []);
        assert_eq!(faults("tests/it/a.rs", &long(601))[0].line, 601);
        assert_eq!(faults("core/src/a.rs", &long(400)), []);
        assert_eq!(faults("core/src/a/tests.rs", &long(401)), []);
        let why = "401 lines of code, more than 400: split the file";
        assert_eq!(faults("core/src/a.rs", &long(401)), [Fault::new("core/src/a.rs", 401, why)]);
    }

    #[test]
    fn unfinished_work_is_a_fault() {
        let text = format!("fn a() {{\n    {}()\n}}\n", UNFINISHED[0]);
        assert_eq!(faults("bench/src/a.rs", &text)[0].line, 2);
    }

    #[test]
    fn macros_are_pure() {
        let text = "// not SystemTime\nuse std::env::var;\n";
        assert_eq!(faults("runtime/src/a.rs", text), []);
        let why = "macros must not use `std::env`, because what they expand to may be cached";
        assert_eq!(faults("macros/src/a.rs", text), [Fault::new("macros/src/a.rs", 2, why)]);
    }

    #[test]
    fn backticks_come_in_pairs() {
        let text = "fn f() { error(\"`a` has no `b`\") }\nfn g() {\n    error(\"`a has no b\")\n}\n";
        let why = "a backtick of this sentence has no partner";
        for file in ["macros/src/diag/messages.rs", "macros/src/diag/messages/versioned.rs"] {
            assert_eq!(faults(file, text), [Fault::new(file, 3, why)]);
        }
        assert_eq!(faults("macros/src/diag/mod.rs", text), []);
    }
}
