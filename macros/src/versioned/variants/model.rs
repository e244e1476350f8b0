//! The history of an enum that holds.

use super::super::claims::Claim;
use proc_macro2::Ident;
use steadfast_core::Date;
use syn::{Attribute, Expr, Fields};

pub(super) struct Model {
    /// What an enum shares with a struct. Its columns are the payloads, for the bounds; its shapes have none.
    pub(super) base: super::super::model::Model,
    /// Whether clients promise to accept variants that they do not know.
    pub(super) is_open: bool,
    /// The enum as it is now.
    pub(super) head: Shape,
    /// The older shapes, as many as `base` has and in their order.
    pub(super) shapes: Vec<Shape>,
    /// What older clients see in the place of newer variants, newest first.
    pub(super) mappings: Vec<Mappings>,
    /// The changes, newest first.
    pub(super) changes: Vec<Change>,
}

/// One change, as data.
pub(super) struct Change {
    pub(super) date: Date,
    pub(super) verb: &'static str,
    pub(super) old: Vec<String>,
    pub(super) new: Vec<String>,
    pub(super) claim: Claim,
}

/// An enum as it was until some date.
pub(super) struct Shape {
    /// The attributes of the mirror, with how it is tagged.
    pub(super) attrs: Vec<Attribute>,
    pub(super) members: Vec<Member>,
}

#[derive(Clone)]
pub(super) struct Member {
    pub(super) ident: Ident,
    pub(super) attrs: Vec<Attribute>,
    pub(super) fields: Fields,
    pub(super) origin: Origin,
}

#[derive(Clone)]
pub(super) enum Origin {
    /// The variant of the head, by its place.
    Head(usize),
    /// A variant that the head has no more; its upgrade is there if the enum is deserialised.
    Removed(Option<Expr>),
}

/// The variants that came with one date and that older clients do not see.
pub(super) struct Mappings {
    pub(super) date: Date,
    pub(super) mapped: Vec<(usize, Mapping)>,
    /// The variants of the head that were there before the date.
    pub(super) earlier: Vec<usize>,
}

pub(super) enum Mapping {
    /// A unit variant of the head, by its place.
    Unit(usize),
    Function(Expr),
}
