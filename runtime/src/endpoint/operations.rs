//! Idempotent endpoints that name one operation: their requests share a space of keys.

use super::meta::Meta;
use crate::idempotency_policy::{IdempotentPolicy, ScopeRule, Selection};
use crate::wire::Message;

/// Fails to compile if `all[index]` names the operation of an endpoint before it by mistake, or disagrees with it.
///
/// `same` are the endpoints of its operation.
#[track_caller]
pub(super) const fn shared(all: &[&Meta], same: &[usize], index: usize, once: &IdempotentPolicy) {
    let mut i = 0;
    while same[i] < index {
        let other = all[same[i]];
        if let Some(earlier) = &other.idempotent {
            if once.named || earlier.named {
                pair(all[index], once, other, earlier);
            }
            // Without a name it is the method and path: those of another version share by design.
            authorized(all[index], once, other, earlier);
        }
        i += 1;
    }
}

#[track_caller]
const fn pair(meta: &Meta, once: &IdempotentPolicy, other: &Meta, earlier: &IdempotentPolicy) {
    // #[post("/a")] #[idempotent(..)] a, #[post("/b")] #[idempotent(.., operation = "POST /a")] b
    if once.named != earlier.named {
        let (named, unnamed) = if once.named { (meta, other) } else { (other, meta) };
        Message::new("")
            .code(named.name)
            .text(" names its operation ")
            .code(once.operation)
            .text(", which is what ")
            .code(unnamed.name)
            .text(" is called by its method and path, so that a key of one answers at the other\nhelp: give it a name of its own, or both the same one")
            .fail();
    }
    // #[post("/from/{from}/to/{to}")] and #[post("/to/{to}/from/{from}")] with `operation = "transfer"`
    if meta.path.reorders(&other.path) {
        Message::new("")
            .code(meta.name)
            .text(" and ")
            .code(other.name)
            .text(" name one operation, ")
            .code(once.operation)
            .text(", and have parameters of the same names in another order, so that the value of one would be taken for that of another\nhelp: write the parameters in the same order, or name two operations")
            .fail();
    }
    // Two endpoints with `operation = "pay"`, and one of these differs.
    let differs = if once.transactional != earlier.transactional {
        "in one taking a `Tx`"
    } else if !same_scope(once.scope, earlier.scope) {
        "in `scope`"
    } else if once.ttl.as_millis() != earlier.ttl.as_millis() {
        "in `ttl`"
    } else if once.referring != earlier.referring {
        "in `replay`"
    } else if form(once) != form(earlier) {
        "in `fingerprint`"
    } else {
        return;
    };
    Message::new("")
        .code(meta.name)
        .text(" and ")
        .code(other.name)
        .text(" name one operation, ")
        .code(once.operation)
        .text(", and differ ")
        .text(differs)
        .text(", so that what a key means depends on which of them runs first\nhelp: let them agree, or name two operations")
        .fail();
}

/// Fails to compile if a stored response of one endpoint reaches a caller through the other whom it would not have let in.
#[track_caller]
const fn authorized(meta: &Meta, once: &IdempotentPolicy, other: &Meta, earlier: &IdempotentPolicy) {
    let (here, there) = (once.options.authorize, earlier.options.authorize);
    if is_known(once.scope) == is_known(earlier.scope) && !(all_in(here, there) && all_in(there, here)) {
        Message::new("")
            .code(meta.name)
            .text(" and ")
            .code(other.name)
            .text(" are one operation, ")
            .code(once.operation)
            .text(", and differ in `authorize`, so that a caller whom one of them refuses receives its stored responses from the other\nhelp: write the same types in both, spelled alike, or name two operations")
            .fail();
    }
}

const fn is_known(scope: ScopeRule) -> bool {
    matches!(scope, ScopeRule::Caller)
}

const fn all_in(some: &[&str], all: &[&str]) -> bool {
    let mut i = 0;
    while i < some.len() {
        let mut k = 0;
        while k < all.len() && !same(some[i], all[k]) {
            k += 1;
        }
        if k == all.len() {
            return false;
        }
        i += 1;
    }
    true
}

/// What tells how a body is compared. Members that are picked out may be called otherwise in other versions.
const fn form(once: &IdempotentPolicy) -> u8 {
    let Some(form) = &once.options.fingerprint else { return 0 };
    match form.body {
        Selection::Json => 0,
        Selection::Raw => 1,
        Selection::Skip(_) => 2,
        #[cfg(feature = "multipart")]
        Selection::Multipart => 3,
    }
}

const fn same_scope(one: ScopeRule, other: ScopeRule) -> bool {
    one as u8 == other as u8
}

const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut i = 0;
    while i < one.len() {
        if one[i] != other[i] {
            return false;
        }
        i += 1;
    }
    true
}
