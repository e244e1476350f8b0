//! What has been proved.

use crate::syntax::literals::DateLit;
use syn::{Expr, Type};

/// What changed about an endpoint, newest first.
#[derive(Default)]
pub(crate) struct Past {
    pub(crate) statements: Vec<Statement>,
    /// One for each date.
    pub(crate) older: Vec<Older>,
}

/// One `changed(..)`, as data.
pub(crate) struct Statement {
    pub(crate) date: DateLit,
    pub(crate) parts: Vec<Part>,
    pub(crate) note: Option<String>,
}

pub(crate) enum Part {
    Request,
    Response,
    Status { new: u16, old: u16 },
    Header { new: String, old: Option<String> },
}

/// How the versions before a date call the newer handler.
pub(crate) struct Older {
    pub(crate) date: DateLit,
    pub(crate) upgrade: Option<Upgrade>,
    pub(crate) downgrade: Option<Expr>,
    /// What is read.
    pub(crate) arguments: Arguments,
}

pub(crate) struct Upgrade {
    pub(crate) function: Expr,
    pub(crate) from: Vec<Argument>,
    pub(crate) into: Vec<Argument>,
}

/// The arguments of a handler.
#[derive(Clone, Default)]
pub(crate) struct Arguments {
    /// Those that do not read the body.
    pub(crate) parts: Vec<Argument>,
    /// Those of which one may.
    pub(crate) last: Vec<Argument>,
}

#[derive(Clone)]
pub(crate) struct Argument {
    /// Tells it from all others of the endpoint.
    pub(crate) number: usize,
    pub(crate) ty: Type,
}

impl Past {
    /// The types that only older versions read.
    pub(crate) fn types(&self) -> impl Iterator<Item = &Type> {
        let upgrades = self.older.iter().filter_map(|older| older.upgrade.as_ref());
        upgrades.flat_map(|upgrade| &upgrade.from).map(|argument| &argument.ty)
    }
}
