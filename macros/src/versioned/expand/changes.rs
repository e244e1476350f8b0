//! The history as data: what changelogs, retirement and laws read.

use super::super::attr::Verb;
use super::super::claims::{Claim, Law};
use super::super::constrained::Constraint;
use super::super::model::{Column, ColumnId, Conversion, Model, Step};
use super::super::serde_attrs;
use super::super::shape::{Described, Row, mixes};
use super::complete::{self, Tells};
use super::overwrite;
use super::place;
use crate::names::{option, private, respanned};
use crate::syntax::{literals, words};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use std::iter;
use steadfast_core::Date;
use syn::ext::IdentExt;
use syn::{Attribute, GenericParam, parse_quote};

/// The history of a struct.
pub(super) fn expand(model: &Model) -> TokenStream {
    let changes = model.history.steps.iter().map(|step| (step.date, change(model, step))).collect();
    let row = |columns: &[ColumnId], id: ColumnId| {
        let column = model.history.column(id);
        let field = wire_name(&model.attrs, column, words::WRITTEN);
        let at = place::pointer(model, columns, id, words::WRITTEN);
        Row { field, at, ty: &column.ty, is_opaque: column.is_opaque, is_skipped: is_skipped(&column.attrs) }
    };
    let head = &model.history.head;
    let mut rows: Vec<_> = head.iter().map(|id| row(head, *id)).collect();
    let steps = model.history.steps.iter().filter(|step| !matches!(step.conversion, Conversion::Renamed));
    let old = steps.flat_map(|step| step.old.iter().map(|id| (*id, step.date)));
    add_older(&mut rows, old.map(|(id, date)| (date, row(&[], id))));
    let is_bare = model.is_transparent || model.is_tuple && head.len() == 1;
    let layout = if model.is_tuple {
        let count = head.len();
        quote!(Positions(#count))
    } else {
        quote!(Fields)
    };
    implementation(model, layout, changes, rows, complete::whole(model), null(is_bare))
}

/// When a struct is written as `null`: if it is its one field, whenever that is.
pub(in super::super) fn null(is_bare: bool) -> TokenStream {
    let p = private();
    if is_bare { quote!(<Self as #p::Holds<__D>>::HELD[0].null) } else { quote!(#p::Null::Never) }
}

/// Whether serde neither reads nor writes a field with these attributes.
pub(in super::super) fn is_skipped(attrs: &[Attribute]) -> bool {
    serde_attrs::has(attrs, "skip")
        || serde_attrs::has(attrs, "skip_serializing") && serde_attrs::has(attrs, "skip_deserializing")
}

/// Adds what stood in a type before a change, unless a field of the newest shape has the same type.
pub(in super::super) fn add_older<'a>(rows: &mut Vec<Row<'a>>, older: impl Iterator<Item = (Date, Row<'a>)>) {
    for (date, mut row) in older {
        let text = row.ty.to_token_stream().to_string();
        let is_same = |other: &Row<'_>| !other.is_skipped && other.ty.to_token_stream().to_string() == text;
        if !row.is_skipped && !rows.iter().any(is_same) {
            row.field = format!("{} (before {date})", row.field);
            row.at = format!("/{}", row.field);
            rows.push(row);
        }
    }
}

/// The implementation of `Shape`, for types of all kinds, with this variant of `Layout`.
pub(in super::super) fn implementation<'a>(
    model: &'a Model,
    layout: TokenStream,
    mut changes: Vec<(Date, TokenStream)>,
    mut rows: Vec<Row<'a>>,
    tells: Tells,
    null: TokenStream,
) -> TokenStream {
    if let Some(replaced) = &model.replaced {
        let change = type_change(replaced.date, "Replaced", &[], &[], &replaced.claim, Facts::none());
        changes.push((replaced.date, change));
        let field = format!("(before {})", replaced.date);
        let (at, ty) = (format!("/{field}"), &replaced.ty);
        rows.push(Row { field, at, ty, is_opaque: false, is_skipped: false });
    }
    changes.extend(model.constraints.iter().filter_map(|constraint| constrained(model, constraint)));
    changes.sort_by_key(|(date, _)| std::cmp::Reverse(*date));
    let described = Described {
        ident: &model.ident,
        generics: &model.generics,
        changes: changes.into_iter().map(|(_, change)| change).collect(),
        rows,
        layout,
        tells,
        null,
        mixes: mixes(&model.attrs, model.history.columns().map(|column| &*column.attrs)),
        writes: model.derives.serialize.is_some(),
        reads: model.derives.deserialize.is_some(),
    };
    let (described, only_ours) = (described.expand(), only_ours(model));
    quote!(#described #only_ours)
}

/// Implementations that nothing can use, of what the expansion does not implement. A type with parameters cannot be asked
/// whether something else does; but then there would be two.
fn only_one(model: &Model) -> TokenStream {
    let (p, ident) = (private(), &model.ident);
    let (impl_generics, ty_generics, where_clause) = model.generics.split_for_impl();
    let predicates = where_clause.map(|clause| &clause.predicates);
    let never = quote!(#p::NotDerived<#ident #ty_generics>: #p::Derived);
    let serialize = model.derives.serialize.is_none().then(|| quote! {
        #[automatically_derived]
        impl #impl_generics #p::serde::Serialize for #ident #ty_generics where #never, #predicates {
            fn serialize<__S: #p::serde::Serializer>(&self, _: __S) -> ::core::result::Result<__S::Ok, __S::Error> {
                #p::any()
            }
        }
    });
    let mut reading = model.generics.clone();
    reading.params.insert(0, parse_quote!('de));
    let (impl_generics, _, _) = reading.split_for_impl();
    let deserialize = model.derives.deserialize.is_none().then(|| quote! {
        #[automatically_derived]
        impl #impl_generics #p::serde::Deserialize<'de> for #ident #ty_generics where #never, #predicates {
            fn deserialize<__D: #p::serde::Deserializer<'de>>(_: __D) -> ::core::result::Result<Self, __D::Error> {
                #p::any()
            }
        }
    });
    quote!(#serialize #deserialize)
}

/// That nothing else implements what the expansion does not: it would know the newest shape alone.
fn only_ours(model: &Model) -> TokenStream {
    if model.history.shapes.is_empty() && model.replaced.is_none() {
        return TokenStream::new();
    }
    if model.generics.params.iter().any(|param| !matches!(param, GenericParam::Lifetime(_))) {
        return only_one(model);
    }
    let (p, ident) = (private(), &model.ident);
    let lifetimes = model.generics.lifetimes().map(|_| quote!('static));
    let own = quote!(#ident<#(#lifetimes),*>);
    let missing = [(&model.derives.serialize, "Serialize"), (&model.derives.deserialize, "Deserialize")];
    let checks = missing.into_iter().filter(|(derive, _)| derive.is_none()).map(|(_, word)| {
        let other = Ident::new(&format!("Other{word}"), Span::call_site());
        respanned(
            quote!(const _: () = #p::assert::only_ours(#p::#other::<#own>::IS_THERE, #word);),
            ident.span(),
        )
    });
    let checks: Vec<_> = checks.collect();
    if checks.is_empty() {
        return TokenStream::new();
    }
    quote!(const _: () = { use #p::NoOther as _; #(#checks)* };)
}

fn change(model: &Model, step: &Step) -> TokenStream {
    let verb = match step.verb {
        Verb::Changed => "Changed",
        Verb::Renamed => "Renamed",
        Verb::Removed => "Removed",
        Verb::Added => "Added",
    };
    let names = |ids: &[ColumnId]| -> Vec<String> {
        ids.iter().map(|id| wire_name(&model.attrs, model.history.column(*id), words::WRITTEN)).collect()
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
        columns.iter().map(|id| wire_name(&model.attrs, model.history.column(*id), words::WRITTEN)).collect();
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
    let (p, verb, date) = (private(), Ident::new(verb, Span::call_site()), literals::date(date));
    let law = match &claim.law {
        Law::Lossless => quote!(Lossless),
        Law::Defaulted => quote!(Defaulted),
        Law::Lossy(reason) => quote!(Lossy(#reason)),
        Law::Unclaimed => quote!(Unclaimed),
    };
    let note = option(claim.note.as_ref());
    quote! {
        #p::TypeChange {
            of: <Self as #p::Shape>::DECLARED,
            date: #date,
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

/// The name that clients see, on the side `words::WRITTEN` or `words::READ`, of a type with the attributes `container`.
pub(in super::super) fn wire_name(container: &[Attribute], column: &Column, side: &str) -> String {
    let name = column.ident.unraw().to_string();
    if let Some(renamed) = serde_attrs::text_on(&column.attrs, words::RENAME, side) {
        return renamed;
    }
    match serde_attrs::text_on(container, words::RENAME_ALL, side) {
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
