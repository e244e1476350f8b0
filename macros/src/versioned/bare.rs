//! `#[versioned]` on a type that nothing ever happened to: what it holds, and nothing else.

use super::check::derived;
use super::expand::changes::{cased, is_skipped};
use super::expand::complete::Tells;
use super::expand::place::segment;
use super::serde_attrs;
use super::shape::{Described, Row, is_opaque, mixes};
use super::variants::cased_variant;
use crate::fingerprint::is_ours as is_fingerprint;
use crate::names::private;
use crate::syntax::words;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Attribute, Field, Fields, Generics, Ident, Item, ItemEnum, ItemStruct, Type};

/// Whether no attribute of a type, of its variants and fields says anything to `#[versioned]` but `#[opaque]`.
pub(super) fn is_bare(item: &Item) -> bool {
    let plain = |attrs: &[Attribute]| {
        let is_statement = |attribute: &Attribute| {
            super::is_helper(attribute) && !is_opaque(attribute) && !is_fingerprint(attribute)
        };
        // Where `#[versioned]` writes the type, it leaves out for a comparison what does not count.
        let is_compared = derives(attrs, words::INTENT) && derives(attrs, words::SERIALIZE);
        !attrs.iter().any(is_statement) && !is_compared
    };
    let attrs = match item {
        Item::Struct(item) => &item.attrs,
        Item::Enum(item) if item.variants.iter().all(|variant| plain(&variant.attrs)) => &item.attrs,
        _ => return false,
    };
    plain(attrs) && fields(item).iter().all(|field| plain(&field.attrs))
}

/// Removes `#[opaque]`. All other attributes are for the derives.
pub(super) fn strip(item: &mut Item) {
    let strip = |fields: &mut Fields| {
        fields.iter_mut().for_each(|field| field.attrs.retain(|attribute| !is_opaque(attribute)));
    };
    match item {
        Item::Struct(item) => strip(&mut item.fields),
        Item::Enum(item) => item.variants.iter_mut().for_each(|variant| strip(&mut variant.fields)),
        _ => {}
    }
}

/// The implementation of `Shape`. Serde's own derives stay.
pub(super) fn expand(item: &Item) -> TokenStream {
    let (ident, generics, attrs) = match item {
        Item::Struct(item) => (&item.ident, &item.generics, &item.attrs),
        Item::Enum(item) => (&item.ident, &item.generics, &item.attrs),
        _ => return TokenStream::new(),
    };
    // #[serde(from = "Written", into = "Written")]
    let other = |keys: &[&str]| keys.iter().find_map(|key| serde_attrs::ty(attrs, key));
    let (written, read) = (other(&["into"]), other(&["from", "try_from"]));
    if written.is_some() || read.is_some() {
        let is_own = |word, other: &Option<Type>| derives(attrs, word) && other.is_none();
        let has_own = is_own(words::SERIALIZE, &written) || is_own(words::DESERIALIZE, &read);
        let own = has_own.then(|| fields(item)).into_iter().flatten();
        let own = own.enumerate().map(|(i, field)| row(name(i, field, None), String::new(), field));
        // One that is both would be told of twice.
        let text = |ty: &Option<Type>| ty.to_token_stream().to_string();
        let read = read.filter(|ty| text(&written) != ty.to_token_stream().to_string());
        let others = written.iter().map(|ty| ("(into)", ty)).chain(read.iter().map(|ty| ("(from)", ty)));
        let others = others.map(|(field, ty)| Row {
            field: field.to_owned(),
            at: String::new(),
            ty,
            is_opaque: false,
            is_skipped: false,
        });
        return converted(ident, generics, own.chain(others).collect());
    }
    match item {
        Item::Struct(item) => structure(item),
        Item::Enum(item) => enumeration(item),
        _ => TokenStream::new(),
    }
}

/// The implementation of `Shape` for a type whose error has been reported, so that what uses it is no second error.
pub(super) fn stub(item: &Item) -> TokenStream {
    match item {
        Item::Struct(ItemStruct { ident, generics, .. }) | Item::Enum(ItemEnum { ident, generics, .. }) => {
            converted(ident, generics, Vec::new())
        }
        _ => TokenStream::new(),
    }
}

