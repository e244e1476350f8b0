//! Which members of a JSON body belong to what its sender intends, as its type says it.

use crate::transform::Versioned;
use axum::Json;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

/// A type that says which of its members count; what `#[derive(Fingerprint)]` implements.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which of its fields count when a retry is compared",
    label = "has no `#[derive(Fingerprint)]`"
)]
pub trait Intent {
    /// What it says.
    const PARTS: &'static Parts;
}

/// What a type says of its parts on the wire. A part that it does not name counts.
#[derive(Debug)]
pub struct Parts {
    /// The path of the type; empty for what is as many types as there are in it.
    pub path: &'static str,
    /// Those that it names, at every version.
    pub members: &'static [Part],
    /// The type of every element of a list, and of every value of a map.
    pub each: Option<PartsOf>,
    /// The types whose members stand among those of this one.
    pub flat: &'static [Option<PartsOf>],
    /// The shapes of which it has one: the variants of an enum that nothing around them tells apart, or what a type was
    /// at older versions. What one of them counts counts.
    pub either: &'static [PartsOf],
}

/// What a type says; called and not held, because a type may hold itself.
pub type PartsOf = fn() -> &'static Parts;

/// A member, or a position of a tuple.
#[derive(Clone, Copy)]
pub struct Part {
    name: &'static str,
    is: Is,
}

#[derive(Clone, Copy)]
enum Is {
    Skipped,
    /// It counts but for what its type says.
    Of(Option<PartsOf>),
}

impl Parts {
    /// A type of which everything counts.
    pub const ALL: Self = Self { path: "", members: &[], each: None, flat: &[], either: &[] };

    /// Tells what is said of the member or element `name`.
    pub(super) fn told(&self, name: &[u8], tell: &mut impl FnMut(Told)) {
        // Where the members of several types stand together, those that one of them names are not those of a map.
        if !self.told_by_name(name, tell) {
            self.told_of_each(tell);
        }
    }

    fn told_by_name(&self, name: &[u8], tell: &mut impl FnMut(Told)) -> bool {
        if let Some(part) = self.members.iter().find(|part| part.name.as_bytes() == name) {
            tell(match part.is {
                Is::Skipped => Told::Skipped,
                Is::Of(parts) => Told::counts(parts),
            });
            return true;
        }
        let within = self.flat.iter().flatten().chain(self.either);
        within.fold(false, |known, parts| parts().told_by_name(name, tell) | known)
    }

    fn told_of_each(&self, tell: &mut impl FnMut(Told)) {
        if self.each.is_some() {
            tell(Told::counts(self.each));
        }
        self.flat.iter().flatten().chain(self.either).for_each(|parts| parts().told_of_each(tell));
    }

    /// Appends a text that differs for all types that say different things.
    pub(super) fn describe(&'static self, to: &mut Vec<u8>) {
        self.describe_below(&mut Vec::new(), to);
    }

    fn describe_below(&'static self, known: &mut Vec<&'static str>, to: &mut Vec<u8>) {
        // A type that holds itself: the place at which it is described already.
        if let Some(at) = known.iter().position(|known| *known == self.path) {
            to.push(b'@');
            super::form::append(to, &(at as u64).to_le_bytes());
            return;
        }
        if !self.path.is_empty() {
            known.push(self.path);
        }
        let mut of = |lead: u8, name: &str, parts: Option<PartsOf>| {
            to.push(lead);
            super::form::append(to, name.as_bytes());
            if let Some(parts) = parts {
                parts().describe_below(known, to);
            }
        };
        for part in self.members {
            match part.is {
                Is::Skipped => of(b'-', part.name, None),
                Is::Of(parts) => of(b'+', part.name, parts),
            }
        }
        self.flat.iter().for_each(|parts| of(b'~', "", *parts));
        self.either.iter().for_each(|parts| of(b'|', "", Some(*parts)));
        if self.each.is_some() {
            of(b'*', "", self.each);
        }
        to.push(b';');
    }
}

/// What is said of a part.
pub(super) enum Told {
    Skipped,
    Whole,
    /// It counts but for what its type says.
    Of(&'static Parts),
}

impl Told {
    fn counts(parts: Option<PartsOf>) -> Self {
        parts.map_or(Self::Whole, |parts| Self::Of(parts()))
    }
}

impl Part {
    /// A part that counts but for what its type says, if that says anything.
    pub const fn of(name: &'static str, parts: Option<PartsOf>) -> Self {
        Self { name, is: Is::Of(parts) }
    }

