//! What a request asks for, as a request of another version would have asked for it.

use super::asked::{Asked, Match};
use crate::idempotency::record::Fingerprint;
use bytes::Bytes;
use std::iter;
use steadfast_core::Date;

/// What a body would be at another version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Restated {
    /// The same.
    Alike,
    /// The same, although it is none of its own version's.
    Foreign,
    /// One of these; none of any if that cannot be said.
    As(Vec<Bytes>),
}

/// Says what the body of a request at one version would be at another.
pub(crate) type Restate = fn(&Bytes, (Date, Date)) -> Restated;

/// What is asked for, and what that would be at other versions.
#[derive(Clone)]
pub(super) struct Elsewhere {
    pub(super) own: Asked,
    known: Vec<Known>,
}

/// What is asked for at one other version.
#[derive(Clone)]
struct Known {
    version: Date,
    asked: Vec<Asked>,
    is_foreign: bool,
}

impl Elsewhere {
    pub(super) fn new(own: Asked) -> Self {
        Self { own, known: Vec::new() }
    }

    pub(super) fn knows(&self, version: Date) -> bool {
        self.at(version).is_some()
    }

    pub(super) fn is_foreign(&self, version: Date) -> bool {
        self.at(version).is_some_and(|known| known.is_foreign)
    }

    pub(super) fn learn(&mut self, version: Date, asked: Vec<Asked>, is_foreign: bool) {
        self.known.push(Known { version, asked, is_foreign });
    }

    /// It, and what it would be anywhere else.
    pub(super) fn all(&self) -> impl Iterator<Item = &Asked> {
        iter::once(&self.own).chain(self.known.iter().flat_map(|known| &known.asked))
    }

    fn at(&self, version: Date) -> Option<&Known> {
        self.known.iter().find(|known| known.version == version)
    }

    /// Compares with the record of a request at `version`.
    pub(super) fn matches(&self, version: Date, recorded: &Fingerprint) -> Match {
        let mut found = match self.own.matches(recorded) {
            Match::Incomparable => Match::Incomparable,
            Match::Same | Match::Different => Match::Different,
        };
        for asked in self.at(version).into_iter().flat_map(|known| &known.asked) {
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
        let known = self.known.iter().map(|Known { version, asked, is_foreign }| Known {
            version: *version,
            asked: asked.iter().map(|asked| Asked::from(asked.fingerprint())).collect(),
            is_foreign: *is_foreign,
        });
        Self { own: Asked::from(self.own.fingerprint()), known: known.collect() }
    }
}