/// Of a type that is written or read as another one it is known what both hold, and no more.
fn converted(ident: &Ident, generics: &Generics, rows: Vec<Row<'_>>) -> TokenStream {
    let p = private();
    let (layout, null) = (quote!(Positions(1usize)), quote!(#p::Null::Sometimes));
    described(ident, generics, rows, layout, Tells::Never, null, false)
}

fn fields(item: &Item) -> Vec<&Field> {
    match item {
        Item::Struct(item) => item.fields.iter().collect(),
        Item::Enum(item) => item.variants.iter().flat_map(|variant| &variant.fields).collect(),
        _ => Vec::new(),
    }
}

fn structure(ItemStruct { ident, generics, fields, attrs, .. }: &ItemStruct) -> TokenStream {
    let p = private();
    let rule = serde_attrs::text_on(attrs, words::RENAME_ALL, words::WRITTEN);
    let is_transparent = serde_attrs::has(attrs, "transparent");
    let is_tuple = matches!(fields, Fields::Unnamed(_));
    let is_newtype = is_transparent || is_tuple && fields.len() == 1;
    let rows: Vec<_> = fields
        .iter()
        .enumerate()
        .map(|(i, field)| {
            let name = name(i, field, rule.as_deref());
            let has_no_place = is_newtype || serde_attrs::has(&field.attrs, "flatten");
            let at = if has_no_place { String::new() } else { segment(&name) };
            row(if is_tuple { format!("_{name}") } else { name }, at, field)
        })
        .collect();
    let null = match rows.iter().position(|row| !row.is_skipped) {
        Some(only) if is_newtype => quote!(<Self as #p::Holds<__D>>::HELD[#only].null),
        None if matches!(fields, Fields::Unit) => quote!(#p::Null::Sometimes),
        _ => quote!(#p::Null::Never),
    };
    let layout = if is_tuple {
        let count = rows.len();
        quote!(Positions(#count))
    } else {
        quote!(Fields)
    };
    let told = fields.iter().enumerate().map(|(i, field)| (&*field.attrs, i));
    let is_told = is_written_by_serde(attrs) && !matches!(fields, Fields::Unit);
    let tells = if is_told { Tells::of(told) } else { Tells::Never };
    let mixes = mixes(attrs, fields.iter().map(|field| &*field.attrs));
    described(ident, generics, rows, layout, tells, null, mixes)
}

fn enumeration(ItemEnum { ident, generics, variants, attrs, .. }: &ItemEnum) -> TokenStream {
    let p = private();
    let text = |attrs: &[Attribute], key| serde_attrs::text(attrs, key);
    let rule = serde_attrs::text_on(attrs, words::RENAME_ALL, words::WRITTEN);
    let (tag, content) = (text(attrs, words::TAG), text(attrs, words::CONTENT));
    let is_untagged = |attrs: &[Attribute]| serde_attrs::has(attrs, words::UNTAGGED);
    let mut rows = Vec::new();
    let mut told = Vec::new();
    let mut is_told = is_written_by_serde(attrs) && !is_untagged(attrs);
    for variant in variants {
        let renamed = serde_attrs::text_on(&variant.attrs, words::RENAME, words::WRITTEN);
        let variant_name =
            renamed.unwrap_or_else(|| cased_variant(rule.as_deref(), &variant.ident.unraw().to_string()));
        let around = match (&tag, &content) {
            _ if is_untagged(attrs) || is_untagged(&variant.attrs) => String::new(),
            (Some(_), Some(content)) => segment(content),
            (Some(_), None) => String::new(),
            (None, _) => segment(&variant_name),
        };
        is_told &= !is_untagged(&variant.attrs) && !is_foreign(&variant.attrs);
        let rule = text(&variant.attrs, words::RENAME_ALL).or_else(|| text(attrs, "rename_all_fields"));
        for (i, field) in variant.fields.iter().enumerate() {
            let has_no_place = variant.fields.len() == 1 && field.ident.is_none()
                || serde_attrs::has(&field.attrs, "flatten");
            let within = if has_no_place { String::new() } else { segment(&name(i, field, rule.as_deref())) };
            told.push((&*field.attrs, rows.len()));
            let row = row(variant_name.clone(), around.clone() + &within, field);
            rows.push(Row { is_skipped: row.is_skipped || is_skipped(&variant.attrs), ..row });
        }
    }
    let layout = if tag.is_none() && !is_untagged(attrs) {
        quote!(Variants)
    } else {
        let count = variants.iter().filter(|variant| !variant.fields.is_empty()).count();
        quote!(Tagged(#count))
    };
    let null = if is_untagged(attrs) { quote!(Sometimes) } else { quote!(Never) };
    let tells = if is_told { Tells::of(told) } else { Tells::Never };
    let inner = variants.iter().flat_map(|variant| variant.fields.iter().map(|field| &*field.attrs));
    let mixes = mixes(attrs, inner);
    described(ident, generics, rows, layout, tells, quote!(#p::Null::#null), mixes)
}

fn described(
    ident: &Ident,
    generics: &Generics,
    rows: Vec<Row<'_>>,
    layout: TokenStream,
    tells: Tells,
    null: TokenStream,
    mixes: bool,
) -> TokenStream {
    let changes = Vec::new();
    Described { ident, generics, changes, rows, layout, tells, null, mixes, writes: true, reads: true }
        .expand()
}

/// Whether a function of the user's writes a variant.
fn is_foreign(attrs: &[Attribute]) -> bool {
    ["with", "serialize_with"].iter().any(|key| serde_attrs::has(attrs, key))
}

/// Whether serde derives how the type is written. Who implements `Serialize` by hand may leave out something.
fn is_written_by_serde(attrs: &[Attribute]) -> bool {
    derives(attrs, words::SERIALIZE)
}

fn derives(attrs: &[Attribute], word: &str) -> bool {
    let mut paths = attrs.iter().flat_map(derived);
    paths.any(|path| path.segments.last().is_some_and(|last| last.ident == word))
}

fn name(position: usize, field: &Field, rule: Option<&str>) -> String {
    let renamed = serde_attrs::text_on(&field.attrs, words::RENAME, words::WRITTEN);
    renamed.unwrap_or_else(|| match &field.ident {
        Some(ident) => {
            let name = ident.unraw().to_string();
            rule.map_or(name.clone(), |rule| cased(&name, rule))
        }
        None => position.to_string(),
    })
}

fn row(field: String, at: String, of: &Field) -> Row<'_> {
    let is_opaque = of.attrs.iter().any(is_opaque);
    Row { field, at, ty: &of.ty, is_opaque, is_skipped: is_skipped(&of.attrs) }
}
