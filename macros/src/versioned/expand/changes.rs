//! The history as data: what changelogs, retirement and laws read.

use super::super::attr::Verb;
use super::super::claims::{Claim, Law};
use super::super::constrained::Constraint;
use super::super::model::{Column, ColumnId, Model, Step};
use super::super::serde_attrs;
use super::complete::{self, Tells};
use super::overwrite;
use super::{place, resolve_self};
use crate::names::{option, private};
use crate::syntax::words;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use std::iter;
use steadfast_core::Date;
use syn::ext::IdentExt;
use syn::{Type, parse_quote};

/// The history of a struct.
pub(super) fn expand(model: &Model) -> TokenStream {
    let changes = model.history.steps.iter().map(|step| (step.date, change(model, step))).collect();
    let held = model.history.head.iter().map(|id| {
        let column = model.history.column(*id);
        let field = wire_name(model, column, words::WRITTEN);
        let at = place::pointer(model, &model.history.head, *id, words::WRITTEN);
        Held { field, at, ty: &column.ty }
    });
    let layout = if model.is_tuple {
        let count = model.history.head.len();
        quote!(Positions(#count))
    } else {
        quote!(Fields)
    };
    implementation(model, &layout, changes, held.collect(), &complete::whole(model))
}

/// A field of the newest shape, or what is in a variant.
pub(in super::super) struct Held<'a> {
    pub(in super::super) field: String,
    /// The JSON pointer to it.
    pub(in super::super) at: String,
    pub(in super::super) ty: &'a Type,
}

/// The implementation of `History`, for types of all kinds, with this variant of `Layout`.
pub(in super::super) fn implementation<'a>(
    model: &'a Model,
    layout: &TokenStream,
    mut changes: Vec<(Date, TokenStream)>,
    mut held: Vec<Held<'a>>,
    tells: &Tells,
) -> TokenStream {
    let p = private();
    let (ident, name) = (&model.ident, model.ident.unraw().to_string());
    let (impl_generics, ty_generics, where_clause) = model.generics.split_for_impl();
    if let Some(replaced) = &model.replaced {
        let change = type_change(replaced.date, "Replaced", &[], &[], &replaced.claim, Facts::none());
        changes.push((replaced.date, change));
        let field = format!("(before {})", replaced.date);
        held.push(Held { at: format!("/{field}"), field, ty: &replaced.ty });
    }
    changes.extend(model.constraints.iter().filter_map(|constraint| constrained(model, constraint)));
    changes.sort_by_key(|(date, _)| std::cmp::Reverse(*date));
    let changes = changes.iter().map(|(_, change)| change);
    let held: Vec<_> = held.iter().filter_map(|held| self::held(model, held)).collect();
    let body = if held.is_empty() {
        quote!(&[])
    } else {
        quote!({
            use #p::NoHistory as _;
            &[#(#held),*]
        })
    };
    let mut generics = model.generics.clone();
    generics.params.push(parse_quote!(__D: #p::Depth));
    let (deep_generics, _, _) = generics.split_for_impl();
    let tells = tells.expression(&quote!(__D));
    let (writes, reads) = (model.derives.serialize.is_some(), model.derives.deserialize.is_some());
    quote! {
        #[automatically_derived]
        impl #impl_generics #p::History for #ident #ty_generics #where_clause {
            const PATH: &'static str = ::core::concat!(::core::module_path!(), "::", #name);
            const CHANGES: &'static [#p::TypeChange] = &[#(#changes),*];
            const HISTORY: &'static #p::TypeHistory = &#p::TypeHistory {
                path: <Self as #p::History>::PATH,
                writes: #writes,
                reads: #reads,
                changes: <Self as #p::History>::CHANGES,
                held: <Self as #p::Holds<#p::Full>>::HELD,
                layout: #p::Layout::#layout,
            };
        }
        #[automatically_derived]
        impl #deep_generics #p::Holds<__D> for #ident #ty_generics #where_clause {
            const HELD: &'static [#p::Held] = #body;
            const TELLS: #p::Told = #tells;
        }
    }
}

fn change(model: &Model, step: &Step) -> TokenStream {
    let verb = match step.verb {
        Verb::Changed => "Changed",
        Verb::Renamed => "Renamed",
        Verb::Removed => "Removed",
        Verb::Added => "Added",
    };
    let names = |ids: &[ColumnId]| -> Vec<String> {
        ids.iter().map(|id| wire_name(model, model.history.column(*id), words::WRITTEN)).collect()
    };
    let is_flat = step
        .old
        .iter()
        .chain(&step.new)
        .any(|id| serde_attrs::has(&model.history.column(*id).attrs, "flatten"));
    let facts = Facts { is_flat, wipes: overwrite::wipes(model, step) };
    type_change(step.date, verb, &names(&step.old), &names(&step.new), &step.claim, facts)
}

