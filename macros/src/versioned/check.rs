//! From the user's struct to a [`Model`], or to errors.

use super::attr::{Statement, Verb};
use super::history;
use super::model::{Column, Derives, History, Model, Place};
use super::serde_attrs::{self, Container};
use super::{constrained, positions, replaced, sensitive, shape, variants};
use crate::diag::{Sink, messages::versioned as messages};
use crate::fingerprint::is_skipped;
use crate::syntax::words;
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use std::iter;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Field, Fields, Ident, Item, ItemStruct, Path, Token};

/// A statement and the field it stands on; `None` if it stands on the struct.
pub(super) struct Placed {
    pub(super) statement: Statement,
    pub(super) field: Option<usize>,
}

/// `#[versioned(..)]` takes nothing on a struct.
pub(super) fn arguments(args: &TokenStream, sink: &mut Sink) {
    // #[versioned(open = Unknown)] struct Payment { .. }
    if let Some(open) = variants::open_of_a_struct(args) {
        return sink.push(crate::diag::messages::variants::open_struct(&open));
    }
    // #[versioned(since = "2024-01-15")]
    if !args.is_empty() {
        sink.push(messages::unexpected_arguments(args));
    }
}

/// The item as a struct with fields.
// Boxed: an item is large, and this is the error that is not expected.
pub(super) fn structure(item: Item, sink: &mut Sink) -> Result<ItemStruct, Box<Item>> {
    let error = match &item {
        Item::Struct(ItemStruct { fields: Fields::Named(_), .. }) => None,
        Item::Struct(ItemStruct { fields: Fields::Unnamed(fields), .. }) if !fields.unnamed.is_empty() => {
            None
        }
        // #[versioned] struct Nothing;
        Item::Struct(ItemStruct { ident, .. }) => Some(messages::not_a_struct(ident, "a unit struct")),
        // #[versioned] union Bits { .. }
        Item::Union(item) => Some(messages::not_a_struct(item.union_token, "a union")),
        // #[versioned] fn pay() {}
        item => Some(messages::not_a_struct(item, "this item")),
    };
    match (error, item) {
        (None, Item::Struct(item)) => Ok(item),
        (error, item) => {
            if let Some(error) = error {
                sink.push(error);
            }
            Err(Box::new(item))
        }
    }
}

/// The model, if nothing is wrong.
pub(super) fn model(item: &ItemStruct, sink: &mut Sink) -> Option<Model> {
    let derives = derives_of(&item.attrs, item.fields.iter().flat_map(|f| &f.attrs), &item.ident, sink);
    let is_tuple = matches!(item.fields, Fields::Unnamed(_));
    let kind = if is_tuple { "tuple struct" } else { "struct" };
    let container = Container::read(&item.attrs, &item.ident, kind, sink);
    // #[versioned] #[serde(default)] struct Page<T> { .. }
    if container.default.is_some() && !is_tuple && !item.generics.params.is_empty() {
        sink.push(messages::generic_container_default(&item.ident));
    }
    // #[versioned] #[serde(default)] struct Pair(u8, u8);
    if container.default.is_some() && is_tuple {
        sink.push(crate::diag::messages::positions::container_default(&item.ident));
    }
    // #[versioned] #[retagged(in = "2025-09-30", was(untagged))] struct Payment { .. }
    if let Some(retagged) = item.attrs.iter().find(|attribute| variants::is_retagged(attribute)) {
        sink.push(crate::diag::messages::variants::retagged_struct(retagged.path()));
    }

    let mut statements = Vec::new();
    let mut complete = derives.serialize.is_some() || derives.deserialize.is_some();
    complete &= read_statements(&item.attrs, None, is_tuple, &mut statements, sink);
    for (i, field) in item.fields.iter().enumerate() {
        complete &= read_statements(&field.attrs, Some(i), is_tuple, &mut statements, sink);
        field.attrs.iter().for_each(|attribute| replaced::refuse(attribute, sink));
        // Amount(#[retagged(in = "2025-09-30", was(untagged))] Status)
        if let Some(retagged) = field.attrs.iter().find(|attribute| variants::is_retagged(attribute)) {
            sink.push(crate::diag::messages::variants::retagged_struct(retagged.path()));
        }
        // #[cfg(feature = "refunds")] refunds: Vec<Refund>
        if let Some(cfg) = field.attrs.iter().find(|attribute| is_conditional(attribute)) {
            sink.push(messages::conditional_field(cfg.path()));
        }
    }
    super::fingerprint::refuse_in_struct(item, container.transparent.is_some(), &derives, sink);
    let replaced = replaced::read(&item.attrs, &item.ident, &item.generics, &derives, sink);
    let dates = statements.iter().map(|placed| &placed.statement.date);
    complete &= replaced::is_older_than(replaced.as_ref(), dates, sink);
    complete &= !is_tuple || positions::check(item, &statements, sink);
    let of_fields = item.fields.iter().enumerate().map(|(i, field)| (Some(i), &*field.attrs));
    let attrs = of_fields.chain([(None, &*item.attrs)]);
    let constraints = constrained::read(attrs, &statements, &item.ident, &derives, sink);
    sensitive::check_struct(item, container.transparent.is_some(), &statements, &derives, sink);

    let head =
        History::new(item.fields.iter().enumerate().map(|(i, f)| column(i, f, &container, sink)).collect());
    // Without all statements the rest would be judged by a history that is not the user's.
    let history =
        complete.then(|| history::trace(head, &statements, &item.ident, &container.attrs, &derives, sink));
    let Container { attrs, default, bounds, schemars, transparent } = container;
    let history = history?;
    if let Some(span) = transparent
        && !self::transparent(&history, &statements, span, sink)
    {
        return None;
    }
    let model = Model {
        ident: item.ident.clone(),
        generics: item.generics.clone(),
        derives,
        attrs,
        default,
        bounds,
        schemars,
        history,
        is_tuple,
        is_transparent: transparent.is_some(),
        replaced,
        constraints,
    };
    sink.is_clean().then_some(model)
}

