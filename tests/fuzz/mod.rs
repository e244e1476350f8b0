//! Fuzz targets for the places that a version is named in: arbitrary bytes become a request, an API that has everything
//! answers it in this process, and the answer must be one that the documentation knows. And for fingerprints: arbitrary
//! bytes become the bodies of two requests.
//!
//! An input is text as far as possible, so that a seed can be written by hand; `input.rs` says how.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a target that cannot go on has found something")]

mod app;
mod check;
mod declared;
mod fingerprint;
mod header;
mod input;
mod media_type;
mod model;
mod path;
mod query;
mod send;

pub use send::{Prepared, dispatch};

/// A fuzz target.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Also of its corpus in `fuzz/corpus/`.
    pub name: &'static str,
    /// What to do with an input.
    pub input: Purpose,
}

/// What the input of a target is.
#[derive(Debug, Clone, Copy)]
pub enum Purpose {
    /// A request to send; `None` if HTTP has no such request.
    Send(fn(&[u8]) -> Option<Prepared>),
    /// Something that is judged as it is.
    Judge(fn(&[u8]) -> bool),
}

impl Target {
    /// Runs an input and panics if the answer is not what it must be. Yields whether that was known of this very input;
    /// otherwise the answer is only one of those that can be.
    pub fn run(&self, input: &[u8]) -> bool {
        match self.input {
            Purpose::Send(prepare) => prepare(input).is_some_and(Prepared::judge),
            Purpose::Judge(judge) => judge(input),
        }
    }

    /// The request of an input, if it is one.
    pub fn prepare(&self, input: &[u8]) -> Option<Prepared> {
        match self.input {
            Purpose::Send(prepare) => prepare(input),
            Purpose::Judge(_) => None,
        }
    }
}

/// Every target.
pub const TARGETS: [Target; 5] = [
    Target { name: "header", input: Purpose::Send(header::prepare) },
    Target { name: "query", input: Purpose::Send(query::prepare) },
    Target { name: "path", input: Purpose::Send(path::prepare) },
    Target { name: "media_type", input: Purpose::Send(media_type::prepare) },
    Target { name: "fingerprint", input: Purpose::Judge(fingerprint::run) },
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

/// The bodies of two requests.
pub fn fingerprint(data: &[u8]) {
    let _ = TARGETS[4].run(data);
}
