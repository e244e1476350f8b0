//! Whether a text tells all of a value: the macro knows of each column whether what is written of it does.
//!
//! The runtime asks that of responses, which may be stored in their newest shape only if older shapes are made of what
//! that one tells, and of requests, which are compared as values.

use super::super::model::{Column, ColumnId, Conversion, Model};
use super::super::serde_attrs;
use super::{contains, omitted, resolve_self};
use crate::names;
use crate::syntax::words;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, GenericArgument, PathArguments, Type, TypeParam};

/// Whether what is written of some fields tells all of their values.
pub(in super::super) enum Tells {
    /// Not if one of these types does not tell all of its values.
    If {
        asked: Vec<TokenStream>,
        /// What is called `Known<T>`, of a `T` that tells all of its values: not if it is another type of that name.
        known: Vec<TokenStream>,
    },
    Never,
}

impl Tells {
    /// What is known of fields with these attributes and types.
    pub(in super::super) fn of<'a>(
        model: &Model,
        fields: impl IntoIterator<Item = (&'a [Attribute], &'a Type)>,
    ) -> Self {
        let (mut asked, mut known): (Vec<TokenStream>, Vec<TokenStream>) = (Vec::new(), Vec::new());
        for (attrs, ty) in fields {
            if !are_harmless(attrs) || matches!(ty, Type::Reference(_)) && !is_told(ty) {
                return Self::Never;
            }
            if is_told(ty) {
                continue;
            }
            let list = if is_known(ty) { &mut known } else { &mut asked };
            let ty_tokens = resolve_self(model, ty);
            if !list.iter().any(|other| other.to_string() == ty_tokens.to_string()) {
                list.push(ty_tokens);
            }
        }
        Self::If { asked, known }
    }

    /// As an expression, for types that hold others to this depth.
    pub(in super::super) fn expression(&self, depth: &TokenStream) -> TokenStream {
        let p = names::private();
        match self {
            Self::Never => quote!(false),
            Self::If { asked, known } if asked.is_empty() && known.is_empty() => quote!(true),
            Self::If { asked, known } => {
                let not_known = (!known.is_empty()).then(|| quote!(use #p::NotKnown as _;));
                let asked = asked.iter().map(|ty| quote!(#p::HistoryOf::<#ty, #depth>::TELLS));
                let known = known.iter().map(|ty| quote!(#p::IsKnown::<#ty>::VALUE));
                let all = asked.chain(known);
                quote!({
                    use #p::NoHistory as _;
                    #not_known
                    #(#all)&&*
                })
            }
        }
    }
}

/// Notes that older shapes may show something that the newest does not tell, if they do not depend on what it tells.
pub(in super::super) fn noted_unless(tells: &Tells) -> TokenStream {
    let p = names::private();
    let tells = match tells {
        Tells::If { asked, known } if asked.is_empty() && known.is_empty() => return TokenStream::new(),
        tells => tells.expression(&quote!(#p::Full)),
    };
    quote!(#p::wire::lossy_unless(#tells);)
}

/// Of a struct: whether the newest shape tells what older ones show.
pub(super) fn older_shapes(model: &Model) -> Tells {
    let history = &model.history;
    let mut origins: Vec<ColumnId> = Vec::new();
    for id in history.ids().filter(|id| !history.column(*id).is_sensitive) {
        // What is sensitive is in no shape that is stored.
        if is_written_otherwise(model, id) {
            return Tells::Never;
        }
        origins.extend(history.computed_from(id));
    }
    if replaces(model) {
        origins.extend(&history.head);
    }
    origins.sort_unstable();
    origins.dedup();
    columns(model, &origins)
}

/// Whether a struct tells all of its value.
pub(super) fn whole(model: &Model) -> Tells {
    let head = &model.history.head;
    // Of two options, one within the other, `null` does not tell which is none.
    let is_bare = model.is_transparent || model.is_tuple && head.len() == 1;
    let may_be_null = |id: &ColumnId| may_be_null(&model.history.column(*id).ty);
    if is_bare && head.iter().any(may_be_null) || model.history.is_sensitive() {
        return Tells::Never;
    }
    columns(model, head)
}

fn columns(model: &Model, ids: &[ColumnId]) -> Tells {
    let columns = ids.iter().map(|id| model.history.column(*id));
    Tells::of(model, columns.map(|column| (&*column.attrs, &column.ty)))
}

/// Whether older shapes are made of the whole.
pub(in super::super) fn replaces(model: &Model) -> bool {
    model.replaced.as_ref().is_some_and(|replaced| replaced.downgrade.is_some())
}

/// Whether a function of the user's writes a column of an older shape, and none that of the newer.
fn is_written_otherwise(model: &Model, id: ColumnId) -> bool {
    let is_written = |id| {
        let attrs = &model.history.column(id).attrs;
        ["with", "serialize_with"].iter().any(|key| serde_attrs::has(attrs, key))
    };
    let renamed = model.history.steps.iter().find(|step| step.old.contains(&id));
    let renamed = renamed.filter(|step| matches!(step.conversion, Conversion::Renamed));
    renamed.is_some_and(|step| is_written(id) && !is_written(step.new[0]))
}

/// Notes that a struct hides a part of its value.
pub(super) fn hidden(model: &Model) -> TokenStream {
    let hides = model.history.head.iter().any(|id| {
        let attrs = &model.history.column(*id).attrs;
        let is_converted =
            model.history.steps.iter().any(|step| step.new.contains(id) && !step.old.is_empty());
        hides(attrs) || is_converted && serde_attrs::has(attrs, "skip")
    });
    noted(hides)
}

/// Whether a column of an older shape that the value does not have counts when requests are compared.
pub(super) fn counts(model: &Model, id: ColumnId) -> bool {
    model.derives.serialize.is_some() && !model.history.column(id).is_skipped
}

/// Notes a column that the value does not have.
pub(super) fn dropped(model: &Model, id: ColumnId, local: &Ident) -> TokenStream {
    let p = names::private();
    let Column { ty, attrs, .. } = model.history.column(id);
    let is_generic = |param: &TypeParam| contains(ty.to_token_stream(), &param.ident);
    if hides(attrs) || model.generics.type_params().any(is_generic) {
        return quote!(#p::wire::incomplete(););
    }
    let ty = resolve_self(model, ty);
    quote!(#p::dropped::<#ty>(&#local);)
}

pub(in super::super) fn noted(is_incomplete: bool) -> TokenStream {
    let p = names::private();
    if is_incomplete { quote!(#p::wire::incomplete();) } else { TokenStream::new() }
}

/// Whether fields with these attributes are read and not written, or not as they are.
pub(in super::super) fn hides(attrs: &[Attribute]) -> bool {
    const HIDING: [&str; 4] = ["with", "serialize_with", "skip_serializing", "getter"];
    HIDING.iter().any(|key| serde_attrs::has(attrs, key)) || !entries(attrs, omitted::SKIP_IF, is_empty)
}

/// Whether what is written of a field depends on nothing but its type.
fn are_harmless(attrs: &[Attribute]) -> bool {
    const HARMLESS: [&str; 5] = [words::RENAME, words::DEFAULT, "alias", "borrow", "deserialize_with"];
    let of_serde = attrs.iter().flat_map(|attribute| serde_attrs::entries(attribute, words::SERDE));
    let mut keys = of_serde.map(|entry| entry.key);
    keys.all(|key| key == omitted::SKIP_IF || HARMLESS.iter().any(|harmless| key == harmless))
        && entries(attrs, omitted::SKIP_IF, is_empty)
}

/// Whether a function leaves out one value alone.
fn is_empty(path: &str) -> bool {
    ["Option::is_none", "Vec::is_empty", "String::is_empty"].contains(&path)
}

/// Whether all entries with this key have such a text.
fn entries(attrs: &[Attribute], key: &str, is: impl Fn(&str) -> bool) -> bool {
    let of_serde = attrs.iter().flat_map(|attribute| serde_attrs::entries(attribute, words::SERDE));
    let mut entries = of_serde.filter(|entry| entry.key == key);
    entries.all(|entry| entry.literal().is_some_and(|text| is(&text.value())))
}

/// Whether a type is known to tell all of its values.
fn is_told(ty: &Type) -> bool {
    // Not floating-point numbers: in an `Option` one that is not a number is written as none is.
    const TOLD: [&str; 15] = [
        "bool", "char", "str", "String", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32",
        "i64", "i128",
    ];
    match ty {
        Type::Reference(reference) => is_told(&reference.elem),
        Type::Path(path) if path.path.get_ident().is_some() => {
            TOLD.iter().any(|told| path.path.is_ident(told))
        }
        Type::Path(_) => match held(ty) {
            // Another type may have this name.
            Some((words::KNOWN, _)) | None => false,
            Some((container, held)) => is_told(held) && !(container == "Option" && may_be_null(held)),
        },
        _ => false,
    }
}

fn is_known(ty: &Type) -> bool {
    matches!(held(ty), Some((words::KNOWN, held)) if is_told(held))
}

/// Of `Vec<T>` and its like, which it is and `T`.
fn held(ty: &Type) -> Option<(&'static str, &Type)> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let container =
        ["Option", "Vec", "Box", words::KNOWN].into_iter().find(|container| last.ident == container)?;
    match &last.arguments {
        PathArguments::AngleBracketed(of) => match of.args.first()? {
            GenericArgument::Type(held) => Some((container, held)),
            _ => None,
        },
        _ => None,
    }
}

fn may_be_null(ty: &Type) -> bool {
    match held(ty) {
        Some(("Option", _)) => true,
        Some(("Box" | words::KNOWN, held)) => may_be_null(held),
        _ => false,
    }
}
