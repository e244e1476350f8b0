//! What older shapes may show of a value although its newest shape does not tell it. The runtime asks for it before it
//! keeps the newest shape of an answer in the place of all others.

use super::super::model::{ColumnId, Conversion, Model, Shape};
use super::super::plain::{Plain, PlainColumn};
use super::super::sensitive::{is_hidden, may_hold};
use super::super::serde_attrs;
use super::sensitive::{self, Doubts};
use super::serialize::{Downgrades, downgrades, failure};
use super::{member, resolve_self};
use crate::names;
use crate::syntax::words;
use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use std::iter;
use steadfast_core::Date;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, GenericArgument, PathArguments, Type};

/// The newest shape of a struct, written; or in its place what may be lost.
pub(super) fn or_losses(model: &Model, head: TokenStream) -> TokenStream {
    let is_told = |id: &ColumnId| {
        let column = model.history.column(*id);
        tells(&column.attrs, &column.ty)
    };
    let is_replaced = replaces(model) && !model.history.head.iter().all(is_told);
    let made: Vec<_> = model.history.ids().filter(|id| is_doubtful(model, *id, is_told)).collect();
    if made.is_empty() && !is_replaced {
        return head;
    }
    let columns = if is_replaced { None } else { by_columns(model, &made) };
    instead(&columns.unwrap_or_else(|| every_shape(model)), &head)
}

/// The same of an enum, of which something may be lost if it `is_doubtful`.
pub(in super::super) fn or_every_shape(model: &Model, is_doubtful: bool, head: TokenStream) -> TokenStream {
    if is_doubtful { instead(&every_shape(model), &head) } else { head }
}

