//! What a request asks for, as a request of another version would have asked for it.

use super::asked::{Asked, Match};
use crate::idempotency::record::Fingerprint;
use bytes::Bytes;
use steadfast_core::Date;

/// What a body would be at another version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Restated {
    /// The same.
    Alike,
    /// One of these.
    As(Vec<Bytes>),
    /// That cannot be said.
    Unknown,
}

/// Says what the body of a request at one version would be at another.
pub(crate) type Restate = fn(&Bytes, (Date, Date)) -> Restated;

/// What is asked for, and what that would be at other versions.
#[derive(Clone)]
pub(super) struct Elsewhere {
    pub(super) own: Asked,
    known: Vec<(Date, Vec<Asked>)>,
}

impl Elsewhere {
    pub(super) fn new(own: Asked) -> Self {
        Self { own, known: Vec::new() }
    }

    pub(super) fn knows(&self, version: Date) -> bool {
        self.known.iter().any(|(known, _)| *known == version)
    }

    pub(super) fn learn(&mut self, version: Date, asked: Vec<Asked>) {
        self.known.push((version, asked));
    }

    /// Compares with the record of a request at `version`.
    pub(super) fn matches(&self, version: Date, recorded: &Fingerprint) -> Match {
        let known = self.known.iter().filter(|(known, _)| *known == version).flat_map(|(_, asked)| asked);
        let mut found = match self.own.matches(recorded) {
            Match::Incomparable => Match::Incomparable,
            Match::Same | Match::Different => Match::Different,
        };
        for asked in known {
            match asked.matches(recorded) {
                Match::Same => return Match::Same,
                Match::Different => {}
                Match::Incomparable => found = Match::Incomparable,
            }
        }
        found
    }

    /// No longer with the bodies.
    pub(super) fn without_bodies(&self) -> Self {
        let known = self.known.iter().map(|(version, asked)| {
            (*version, asked.iter().map(|asked| Asked::from(asked.fingerprint())).collect())
        });
        Self { own: Asked::from(self.own.fingerprint()), known: known.collect() }
    }
}