/// A check that did not hold before; its field goes by the names of the version that brought it.
fn constrained(model: &Model, constraint: &Constraint) -> Option<(Date, TokenStream)> {
    let date = constraint.since?;
    let columns = constraint.field.map(|field| model.history.head[field]);
    let columns: Vec<_> =
        columns.iter().flat_map(|id| model.history.undone(*id, |change| change > date)).collect();
    let names: Vec<_> =
        columns.iter().map(|id| wire_name(model, model.history.column(*id), words::WRITTEN)).collect();
    let is_flat = columns.iter().any(|id| serde_attrs::has(&model.history.column(*id).attrs, "flatten"));
    let claim = Claim { law: Law::Unclaimed, note: constraint.note.clone() };
    let facts = Facts { is_flat, ..Facts::none() };
    Some((date, type_change(date, "Constrained", &names, &names, &claim, facts)))
}

/// What is known of a change besides its statement.
pub(in super::super) struct Facts {
    is_flat: bool,
    /// An expression.
    wipes: TokenStream,
}

impl Facts {
    pub(in super::super) fn none() -> Self {
        Self { is_flat: false, wipes: quote!(false) }
    }
}

/// A `TypeChange` with this variant of `ChangeVerb`.
pub(in super::super) fn type_change(
    date: Date,
    verb: &str,
    old: &[String],
    new: &[String],
    claim: &Claim,
    Facts { is_flat, wipes }: Facts,
) -> TokenStream {
    let (p, verb, date) = (private(), Ident::new(verb, Span::call_site()), date.to_string());
    let law = match &claim.law {
        Law::Lossless => quote!(Lossless),
        Law::Defaulted => quote!(Defaulted),
        Law::Lossy(reason) => quote!(Lossy(#reason)),
        Law::Unclaimed => quote!(Unclaimed),
    };
    let note = option(claim.note.as_ref());
    quote! {
        #p::TypeChange {
            date: #p::date(#date),
            verb: #p::ChangeVerb::#verb,
            old: &[#(#old),*],
            new: &[#(#new),*],
            law: #p::Law::#law,
            note: #note,
            is_flat: #is_flat,
            wipes: #wipes,
        }
    }
}

/// A field of the head whose type may have a history of its own.
fn held(model: &Model, Held { field, at, ty }: &Held<'_>) -> Option<TokenStream> {
    let p = private();
    if is_plain(ty) || matches!(ty, Type::Reference(_)) {
        return None;
    }
    let ty = resolve_self(model, ty);
    Some(quote!(#p::Held { field: #field, at: #at, ..#p::HistoryOf::<#ty, __D>::HELD }))
}

/// Whether a type is called as a number or a text is.
pub(super) fn is_plain(ty: &Type) -> bool {
    const PLAIN: [&str; 17] = [
        "bool", "char", "str", "String", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32",
        "i64", "i128", "f32", "f64",
    ];
    matches!(ty, Type::Path(path)
        if path.path.get_ident().is_some_and(|ident| PLAIN.iter().any(|plain| ident == plain)))
}

/// The name that clients see, on the side `words::WRITTEN` or `words::READ`.
pub(in super::super) fn wire_name(model: &Model, column: &Column, side: &str) -> String {
    let name = column.ident.unraw().to_string();
    if let Some(renamed) = serde_attrs::text_on(&column.attrs, words::RENAME, side) {
        return renamed;
    }
    match serde_attrs::text_on(&model.attrs, words::RENAME_ALL, side) {
        Some(rule) => cased(&name, &rule),
        None => name,
    }
}

/// A field's name by a rule of `#[serde(rename_all)]`.
pub(crate) fn cased(name: &str, rule: &str) -> String {
    let capitalised = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map_or_else(String::new, |first| iter::once(first.to_ascii_uppercase()).chain(letters).collect())
    };
    let pascal = || name.split('_').map(capitalised).collect::<String>();
    match rule {
        "UPPERCASE" | "SCREAMING_SNAKE_CASE" => name.to_ascii_uppercase(),
        "PascalCase" => pascal(),
        "camelCase" => {
            let pascal = pascal();
            let mut letters = pascal.chars();
            letters.next().map_or_else(String::new, |first| {
                iter::once(first.to_ascii_lowercase()).chain(letters).collect()
            })
        }
        "kebab-case" => name.replace('_', "-"),
        "SCREAMING-KEBAB-CASE" => name.to_ascii_uppercase().replace('_', "-"),
        _ => name.to_owned(),
    }
}