    /// A part that does not count.
    pub const fn skipped(name: &'static str) -> Self {
        Self { name, is: Is::Skipped }
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if matches!(self.is, Is::Skipped) { "skipped " } else { "" };
        write!(f, "{word}{}", self.name)
    }
}

/// A type that is written as what it holds is, or as many of that.
macro_rules! as_held {
    ($([$($parameters:tt)*] $container:ty = $parts:expr;)*) => {
        $(impl<$($parameters)*> Intent for $container {
            const PARTS: &'static Parts = $parts;
        })*
    };
}

as_held! {
    [T: Intent + ?Sized] Box<T> = T::PARTS;
    [T: Intent + ?Sized] Rc<T> = T::PARTS;
    [T: Intent + ?Sized] Arc<T> = T::PARTS;
    [T: Intent + ToOwned + ?Sized] Cow<'_, T> = T::PARTS;
    [T: Intent] Option<T> = T::PARTS;
    [T: Intent] Versioned<T> = T::PARTS;
    [T: Intent] Vec<T> = &Parts { each: Some(|| T::PARTS), ..Parts::ALL };
    [T: Intent] VecDeque<T> = &Parts { each: Some(|| T::PARTS), ..Parts::ALL };
    [T: Intent] [T] = &Parts { each: Some(|| T::PARTS), ..Parts::ALL };
    [T: Intent, const N: usize] [T; N] = &Parts { each: Some(|| T::PARTS), ..Parts::ALL };
    [T: Intent] BTreeSet<T> = &Parts { each: Some(|| T::PARTS), ..Parts::ALL };
    [T: Intent, S] HashSet<T, S> = &Parts { each: Some(|| T::PARTS), ..Parts::ALL };
    [K, T: Intent] BTreeMap<K, T> = &Parts { each: Some(|| T::PARTS), ..Parts::ALL };
    [K, T: Intent, S] HashMap<K, T, S> = &Parts { each: Some(|| T::PARTS), ..Parts::ALL };
}

/// What `T` says, if it says anything.
#[derive(Debug)]
pub struct IntentOf<T: ?Sized>(PhantomData<T>);

impl<T: Intent + ?Sized> IntentOf<T> {
    /// This.
    pub const PARTS: Option<PartsOf> = Some(|| T::PARTS);
}

/// The answer for every other type.
pub trait NoIntent {
    /// Nothing.
    const PARTS: Option<PartsOf> = None;
    /// Nothing.
    const SAID: Option<&'static Parts> = None;
}

impl<T: ?Sized> NoIntent for IntentOf<T> {}

impl<B> NoIntent for IntentOfBody<B> {}

/// A type of an argument that reads a JSON body, and what that says.
pub trait JsonBody {
    /// What it says.
    const PARTS: &'static Parts;
}

impl<T: Intent> JsonBody for Json<T> {
    const PARTS: &'static Parts = T::PARTS;
}

impl<T: Intent> JsonBody for Versioned<T> {
    const PARTS: &'static Parts = T::PARTS;
}

impl<B: JsonBody> JsonBody for Option<B> {
    const PARTS: &'static Parts = B::PARTS;
}

impl<B: JsonBody, E> JsonBody for Result<B, E> {
    const PARTS: &'static Parts = B::PARTS;
}

/// What the body says that an argument of type `B` reads.
#[derive(Debug)]
pub struct IntentOfBody<B>(PhantomData<B>);

impl<B: JsonBody> IntentOfBody<B> {
    /// This.
    pub const PARTS: Option<PartsOf> = Some(|| B::PARTS);
    /// The same, for constants.
    pub const SAID: Option<&'static Parts> = Some(B::PARTS);
}

/// What a type says that is written as `T` is: nothing in place of it may say more.
///
/// # Panics
/// While compiling, if one of the types within says what does not count, and the type around it does not pass it on.
#[track_caller]
pub const fn passed_on(found: Option<PartsOf>, within: &[Option<PartsOf>]) -> Option<PartsOf> {
    let mut i = 0;
    while found.is_none() && i < within.len() {
        #[allow(
            clippy::panic,
            clippy::manual_assert,
            reason = "evaluated while compiling: this is the error message"
        )]
        if within[i].is_some() {
            panic!(
                "a type in here says which of its fields count when a retry is compared, and the type around it says nothing, so that all of them would\n\
                 help: derive `Fingerprint` on the type around it, or hold it in a list, a map or an option"
            );
        }
        i += 1;
    }
    found
}
