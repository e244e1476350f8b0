//! What has been read.

use syn::Type;

/// What a type is on the wire.
#[derive(Default)]
pub(crate) struct Model {
    /// Its members, or those of the one object that an enum is told apart by.
    pub(super) members: Vec<Part>,
    /// The types whose members stand among them.
    pub(super) flat: Vec<Type>,
    /// The shapes of which it has one.
    pub(super) either: Vec<Content>,
    /// It is written as this.
    pub(super) same: Option<Type>,
}

/// A part by its names, or by its position.
pub(super) struct Part {
    pub(super) names: Vec<String>,
    pub(super) content: Content,
}

/// What stands in a part.
pub(super) enum Content {
    /// Nothing that counts.
    Skipped,
    /// A type, which may say what of it does not.
    Type(Type),
    Model(Model),
    /// Nothing, or what counts as a whole.
    Whole,
}

/// A field, by its names on the wire.
pub(crate) struct Member {
    pub(crate) names: Vec<String>,
    pub(crate) ty: Type,
    pub(crate) skipped: bool,
    pub(crate) flat: bool,
}

impl Model {
    /// A type that is one of these.
    pub(crate) fn either(shapes: impl IntoIterator<Item = Self>) -> Self {
        Self { either: shapes.into_iter().map(Content::Model).collect(), ..Self::default() }
    }

    /// A type that is written as another.
    pub(crate) fn same(ty: Type) -> Self {
        Self { same: Some(ty), ..Self::default() }
    }

    pub(crate) fn of(members: impl IntoIterator<Item = Member>) -> Self {
        let mut model = Self::default();
        for Member { names, ty, skipped, flat } in members {
            if flat {
                model.flat.push(ty);
            } else {
                let content = if skipped { Content::Skipped } else { Content::Type(ty) };
                model.members.push(Part { names, content });
            }
        }
        model
    }
}