/// Whether every shape is one column and nothing else.
fn transparent(history: &History, statements: &[Placed], span: Span, sink: &mut Sink) -> bool {
    let errors_before = sink.len();
    let shapes = history.shapes.iter().map(|shape| (Some(shape.until), &shape.columns));
    let mut shapes = iter::once((None, &history.head)).chain(shapes);
    let attributes = || history.columns().flat_map(|column| &column.attrs);
    let serde = attributes().find(|attribute| attribute.path().is_ident(words::SERDE));
    let is_phantom = |column: &Column| column.ty.to_token_stream().to_string().contains("PhantomData");
    // #[versioned] #[serde(transparent)] struct Payment { #[renamed(in = "2025-09-30", was(number))] id: u64 }
    if let Some(renamed) = statements.iter().find(|placed| placed.statement.verb == Verb::Renamed) {
        sink.push(messages::transparent_renamed(renamed.statement.span));
    // #[versioned] #[serde(transparent)] struct Payment { #[serde(with = "hex")] id: u64 }
    } else if let Some(attribute) = serde {
        sink.push(messages::transparent_attribute(attribute.path()));
    // #[versioned] #[serde(transparent)] struct Payment { id: u64, note: String }
    } else if history.head.len() != 1 && !history.columns().any(is_phantom) {
        // The derive of serde, which stays where the history is left out, says so.
        return false;
    // #[versioned] #[serde(transparent)] #[removed(in = .., was(note: String), default)] struct Payment { id: u64 }
    } else if let Some((date, _)) = shapes.find(|(_, columns)| columns.len() != 1) {
        sink.push(messages::transparent_shape(span, date));
    }
    sink.len() == errors_before
}

/// Whether the attribute makes what it stands on conditional.
pub(super) fn is_conditional(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr")
}

/// The derives that are taken over; without any, an error. `inner` are the attributes of fields and variants.
pub(super) fn derives_of<'a>(
    attrs: &'a [Attribute],
    inner: impl Iterator<Item = &'a Attribute>,
    ident: &Ident,
    sink: &mut Sink,
) -> Derives {
    let derives = derives(attrs, sink);
    if derives.serialize.is_none() && derives.deserialize.is_none() {
        match attrs.iter().chain(inner).find(|attribute| attribute.path().is_ident(words::SERDE)) {
            // #[derive(Serialize)] #[versioned] #[serde(rename_all = "camelCase")] struct Payment { .. }
            Some(helper) => sink.push(messages::below_the_derive(helper.path(), ident)),
            // #[versioned] #[derive(Debug)] struct Payment { .. }
            None => sink.push(messages::no_serde_derive(ident)),
        }
    }
    derives
}

