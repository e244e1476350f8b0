//! What a request says at one version, as it would be said at another.
//!
//! Of an earlier request nobody has more than a hash, so it is guessed: the body is written in the shape of the
//! earlier request's version, in each way a client may write it there. A guess that has the hash is what was sent, and it
//! counts as the same only if it is: read at its version it is the very value that the body is at its own. So two bodies
//! that become one in an older shape are never taken for each other.

use super::exercise::unobserved;
use super::history::{ChangeVerb, TypeHistory};
use super::newest::shapes;
use super::{at_version, wire};
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use steadfast_core::Date;

/// Whether two JSON documents say the same, to the last digit, but for what does not count.
pub(crate) type Same<'a> = &'a dyn Fn(&[u8], &[u8]) -> bool;

/// How the bodies of one type are said at another version.
#[derive(Clone, Copy)]
pub struct Restating {
    reads: fn(&[u8], Date) -> bool,
    restate: fn(&Saying<'_>) -> Option<Vec<Bytes>>,
}

/// A body, and the version that it is to be said at.
struct Saying<'a> {
    body: &'a Bytes,
    from: Date,
    to: Date,
    history: Option<&'static TypeHistory>,
    same: Same<'a>,
}

impl Restating {
    /// Those of a type that can be written in every shape.
    pub(crate) const fn written<T: Serialize + DeserializeOwned>() -> Self {
        Self { reads: reads::<T>, restate: restated::<T> }
    }

    /// Those of a type that is only read, and can be shown: they are said in the same words or not at all.
    pub(crate) const fn shown<T: fmt::Debug + DeserializeOwned>() -> Self {
        Self { reads: reads::<T>, restate: repeated::<T> }
    }

    /// Those of a type that is only read: they are said in the same words, if nothing has happened to it.
    pub(crate) const fn read<T: DeserializeOwned>() -> Self {
        Self { reads: reads::<T>, restate: untouched::<T> }
    }

    /// Whether `body` can be read at a version, as far as that can be said.
    pub(crate) fn reads(self, body: &[u8], version: Date) -> bool {
        unharmed(|| Some((self.reads)(body, version))).unwrap_or(true)
    }

    /// The texts that say at `to` what `body` says at `from`; none if that cannot be said.
    pub(crate) fn restate(
        self,
        history: Option<&'static TypeHistory>,
        body: &Bytes,
        (from, to): (Date, Date),
        same: Same<'_>,
    ) -> Vec<Bytes> {
        unharmed(|| (self.restate)(&Saying { body, from, to, history, same })).unwrap_or_default()
    }
}

/// A conversion that panics says nothing.
pub(super) fn unharmed<R>(f: impl FnOnce() -> Option<R>) -> Option<R> {
    catch_unwind(AssertUnwindSafe(|| unobserved(f))).ok().flatten()
}

impl fmt::Debug for Restating {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Restating")
    }
}

fn reads<T: DeserializeOwned>(body: &[u8], version: Date) -> bool {
    at_version(version, || serde_json::from_slice::<T>(body)).is_ok()
}

fn untouched<T: DeserializeOwned>(saying: &Saying<'_>) -> Option<Vec<Bytes>> {
    let Saying { body, from, to, history, .. } = *saying;
    let is_reshaped = match history {
        Some(history) => differs(history, from, to),
        // It may hold what has one.
        None => wire::asks(|| reads::<T>(body, from)),
    };
    (!is_reshaped).then(|| vec![body.clone()])
}

/// What a type shows of itself may leave something out. So nothing that was said may be about a change; of what was not
/// said is compared what stands in for it.
fn repeated<T: fmt::Debug + DeserializeOwned>(saying: &Saying<'_>) -> Option<Vec<Bytes>> {
    let Saying { body, from, to, history, .. } = *saying;
    let shown = |at| {
        let value: T = at_version(at, || serde_json::from_slice(body)).ok()?;
        // Line by line, because hash maps have no order.
        let text = format!("{value:#?}");
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort_unstable();
        Some(lines)
    };
    let sent: Value = serde_json::from_slice(body).ok()?;
    let mut said = Vec::new();
    collect_names(&sent, &mut said);
    (is_read_alike(history, from, to, &said) && shown(from)? == shown(to)?).then(|| vec![body.clone()])
}

/// Whether a type has another shape, or one that it holds, at the one version than at the other.
pub(crate) fn differs(history: &'static TypeHistory, one: Date, other: Date) -> bool {
    changes(history, one, other).next().is_some()
}

fn changes(
    history: &'static TypeHistory,
    one: Date,
    other: Date,
) -> impl Iterator<Item = &'static super::history::TypeChange> {
    let all = history.with_held().into_iter().flat_map(|history| history.changes);
    all.filter(move |change| change.verb != ChangeVerb::Constrained && lies_between(change.date, one, other))
}

/// Whether the one version is before a change and the other is not.
pub(crate) fn lies_between(date: Date, one: Date, other: Date) -> bool {
    one.min(other) < date && date <= one.max(other)
}

