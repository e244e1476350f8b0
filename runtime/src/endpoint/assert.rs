//! Facts about types that the expansion of an endpoint asks where the user wrote the type.

pub use crate::wire::assert::{is_opaque, only_ours, overwrites, passed_on, writes_itself};

use super::argument::Argument;
use super::meta::Endpoint;
use crate::idempotency_policy::IdempotentPolicy;
use crate::wire::history::TypeHistory;

use crate::wire::{Message, assert};
use steadfast_core::Date;

/// The future may be sent to another thread.
pub fn send<F: Future + Send>(_: F) {}

/// The type of an argument may be one that only older versions read.
///
/// # Panics
/// While compiling, if it may not.
#[track_caller]
pub const fn read_before(is_transaction: bool) {
    #[allow(
        clippy::panic,
        clippy::manual_assert,
        reason = "evaluated while compiling: this is the error message"
    )]
    if is_transaction {
        panic!(
            "`Tx` is no part of a request, because it is begun for the handler and not read\n\
             help: take it out of `was(..)`; the handler has it in every version"
        );
    }
}

/// What an endpoint says of its versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// It has none.
    Neutral,
    /// Nothing.
    Unsaid,
    /// It has some, of which this is the first.
    Versioned(Date),
}

/// The type of an argument may stand in this endpoint.
///
/// # Panics
/// While compiling, if it may not.
#[track_caller]
pub const fn argument(argument: Argument, asks: Asks, is_protected: bool) {
    #[allow(
        clippy::manual_assert,
        clippy::panic,
        reason = "evaluated while compiling: these are the error messages"
    )]
    if !is_protected && is(argument.needs_record, "Tx") {
        panic!(
            "`Tx` needs `#[idempotent]`, because the transaction is committed together with the idempotency record\n\
             help: add `#[idempotent(ttl = \"24h\", scope = …)]`, or take a connection from the pool"
        );
    } else if !is_protected && is(argument.needs_record, "Steps") {
        panic!(
            "`Steps` needs `#[idempotent]`, because finished steps are kept in the idempotency record\n\
             help: add `#[idempotent(ttl = \"24h\", scope = …)]`"
        );
    }
    shape(argument.history, argument.head, argument.instead, asks);
}

/// The type of a response may stand in this endpoint.
///
/// # Panics
/// While compiling, if it may not.
#[track_caller]
pub const fn response(history: &TypeHistory, head: &TypeHistory, instead: &str, asks: Asks) {
    shape(history, head, instead, asks);
}

#[track_caller]
const fn shape(history: &TypeHistory, head: &TypeHistory, instead: &str, asks: Asks) {
    #[allow(clippy::panic, reason = "evaluated while compiling: these are the error messages")]
    match asks {
        Asks::Versioned(since) if head.has_changes_after(since) => {
            Message::new(
                "this sends or takes the newest shape only, and the type has older ones that clients are pinned to\n\
                 help: write ",
            )
            .text(instead)
            .text(", or a type without changes")
            .fail();
        }
        Asks::Unsaid if history.has_changes() || head.has_changes() => {
            panic!(
                "this type has several shapes, and the endpoint has no version that would choose one\n\
                 help: add `#[api_version(since = \"…\")]`, or `#[api_version(neutral)]` to mean the newest"
            );
        }
        _ => {}
    }
}

/// What a `downgrade` returns may stand in an endpoint whose first version has this number.
///
/// # Panics
/// While compiling, if it may not.
#[track_caller]
pub const fn downgraded(head: &TypeHistory, instead: &str, since: u32) {
    if let Some(since) = Date::from_number(since)
        && head.has_changes_after(since)
    {
        Message::new(
            "a `downgrade` in `#[api_version(..)]` returns this in the newest shape only, and the type has older ones that clients are pinned to\n\
             help: return ",
        )
        .text(instead)
        .text(", or a type without changes")
        .fail();
    }
}

const fn is(one: &str, other: &str) -> bool {
    // The texts are ours, and differ in length.
    one.len() == other.len()
}