fn instead(losses: &TokenStream, head: &TokenStream) -> TokenStream {
    let private = names::private();
    quote!(if #private::loses() { #losses } else { #head })
}

/// Whether older shapes are made of the whole.
pub(in super::super) fn replaces(model: &Model) -> bool {
    model.replaced.as_ref().is_some_and(|replaced| replaced.downgrade.is_some())
}

/// Whether a column of an older shape shows what the newest may not tell. What is sensitive is not kept in any shape.
fn is_doubtful(model: &Model, id: ColumnId, is_told: impl Fn(&ColumnId) -> bool) -> bool {
    let history = &model.history;
    let is_written_otherwise = || {
        let renamed = history.steps.iter().find(|step| step.old.contains(&id));
        let renamed = renamed.filter(|step| matches!(step.conversion, Conversion::Renamed));
        renamed.is_some_and(|step| is_written_by(model, id) && !is_written_by(model, step.new[0]))
    };
    !history.column(id).is_sensitive
        && (!history.computed_from(id).iter().all(is_told) || is_written_otherwise())
}

/// Whether a function of the user's writes the column.
fn is_written_by(model: &Model, id: ColumnId) -> bool {
    let attrs = &model.history.column(id).attrs;
    ["with", "serialize_with"].iter().any(|key| serde_attrs::has(attrs, key))
}

/// Every column that may be lost, once, and what may hold more of them; `None` if they are not to be had one by one.
fn by_columns(model: &Model, doubtful: &[ColumnId]) -> Option<TokenStream> {
    let private = names::private();
    let history = &model.history;
    let holding = history.head.iter().copied().filter(|id| {
        let column = history.column(*id);
        may_hold(&column.ty) && !column.is_sensitive && !is_hidden(&column.attrs)
    });
    let holding = Plain::columns(model, &holding.collect::<Vec<_>>())?;
    // Under another name it is the same.
    let is_made = |id: &ColumnId| {
        history
            .steps
            .iter()
            .any(|step| step.old.contains(id) && !matches!(step.conversion, Conversion::Renamed))
    };
    let mut made = Plain::columns(model, doubtful)?;
    made.retain(|column| is_made(&column.id));
    let columns = made.iter().map(|column| column.id).collect();
    let shape = Shape { until: history.shapes.last()?.until, columns };
    let error = failure();
    let Downgrades { calls, may_fail, .. } = downgrades(model, &shape, &error);
    let doubts = Doubts::of(model, &shape);
    let add = |PlainColumn { id, skip_if, .. }: &PlainColumn, value: TokenStream| {
        let column = history.column(*id);
        let (ty, name) =
            (resolve_self(model, &column.ty), format!("{}.{}", model.ident.unraw(), history.local(*id)));
        let skipped = skip_if.as_ref().map(|path| quote_spanned!(path.span()=> #path(#value)));
        let skipped = skipped.into_iter().chain(sensitive::left_out(model, Some(&doubts), *id));
        let skipped: Vec<_> = skipped.collect();
        // The words of the shapes, so that what cannot be written is one error.
        if skipped.is_empty() {
            quote_spanned!(column.ty.span()=> #private::field::<#ty>(#name, #value))
        } else {
            quote_spanned!(column.ty.span()=> #private::field_unless::<#ty>(#(#skipped)||*, #name, #value))
        }
    };
    let holding = holding.iter().map(|column| {
        let field = member(model, column.id);
        add(column, quote!(&__head.#field))
    });
    let made = made.iter().map(|column| {
        let local = history.local(column.id);
        add(column, quote!(&#local))
    });
    let columns: Vec<_> = holding.chain(made).collect();
    let (asked, name, count) = (&doubts.asked, model.ident.unraw().to_string(), columns.len());
    let losses = quote! {
        #asked
        let mut __losses = #private::Losses::new(__serializer, #name, #count)?;
        #(__losses.add(#columns)?;)*
        __losses.end()
    };
    if !may_fail {
        return Some(quote!(let __head = self; #(#calls)* #losses));
    }
    let every_shape = every_shape(model);
    let locals: Vec<_> = shape.columns.iter().map(|id| history.local(*id)).collect();
    Some(quote! {
        let __head = self;
        let __made = || {
            #(#calls)*
            ::core::result::Result::Ok::<_, #error>((#(#locals,)*))
        };
        // Where one of them fails, shapes that do without it are shown.
        if let ::core::result::Result::Ok((#(#locals,)*)) = __made() { #losses } else { #every_shape }
    })
}

fn every_shape(model: &Model) -> TokenStream {
    let private = names::private();
    let replaced = model.replaced.iter().map(|replaced| replaced.date);
    let dates = model.history.shapes.iter().map(|shape| shape.until).chain(replaced);
    let since = iter::once(0).chain(dates.map(Date::number)).map(Literal::u32_unsuffixed);
    let name = model.ident.unraw().to_string();
    quote!(#private::every_shape(self, #name, &[#(#since),*], __serializer))
}

/// Whether what is written of a field tells all of its value. Of most types only their own code knows.
pub(in super::super) fn tells(attrs: &[Attribute], ty: &Type) -> bool {
    const HARMLESS: [&str; 5] = [words::RENAME, words::DEFAULT, "alias", "borrow", "deserialize_with"];
    // Of each of these one value alone is left out.
    const EMPTY: [&str; 3] = ["Option::is_none", "Vec::is_empty", "String::is_empty"];
    let entries = attrs.iter().flat_map(|attribute| serde_attrs::entries(attribute, words::SERDE));
    let mut are_harmless = entries.map(|entry| {
        HARMLESS.iter().any(|key| entry.key == key)
            || entry.key == sensitive::SKIP_IF
                && entry.literal().is_some_and(|path| EMPTY.contains(&path.value().as_str()))
    });
    are_harmless.all(|is_harmless| is_harmless) && is_told(ty)
}

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
            Some((container, held)) => is_told(held) && !(container == "Option" && may_be_null(held)),
            None => false,
        },
        _ => false,
    }
}

/// Of `Vec<T>` and its like, which it is and `T`.
fn held(ty: &Type) -> Option<(&'static str, &Type)> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let container = ["Option", "Vec", "Box"].into_iter().find(|container| last.ident == container)?;
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
        Some(("Box", held)) => may_be_null(held),
        _ => false,
    }
}
