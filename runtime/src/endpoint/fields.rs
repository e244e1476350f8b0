//! That what `fields(..)` picks out of a body is there, asked when an API is built: constants cannot ask `Deserialize`.

use super::meta::{Meta, Range};
use crate::idempotency::{Selection, leave_out};
use crate::transform::Versioned;
use crate::transform::outline::{Lacks, Names, Outline};
use axum::Json;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;
use steadfast_core::{Date, Timeline};

/// A type of an argument that reads a JSON body, and what is known of the fields of that.
pub trait Outlined {
    /// This.
    const OUTLINE: Outline;
}

impl<T: DeserializeOwned> Outlined for Json<T> {
    const OUTLINE: Outline = Outline::of::<T>();
}

impl<T: DeserializeOwned> Outlined for Versioned<T> {
    const OUTLINE: Outline = Outline::of::<T>();
}

impl<B: Outlined> Outlined for Option<B> {
    const OUTLINE: Outline = B::OUTLINE;
}

impl<B: Outlined, E> Outlined for Result<B, E> {
    const OUTLINE: Outline = B::OUTLINE;
}

/// What is known of the fields that an argument of type `B` reads: `OUTLINE`, or that of [`NoOutline`].
#[derive(Debug)]
pub struct OutlineOf<B>(PhantomData<B>);

impl<B: Outlined> OutlineOf<B> {
    /// What its type tells.
    pub const OUTLINE: Option<Outline> = Some(B::OUTLINE);
}

/// The answer for every other type.
pub trait NoOutline {
    /// Nothing.
    const OUTLINE: Option<Outline> = None;
}

impl<B> NoOutline for OutlineOf<B> {}

/// Every pointer of `fields(..)` leads to a field that counts, at some version of the endpoint.
///
/// # Panics
/// If one does not.
pub(crate) fn assert_fields(meta: &Meta, timeline: &Timeline) {
    let Some(options) = meta.idempotent.map(|policy| policy.options) else { return };
    let Some(Selection::Fields(pointers)) = options.fingerprint.map(|form| form.body) else { return };
    let name = meta.name;
    for pointer in pointers {
        assert!(
            !leave_out(options.typed, pointer),
            "{pointer:?} in `fields(..)` of {name} does not count, because of `#[fingerprint(skip)]`: remove one of the two"
        );
        let why = has(options.outlines, pointer, &versions(meta, timeline)).err().map(because);
        assert!(
            why.is_none(),
            "{pointer:?} in `fields(..)` of {name} points at nothing, because {}",
            why.unwrap_or_default()
        );
    }
}

/// Whether one of the types has it at one of the versions. What the first says is told: it is the newest.
fn has(outlines: &[Option<Outline>], pointer: &str, versions: &[Option<Date>]) -> Result<(), Lacks> {
    let mut first = Ok(());
    for outline in outlines {
        // It may be anything.
        let Some(outline) = outline else { return Ok(()) };
        for version in versions {
            match outline.has(pointer, *version) {
                Ok(()) => return Ok(()),
                Err(lacks) if first.is_ok() => first = Err(lacks),
                Err(_) => {}
            }
        }
    }
    first
}

/// The newest shape, then those of the versions that the endpoint answers.
fn versions(meta: &Meta, timeline: &Timeline) -> Vec<Option<Date>> {
    let dates = timeline.releases.iter().map(|release| release.date);
    let answered = dates.filter(|date| match meta.range {
        Range::Neutral => false,
        Range::Versions { since, until, .. } => since <= *date && until.is_none_or(|until| *date < until),
    });
    std::iter::once(None).chain(answered.map(Some)).collect()
}

fn because(Lacks { within, names }: Lacks) -> String {
    let what = if within.is_empty() { "the body".to_owned() } else { format!("{within:?}") };
    match names {
        Names::Elements => format!("{what} is a list: write \"{within}/*\" for each of its elements"),
        Names::Only([]) => format!("{what} has no fields: remove it"),
        Names::Only(names) => {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            format!("{what} has only {}: write one of them", names.join(", "))
        }
    }
}