/// The handler takes no `Tx`, beside which `option` has no meaning.
///
/// # Panics
/// While compiling, if it does.
#[track_caller]
pub const fn not_joined<E: Endpoint>(option: &str) {
    if let Some(IdempotentPolicy { transactional: true, .. }) = E::META.idempotent {
        Message::new("`")
            .text(option)
            .text("` has no meaning beside `Tx`, because the record is written in the handler's own transaction\nhelp: remove it")
            .fail();
    }
}

/// No type of the body says that some of its fields do not count, because by `word` all of it does.
///
/// # Panics
/// While compiling, if one does.
#[track_caller]
pub const fn all_counts(word: &str, skips: bool) {
    if skips {
        Message::new("`fingerprint = \"")
            .text(word)
            .text("\"` has the whole body count, and the type of the body says by `#[derive(Fingerprint)]` that some of its fields do not\nhelp: remove the option, or the derive")
            .fail();
    }
}

/// The fields that a type of the body says do not count are left out: `is_counted` if it is known how.
///
/// `other` is what the extractor of the body is called if it reads no JSON; `within` says of each type in it whether some of
/// its fields do not count.
///
/// # Panics
/// While compiling, if they are not.
#[track_caller]
pub const fn is_counted(is_counted: bool, other: &str, within: &[bool]) {
    #[allow(
        clippy::panic,
        clippy::manual_assert,
        reason = "evaluated while compiling: these are the error messages"
    )]
    if is_counted || !assert::any(within) {
    } else if other.is_empty() {
        passed_on(false, within);
    } else if other.as_bytes()[0] == b'F' {
        panic!(
            "all fields of a form count when a retry is compared, and a type in here says that some do not\n\
             help: take the body as JSON, or a type without `#[derive(Fingerprint)]`"
        )
    }
}

/// No argument of the handler says who calls, because its keys are said to be nobody's.
///
/// # Panics
/// While compiling, if one does.
#[track_caller]
pub const fn nobody_knows_the_caller(is_scope: bool) {
    #[allow(
        clippy::manual_assert,
        clippy::panic,
        reason = "evaluated while compiling: this is the error message"
    )]
    if is_scope {
        panic!(
            "`scope = none` is for callers that cannot be told apart, and an argument of this handler says who calls\n\
             help: write its type, as in `scope = Merchant`, or `scope = global` with `authorize(..)` if all callers are to share their keys"
        );
    }
}

/// An extractor in `authorize(..)` can refuse a caller.
///
/// `name` is what the type is called if it cannot.
///
/// # Panics
/// While compiling, if it cannot.
#[track_caller]
pub const fn refuses(name: &str) {
    if !name.is_empty() {
        Message::new("")
            .code(name)
            .text(" authorises every caller, because it never refuses a request\n")
            .text("help: name an extractor whose rejection is the response to a caller who may not")
            .fail();
    }
}

/// What an idempotent handler takes or answers can be repeated.
///
/// `name` is what the type is called if it is a stream or becomes one, or if it is `Steps`, which cannot be undone as
/// the writes of a `Tx` are.
///
/// # Panics
/// While compiling, if it cannot.
#[track_caller]
pub const fn repeats<E: Endpoint>(name: &str) {
    #[allow(clippy::panic, reason = "evaluated while compiling: this is the error message")]
    if is(name, "Steps") {
        if let Some(IdempotentPolicy { transactional: true, .. }) = E::META.idempotent {
            panic!(
                "`Steps` cannot stand beside `Tx`, because a transaction keeps all of the handler's writes or none\n\
                 help: remove `Tx` and take a connection from the pool in each step, or remove `Steps`"
            );
        }
    } else if !name.is_empty() {
        Message::new("")
            .code(name)
            .text(" has no place in an idempotent handler, because a stream cannot be replayed\n")
            .text("help: answer with where the stream is, such as `Created`, and send it from an endpoint with `#[get]`")
            .fail();
    }
}
