//! Variables of a thread.

use crate::rust::{Source, end_of_group};

/// Returns the name and the place of each static in a `thread_local!`.
pub(super) fn of(source: &Source<'_>) -> Vec<String> {
    let mut statics = Vec::new();
    for (at, _) in source.code.iter().enumerate().filter(|(_, token)| token.is("thread_local")) {
        let call = &source.code[at + 1..];
        if let [mark, group @ ..] = call
            && mark.is("!")
        {
            let group = &group[..end_of_group(group)];
            let named = group.windows(2).filter(|pair| pair[0].is("static"));
            statics.extend(named.map(|pair| format!("{} at {}:{}", pair[1].text, source.path, pair[1].line)));
        }
    }
    statics
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rust::sources;

    #[test]
    fn each_static_counts() {
        let text = "thread_local! {\n static A: &'static str = \"\";\n pub(crate) static B: u8 = const { 1 };\n}\nstatic C: u8 = 1;\nfn f() { thread_local!(static D: u8 = 1); }\n#[cfg(test)] thread_local!(static E: u8 = 1);\n";
        let found: Vec<_> = sources([("a.rs", text)]).iter().flat_map(of).collect();
        assert_eq!(found, ["A at a.rs:2", "B at a.rs:3", "D at a.rs:6"]);
    }
}
