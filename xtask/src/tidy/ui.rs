//! Rules about the compile-fail cases.

use super::Fault;
use crate::files::Files;

const FOLDER: &str = "tests/ui/";

pub(super) fn faults(files: &Files) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, text) in files.0.iter().filter(|(path, _)| path.starts_with(FOLDER)) {
        if path.ends_with(".stderr") {
            faults.extend(errors(path, text));
        } else if let Some(case) = path.strip_suffix(".rs")
            && !path.contains("/pass/")
            && files.text(&format!("{case}.stderr")).is_none()
        {
            faults.push(Fault::new(
                path,
                1,
                "a compile-fail case needs the `.stderr` that it is compared with",
            ));
        }
    }
    faults
}

/// One mistake, one error.
fn errors(path: &str, text: &str) -> Option<Fault> {
    let is_error = |line: &str| line.starts_with("error") && !line.starts_with("error: aborting");
    let lines: Vec<usize> =
        (1..).zip(text.lines()).filter(|(_, line)| is_error(line)).map(|(number, _)| number).collect();
    match lines.as_slice() {
        [_] => None,
        [] => Some(Fault::new(path, 1, "the case gives no error, but each case shows one")),
        [_, second, ..] => {
            Some(Fault::new(path, *second, format!("one mistake gives {} errors, not one", lines.len())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults_of(files: &[(&str, &str)]) -> Vec<Fault> {
        faults(&Files(files.iter().map(|&(path, text)| (path.to_owned(), text.to_owned())).collect()))
    }

    #[test]
    fn each_case_shows_one_error() {
        let one = "error[E0277]: no\n --> a.rs\nerror: aborting due to 1 previous error\n";
        assert_eq!(faults_of(&[("tests/ui/a.rs", ""), ("tests/ui/a.stderr", one)]), []);
        let two = faults_of(&[("tests/ui/a.stderr", "error: a\n\nerror: b\n")]);
        assert_eq!(two, [Fault::new("tests/ui/a.stderr", 3, "one mistake gives 2 errors, not one")]);
        assert_eq!(faults_of(&[("tests/ui/a.stderr", "warning: a\n")]).len(), 1);
    }

    #[test]
    fn only_cases_that_pass_have_no_error() {
        assert_eq!(faults_of(&[("tests/ui/versioned/pass/a.rs", ""), ("tests/it/a.rs", "")]), []);
        assert_eq!(faults_of(&[("tests/ui/versioned/a.rs", "")])[0].file, "tests/ui/versioned/a.rs");
    }
}
