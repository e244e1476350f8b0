//! Reading Rust source text, for the rules and figures of this repository.

mod arrows;
mod source;
mod test_code;
mod token;

pub(crate) use arrows::{Arrows, arrows};
pub(crate) use source::{Source, code_lines, sources};
pub(crate) use test_code::{code, end_of_group};
pub(crate) use token::{Kind, Token, tokens};
