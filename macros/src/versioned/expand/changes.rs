//! The history as data: what changelogs, retirement and laws read.

use super::super::attr::Verb;
use super::super::claims::Law;
use super::super::model::{Column, ColumnId, Model, Step};
use super::super::serde_attrs;
use super::resolve_self;
use crate::names::{option, private};
use crate::syntax::words;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::Type;
use syn::ext::IdentExt;

pub(super) fn expand(model: &Model) -> TokenStream {
    let p = private();
    let (ident, name) = (&model.ident, model.ident.unraw().to_string());
    let (impl_generics, ty_generics, where_clause) = model.generics.split_for_impl();
    let changes = model.history.steps.iter().map(|step| change(model, step));
    let held: Vec<_> = model.history.head.iter().filter_map(|id| held(model, *id)).collect();
    let otherwise = (!held.is_empty()).then(|| quote!(use #p::NoHistory as _;));
    let (writes, reads) = (model.derives.serialize.is_some(), model.derives.deserialize.is_some());
    quote! {
        #[automatically_derived]
        impl #impl_generics #p::History for #ident #ty_generics #where_clause {
            const CHANGES: &'static [#p::TypeChange] = &[#(#changes),*];
            const HISTORY: &'static #p::TypeHistory = {
                #otherwise
                &#p::TypeHistory {
                    path: ::core::concat!(::core::module_path!(), "::", #name),
                    writes: #writes,
                    reads: #reads,
                    changes: <Self as #p::History>::CHANGES,
                    held: &[#(#held),*],
                }
            };
        }
    }
}

fn change(model: &Model, step: &Step) -> TokenStream {
    let p = private();
    let date = step.date.to_string();
    let verb = Ident::new(
        match step.verb {
            Verb::Changed => "Changed",
            Verb::Renamed => "Renamed",
            Verb::Removed => "Removed",
            Verb::Added => "Added",
        },
        Span::call_site(),
    );
    let names = |ids: &[ColumnId]| {
        let names: Vec<_> = ids.iter().map(|id| wire_name(model, model.history.column(*id))).collect();
        quote!(&[#(#names),*])
    };
    let (old, new) = (names(&step.old), names(&step.new));
    let law = match &step.claim.law {
        Law::Lossless => quote!(Lossless),
        Law::Defaulted => quote!(Defaulted),
        Law::Lossy(reason) => quote!(Lossy(#reason)),
        Law::Unclaimed => quote!(Unclaimed),
    };
    let note = option(step.claim.note.as_ref());
    let is_flat = step
        .old
        .iter()
        .chain(&step.new)
        .any(|id| serde_attrs::has(&model.history.column(*id).attrs, "flatten"));
    quote! {
        #p::TypeChange {
            date: #p::date(#date),
            verb: #p::ChangeVerb::#verb,
            old: #old,
            new: #new,
            law: #p::Law::#law,
            note: #note,
            is_flat: #is_flat,
        }
    }
}

/// A field of the head whose type may have a history of its own.
fn held(model: &Model, id: ColumnId) -> Option<TokenStream> {
    const PLAIN: [&str; 17] = [
        "bool", "char", "str", "String", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32",
        "i64", "i128", "f32", "f64",
    ];
    let p = private();
    let column = model.history.column(id);
    let plain = matches!(&column.ty, Type::Path(path)
        if path.path.get_ident().is_some_and(|ident| PLAIN.iter().any(|plain| ident == plain)));
    if plain || matches!(column.ty, Type::Reference(_)) {
        return None;
    }
    let (name, ty) = (wire_name(model, column), resolve_self(model, &column.ty));
    Some(quote! {
        #p::Held {
            field: #name,
            changes: #p::HistoryOf::<#ty>::CHANGES,
            history: #p::HistoryOf::<#ty>::HISTORY,
        }
    })
}

/// The name that clients see.
fn wire_name(model: &Model, column: &Column) -> String {
    let name = column.ident.unraw().to_string();
    if let Some(renamed) = serde_attrs::text(&column.attrs, words::RENAME) {
        return renamed;
    }
    match serde_attrs::text(&model.attrs, words::RENAME_ALL) {
        Some(rule) => cased(&name, &rule),
        None => name,
    }
}

/// A field's name by a rule of `#[serde(rename_all)]`.
fn cased(name: &str, rule: &str) -> String {
    let capitalised = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    let pascal = || name.split('_').map(capitalised).collect::<String>();
    match rule {
        "UPPERCASE" | "SCREAMING_SNAKE_CASE" => name.to_uppercase(),
        "PascalCase" => pascal(),
        "camelCase" => {
            let pascal = pascal();
            let mut letters = pascal.chars();
            letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
        }
        "kebab-case" => name.replace('_', "-"),
        "SCREAMING-KEBAB-CASE" => name.to_uppercase().replace('_', "-"),
        _ => name.to_owned(),
    }
}
