//! A history that holds: what `expand` needs to know, and nothing that could be wrong.

use super::attr::Verb;
use super::claims::Claim;
use super::constrained::Constraint;
use super::replaced::Replaced;
use super::serde_attrs::ContainerDefault;
use crate::syntax::words;
use proc_macro2::Span;
use quote::format_ident;
use steadfast_core::Date;
use syn::{Attribute, Expr, Generics, Ident, Path, Type, WherePredicate};

pub(super) struct Model {
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    pub(super) derives: Derives,
    /// The attributes of every mirror: `doc`, `serde` and `schemars`, without what only the user's type can have.
    pub(super) attrs: Vec<Attribute>,
    pub(super) default: Option<ContainerDefault>,
    pub(super) bounds: Bounds,
    /// Where the user's `schemars` is.
    pub(super) schemars: Path,
    pub(super) history: History,
    /// Whether the fields have positions in place of names.
    pub(super) is_tuple: bool,
    /// Whether the one column of every shape is the whole.
    pub(super) is_transparent: bool,
    /// What stood in the place of the type before all its shapes.
    pub(super) replaced: Option<Replaced>,
    /// What must hold of a value that is read; none if the type is only written.
    pub(super) constraints: Vec<Constraint>,
}

/// The derives that `#[versioned]` takes over, as the user wrote their paths.
#[derive(Default)]
pub(super) struct Derives {
    pub(super) serialize: Option<Path>,
    pub(super) deserialize: Option<Path>,
    pub(super) schema: Option<Path>,
    pub(super) fingerprint: Option<Path>,
}

impl Derives {
    /// The sides on which the type is seen: `words::WRITTEN` and `words::READ`.
    pub(super) fn sides(&self) -> impl Iterator<Item = &'static str> {
        let written = self.serialize.as_ref().map(|_| words::WRITTEN);
        written.into_iter().chain(self.deserialize.as_ref().map(|_| words::READ))
    }
}

/// `#[serde(bound)]`, where the user gave it.
#[derive(Default)]
pub(super) struct Bounds {
    pub(super) serialize: Option<Vec<WherePredicate>>,
    pub(super) deserialize: Option<Vec<WherePredicate>>,
}

/// Every column there ever was, and how they follow from each other.
pub(super) struct History {
    columns: Vec<Column>,
    /// The columns of the head, in order.
    pub(super) head: Vec<ColumnId>,
    /// The changes, newest first.
    pub(super) steps: Vec<Step>,
    /// The shapes older than the head, newest first.
    pub(super) shapes: Vec<Shape>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ColumnId(usize);

/// A field of one or more shapes.
#[allow(clippy::struct_excessive_bools, reason = "words on a field that do not exclude each other")]
pub(super) struct Column {
    pub(super) ident: Ident,
    pub(super) ty: Type,
    pub(super) attrs: Vec<Attribute>,
    /// The date from which the column is no more; `None` at head.
    pub(super) until: Option<Date>,
    /// The field of the head beside which the column stands.
    pub(super) place: Place,
    /// Whether an absent field is taken from the default of the whole.
    pub(super) from_whole: bool,
    /// Whether it is left out of what is kept for replays.
    pub(super) is_sensitive: bool,
    /// Whether it is said not to count when a retry is compared.
    pub(super) is_skipped: bool,
    /// Whether its type says nothing of its versions.
    pub(super) is_opaque: bool,
}

/// Orders columns within a shape: by field of the head, before it the fields that were removed there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) field: usize,
    pub(super) stays: bool,
}

/// One change: from `old` columns to `new` ones.
pub(super) struct Step {
    pub(super) date: Date,
    pub(super) old: Vec<ColumnId>,
    pub(super) new: Vec<ColumnId>,
    pub(super) conversion: Conversion,
    pub(super) verb: Verb,
    pub(super) claim: Claim,
    /// `overwrite` of an `added`, where it was written.
    pub(super) overwrite: Option<Span>,
}

pub(super) enum Conversion {
    /// The value stays as it is.
    Renamed,
    /// No old column; the value of the new one.
    Added(Given),
    /// No new column; the value of the old one, unless the type is never serialised.
    Removed(Given),
    /// Each is there if the type is converted in that direction.
    Changed { upgrade: Option<Expr>, downgrade: Option<Expr> },
}

