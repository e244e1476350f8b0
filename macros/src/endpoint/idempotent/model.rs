//! What has been proved.

use proc_macro2::{Span, TokenStream};
use std::time::Duration;
use syn::{Ident, LitStr, Type};

pub(crate) struct Policy {
    pub(crate) ttl: Duration,
    pub(crate) lease: Duration,
    pub(crate) scope: Scope,
    /// The extractors that run on every attempt, besides that of the scope.
    pub(crate) authorize: Vec<Type>,
    pub(crate) operation: LitStr,
    /// Whether the user named the operation.
    pub(crate) named: bool,
    /// The extractor that finds out how a lost execution ended.
    pub(crate) recover: Option<Box<Type>>,
    /// The extractor that finds answers again of which only an id is kept.
    pub(crate) reference: Option<Box<Type>>,
    /// The fields of `Options` that are set, and their values.
    pub(crate) options: Vec<(Ident, TokenStream)>,
    /// The word by which every byte or part of a body counts, if it was written.
    pub(crate) whole_body: Option<LitStr>,
    /// What cannot be beside a `Tx`, where it was written.
    pub(crate) not_joined: Vec<Ident>,
}

pub(crate) enum Scope {
    /// Written here.
    None(Span),
    Global,
    Extractor(Box<Type>),
}
