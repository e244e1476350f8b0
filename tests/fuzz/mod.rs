//! Fuzz targets for the places that a version is named in: arbitrary bytes become a request, an API that has everything
//! answers it in this process, and the answer must be one that the documentation knows.
//!
//! An input is text as far as possible, so that a seed can be written by hand; `input.rs` says how.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a target that cannot go on has found something")]

mod app;
mod check;
mod declared;
mod header;
mod input;
mod media_type;
mod model;
mod path;
mod query;
mod send;

pub use send::{Prepared, dispatch};

/// A fuzz target: from an input to its request; `None` if HTTP has no such request.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Also of its corpus in `fuzz/corpus/`.
    pub name: &'static str,
    /// The request of an input.
    pub prepare: fn(&[u8]) -> Option<Prepared>,
}

impl Target {
    /// Sends the request of an input and panics if the answer is not what it must be. Yields whether that was known of
    /// this very request; otherwise the answer is only one of those that can be.
    pub fn run(&self, input: &[u8]) -> bool {
        (self.prepare)(input).is_some_and(Prepared::judge)
    }
}

/// Every target.
pub const TARGETS: [Target; 4] = [
    Target { name: "header", prepare: header::prepare },
    Target { name: "query", prepare: query::prepare },
    Target { name: "path", prepare: path::prepare },
    Target { name: "media_type", prepare: media_type::prepare },
];

/// The request headers that name a version.
pub fn header(data: &[u8]) {
    let _ = TARGETS[0].run(data);
}

/// The query that can name a version.
pub fn query(data: &[u8]) {
    let _ = TARGETS[1].run(data);
}

/// The path that can name a version.
pub fn path(data: &[u8]) {
    let _ = TARGETS[2].run(data);
}

/// The media types that can name a version.
pub fn media_type(data: &[u8]) {
    let _ = TARGETS[3].run(data);
}