/// Where the value of a column that has no counterpart comes from.
pub(super) enum Given {
    /// `Default::default()`, with the span of the word that says so.
    Default(Span),
    /// A value, or a function that returns it.
    Value(Expr),
    /// A function of the whole: the `downgrade` of `removed`.
    Whole(Expr),
    /// The type is not converted in the direction that would need it.
    Never,
}

/// What the type looks like on the wire before a date, back to the date of the shape before it.
pub(super) struct Shape {
    pub(super) until: Date,
    pub(super) columns: Vec<ColumnId>,
}

impl History {
    pub(super) fn new(columns: Vec<Column>) -> Self {
        let head = (0..columns.len()).map(ColumnId).collect();
        Self { columns, head, steps: Vec::new(), shapes: Vec::new() }
    }

    pub(super) fn add(&mut self, column: Column) -> ColumnId {
        self.columns.push(column);
        ColumnId(self.columns.len() - 1)
    }

    pub(super) fn column(&self, id: ColumnId) -> &Column {
        &self.columns[id.0]
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = ColumnId> {
        (0..self.columns.len()).map(ColumnId)
    }

    pub(super) fn columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter()
    }

    /// The name of a local variable for the column: its own, with the date it ended if another column has it too.
    // `mixed_site`, so that the name cannot hide a function of the user's.
    pub(super) fn local(&self, id: ColumnId) -> Ident {
        let column = self.column(id);
        let shared = self.columns.iter().filter(|other| other.ident == column.ident).count() > 1;
        match column.until {
            Some(date) if shared => {
                format_ident!("{}_{}", column.ident, date.number(), span = Span::mixed_site())
            }
            _ => {
                let mut ident = column.ident.clone();
                ident.set_span(Span::mixed_site());
                ident
            }
        }
    }

    /// Whether any column is left out of what is kept for replays.
    pub(super) fn is_sensitive(&self) -> bool {
        self.columns.iter().any(|column| column.is_sensitive)
    }

    /// What is made of something sensitive is sensitive.
    pub(super) fn spread_sensitivity(&mut self) {
        let is_whole_sensitive = self.head.iter().any(|id| self.column(*id).is_sensitive);
        for step in &self.steps {
            let is_of_whole = matches!(step.conversion, Conversion::Removed(Given::Whole(_)));
            if step.new.iter().any(|id| self.columns[id.0].is_sensitive) || is_of_whole && is_whole_sensitive
            {
                step.old.iter().for_each(|id| self.columns[id.0].is_sensitive = true);
            }
        }
    }

    /// What became nothing that counts does not count.
    pub(super) fn spread_skips(&mut self) {
        for step in &self.steps {
            if !step.new.is_empty() && step.new.iter().all(|id| self.columns[id.0].is_skipped) {
                step.old.iter().for_each(|id| self.columns[id.0].is_skipped = true);
            }
        }
    }

    /// The columns of the head that a column of an older shape is computed from; none if it is one of them.
    pub(super) fn computed_from(&self, id: ColumnId) -> Vec<ColumnId> {
        let Some(step) = self.steps.iter().find(|step| step.old.contains(&id)) else { return Vec::new() };
        match step.conversion {
            Conversion::Renamed => step.new.iter().flat_map(|new| self.computed_from(*new)).collect(),
            _ => self.origins(id),
        }
    }

    fn origins(&self, id: ColumnId) -> Vec<ColumnId> {
        let Some(step) = self.steps.iter().find(|step| step.old.contains(&id)) else { return vec![id] };
        match step.conversion {
            Conversion::Removed(Given::Whole(_)) => self.head.clone(),
            Conversion::Removed(_) | Conversion::Added(_) => Vec::new(),
            Conversion::Renamed | Conversion::Changed { .. } => {
                step.new.iter().flat_map(|new| self.origins(*new)).collect()
            }
        }
    }

    /// The columns that the column was before the changes of some dates; none if one of them added it.
    pub(super) fn undone(&self, id: ColumnId, is_undone: impl Fn(Date) -> bool + Copy) -> Vec<ColumnId> {
        match self.steps.iter().find(|step| step.new.contains(&id) && is_undone(step.date)) {
            Some(step) => step.old.iter().flat_map(|old| self.undone(*old, is_undone)).collect(),
            None => vec![id],
        }
    }

    /// The changes that stand between the shape and the head, newest first.
    pub(super) fn steps_after<'a>(&'a self, shape: &Shape) -> impl DoubleEndedIterator<Item = &'a Step> {
        let until = shape.until;
        self.steps.iter().filter(move |step| step.date >= until)
    }
}