fn restated<T: Serialize + DeserializeOwned>(saying: &Saying<'_>) -> Option<Vec<Bytes>> {
    let Saying { body, from, to, history, same } = *saying;
    let read = |text: &[u8], at: Date| at_version(at, || serde_json::from_slice::<T>(text)).ok();
    let write = |value: &T, at: Date| at_version(at, || serde_json::to_vec(value)).ok();
    let asked = read(body, from)?;
    // An older shape may show what the newest does not, such as a field that only older clients know.
    let mut shapes: Vec<u32> = history.map(|history| shapes(history).collect()).unwrap_or_default();
    shapes.extend([wire::HEAD, from.number(), to.number()]);
    let shown = |value: &T| -> Vec<Option<Vec<u8>>> {
        shapes.iter().map(|at| wire::scope(*at, || serde_json::to_vec(value)).ok()).collect()
    };
    let asked_shown = shown(&asked);
    let is_asked = |text: &[u8]| {
        let Some(value) = read(text, to) else { return false };
        shown(&value).iter().zip(&asked_shown).all(|shown| match shown {
            (Some(one), Some(other)) => same(one, other),
            (one, other) => one == other,
        })
    };
    let sent: Value = serde_json::from_slice(body).ok()?;
    let back: Value = serde_json::from_slice(&write(&asked, from)?).ok()?;
    let mut unseen = Vec::new();
    collect_unseen(&sent, &back, &mut Vec::new(), &mut unseen);
    let mut texts = Vec::new();
    // What is read and never written says nothing, unless it is read alike at both versions.
    let is_read_alike = |names: &Vec<&str>| is_read_alike(history, from, to, names);
    if unseen.iter().all(is_read_alike) && is_asked(body) {
        texts.push(body.clone());
    }
    if unseen.is_empty() {
        let whole = write(&asked, to)?;
        let value: Value = serde_json::from_slice(&whole).ok()?;
        for guess in [Bytes::from(whole)].into_iter().chain(guesses(value, &sent, &back, &is_asked)) {
            if !texts.contains(&guess) && is_asked(&guess) {
                texts.push(guess);
            }
        }
    }
    Some(texts)
}

/// Whether no change between the versions is about a member with one of these names.
fn is_read_alike(history: Option<&'static TypeHistory>, from: Date, to: Date, names: &[&str]) -> bool {
    let Some(history) = history else { return true };
    !changes(history, from, to).any(|change| {
        matches!(change.verb, ChangeVerb::Replaced | ChangeVerb::Retagged)
            || change.is_flat
            || names.iter().any(|name| change.old.contains(name) || change.new.contains(name))
    })
}

/// The places of what was sent and is not written back, each as the names that lead there.
fn collect_unseen<'v>(sent: &'v Value, back: &Value, at: &mut Vec<&'v str>, unseen: &mut Vec<Vec<&'v str>>) {
    match (sent, back) {
        (Value::Object(sent), Value::Object(back)) => {
            for (name, value) in sent {
                at.push(name);
                match back.get(name) {
                    Some(back) => collect_unseen(value, back, at, unseen),
                    None => unseen.push(at.clone()),
                }
                at.pop();
            }
        }
        (Value::Array(sent), Value::Array(back)) if sent.len() == back.len() => {
            for (sent, back) in sent.iter().zip(back) {
                collect_unseen(sent, back, at, unseen);
            }
        }
        _ if sent == back => {}
        _ => unseen.push(at.clone()),
    }
}

/// The names of all members.
fn collect_names<'v>(value: &'v Value, names: &mut Vec<&'v str>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                names.push(name);
                collect_names(value, names);
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect_names(element, names)),
        _ => {}
    }
}

/// How many members are tried one by one: each is one more reading of the whole.
const TRIED: usize = 16;

/// The ways to say `whole`, which is written with all that a client may leave out.
fn guesses(mut whole: Value, sent: &Value, back: &Value, is_asked: &dyn Fn(&[u8]) -> bool) -> Vec<Bytes> {
    let text = |value: &Value| serde_json::to_vec(value).map(Bytes::from).unwrap_or_default();
    let mut guesses = Vec::new();
    let mut without_nulls = whole.clone();
    retain(&mut without_nulls, &mut Vec::new(), &mut |_, value| !value.is_null());
    guesses.push(text(&without_nulls));
    // What the client leaves out at its own version.
    retain(&mut whole, &mut Vec::new(), &mut |at, _| find(back, at).is_none() || find(sent, at).is_some());
    guesses.push(text(&whole));
    // What its own version does not have may have been left out where it has another name.
    let mut kept = whole.clone();
    retain(&mut kept, &mut Vec::new(), &mut |at, value| find(back, at).is_some() || !value.is_null());
    guesses.push(text(&kept));
    let mut foreign: Vec<Vec<Step>> = Vec::new();
    retain(&mut kept.clone(), &mut Vec::new(), &mut |at, _| {
        if find(back, at).is_none() {
            foreign.push(at.to_vec());
        }
        true
    });
    if foreign.len() <= TRIED {
        for place in foreign {
            let mut fewer = kept.clone();
            retain(&mut fewer, &mut Vec::new(), &mut |at, _| at != place);
            if is_asked(&text(&fewer)) {
                kept = fewer;
            }
        }
        guesses.push(text(&kept));
    }
    guesses
}

/// One step of the way to a place in a document.
#[derive(Clone, PartialEq)]
enum Step {
    Name(String),
    Index(usize),
}

/// Leaves out the members that are not wanted, what they hold with them.
fn retain(value: &mut Value, at: &mut Vec<Step>, wanted: &mut dyn FnMut(&[Step], &Value) -> bool) {
    match value {
        Value::Object(members) => members.retain(|name, value| {
            at.push(Step::Name(name.clone()));
            let is_wanted = wanted(at, value);
            if is_wanted {
                retain(value, at, wanted);
            }
            at.pop();
            is_wanted
        }),
        Value::Array(elements) => {
            for (index, value) in elements.iter_mut().enumerate() {
                at.push(Step::Index(index));
                retain(value, at, wanted);
                at.pop();
            }
        }
        _ => {}
    }
}

fn find<'v>(value: &'v Value, at: &[Step]) -> Option<&'v Value> {
    at.iter().try_fold(value, |value, step| match step {
        Step::Name(name) => value.get(name),
        Step::Index(index) => value.get(index),
    })
}