/// The derives that are taken over, by their last segment.
fn derives(attrs: &[Attribute], sink: &mut Sink) -> Derives {
    let mut derives = Derives::default();
    for attribute in attrs {
        // #[cfg_attr(feature = "docs", derive(JsonSchema))]
        if attribute.path().is_ident("cfg_attr") && mentions_our_derives(attribute) {
            sink.push(messages::conditional_derive(attribute.path()));
        }
        for path in derived(attribute) {
            let word = path.segments.last().map(|segment| segment.ident.to_string());
            match word.as_deref() {
                Some(words::SERIALIZE) => derives.serialize = Some(path),
                Some(words::DESERIALIZE) => derives.deserialize = Some(path),
                Some(words::JSON_SCHEMA) => derives.schema = Some(path),
                Some(words::INTENT) => derives.fingerprint = Some(path),
                _ => {}
            }
        }
    }
    derives
}

/// The paths of `#[derive(..)]`; none for another attribute.
pub(super) fn derived(attribute: &Attribute) -> Vec<Path> {
    if !attribute.path().is_ident("derive") {
        return Vec::new();
    }
    attribute
        .parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)
        .map(|paths| paths.into_iter().collect())
        .unwrap_or_default()
}

/// Whether `#[versioned]` derives this in the user's place.
pub(super) fn is_ours(path: &Path) -> bool {
    let word = path.segments.last().map(|segment| segment.ident.to_string());
    matches!(
        word.as_deref(),
        Some(words::SERIALIZE | words::DESERIALIZE | words::JSON_SCHEMA | words::INTENT)
    )
}

fn mentions_our_derives(attribute: &Attribute) -> bool {
    let syn::Meta::List(list) = &attribute.meta else { return false };
    let text = list.tokens.to_string();
    text.contains("derive")
        && [words::SERIALIZE, words::DESERIALIZE, words::JSON_SCHEMA, words::INTENT]
            .iter()
            .any(|word| text.contains(word))
}

/// Whether every statement could be read.
fn read_statements(
    attrs: &[Attribute],
    field: Option<usize>,
    is_tuple: bool,
    into: &mut Vec<Placed>,
    sink: &mut Sink,
) -> bool {
    let mut complete = true;
    for attribute in attrs {
        let Some(verb) = Verb::of(attribute) else { continue };
        let mut own = Sink::new();
        let statement = Statement::read(verb, attribute, field.filter(|_| is_tuple), &mut own);
        complete &= own.is_clean();
        for error in own.into_errors() {
            sink.push(error);
        }
        into.extend(statement.map(|statement| Placed { statement, field }));
    }
    complete
}

/// A field as a column of the head.
fn column(i: usize, field: &Field, container: &Container, sink: &mut Sink) -> Column {
    let mut attrs: Vec<_> = field.attrs.iter().filter(|a| serde_attrs::is_mirrored(a)).cloned().collect();
    let ident = field.ident.clone().unwrap_or_else(|| positions::ident(i, field.ty.span()));
    // Shapes differ in their columns, so that only a field can have a default, not a whole shape.
    let own = serde_attrs::has(&attrs, words::DEFAULT) || serde_attrs::has(&attrs, "flatten");
    let from_whole = container.default.is_some() && !own;
    if from_whole {
        let function = default_function(&ident).to_string();
        attrs.push(syn::parse_quote!(#[serde(default = #function)]));
    }
    let place = Place { field: i, stays: true };
    let is_sensitive = field.attrs.iter().any(sensitive::is_ours);
    let is_skipped = is_skipped(&field.attrs, sink);
    let is_opaque = field.attrs.iter().any(shape::is_opaque);
    let ty = field.ty.clone();
    Column { ident, ty, attrs, until: None, place, from_whole, is_sensitive, is_skipped, is_opaque }
}

/// The function that takes the default of one field from the default of the whole.
pub(super) fn default_function(field: &Ident) -> Ident {
    use syn::ext::IdentExt;
    quote::format_ident!("__default_{}", field.unraw(), span = field.span())
}
