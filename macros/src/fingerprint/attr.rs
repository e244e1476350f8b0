//! What the user wrote.

use super::model::{Content, Member, Model, Part};
use crate::diag::{Sink, fingerprint_messages as messages, version_messages};
use crate::syntax::words::{self, READ, RENAME, RENAME_ALL, SERDE, SKIP};
use crate::versioned::serde_attrs::{entries, has, text_on};
use crate::versioned::{cased, cased_variant};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::{Attribute, Data, DataEnum, DeriveInput, Field, Fields, Generics, Ident, Meta, Type, Variant};

/// Whether an attribute is `#[fingerprint(..)]`.
pub(crate) fn is_ours(attribute: &Attribute) -> bool {
    attribute.path().is_ident(words::FINGERPRINT)
}

/// Whether a field has `#[fingerprint(skip)]`.
pub(crate) fn is_skipped(attrs: &[Attribute], sink: &mut Sink) -> bool {
    let mut attributes = attrs.iter().filter(|attribute| is_ours(attribute));
    let Some(attribute) = attributes.next() else { return false };
    if let Some(second) = attributes.next() {
        sink.error(second.path(), version_messages::repeated_attribute(words::FINGERPRINT));
    }
    // #[fingerprint] sent_at: Timestamp
    let Meta::List(list) = &attribute.meta else {
        sink.push(messages::without_word(attribute.path()));
        return false;
    };
    match Ident::parse_any.parse2(list.tokens.clone()) {
        Ok(word) if word == SKIP => return true,
        // #[fingerprint(skpi)] sent_at: Timestamp
        Ok(word) => sink.push(messages::unknown_word(&word)),
        // #[fingerprint(skip, "x")] sent_at: Timestamp
        Err(_) => sink.push(messages::not_one_word(attribute, &list.tokens)),
    }
    false
}

/// `#[fingerprint(..)]` where there is no field, such as on a type, is an error.
pub(crate) fn refuse(attrs: &[Attribute], on: &str, sink: &mut Sink) {
    if let Some(attribute) = attrs.iter().find(|attribute| is_ours(attribute)) {
        sink.push(messages::not_on_a_field(attribute.path(), on));
    }
}

/// The model, if nothing is wrong.
pub(super) fn read(input: &DeriveInput, sink: &mut Sink) -> Option<Model> {
    refuse(&input.attrs, "a type", sink);
    // #[serde(from = "Wire")] struct Payment { .. }
    let other = input.attrs.iter().flat_map(|attribute| entries(attribute, SERDE));
    if let Some(other) =
        other.into_iter().find(|entry| ["from", "try_from", "remote"].iter().any(|key| entry.key == key))
    {
        sink.push(messages::read_as_another(&other.key));
        return None;
    }
    let rule = text_on(&input.attrs, RENAME_ALL, READ);
    let model = match &input.data {
        Data::Struct(item) if has(&input.attrs, "transparent") => {
            let field = item.fields.iter().find(|field| !is_phantom(&field.ty));
            Model { same: field.map(|field| whole(field, sink)), ..Model::default() }
        }
        Data::Struct(item) => content(&item.fields, rule.as_deref(), sink),
        Data::Enum(item) => variants(input, item, rule.as_deref(), sink),
        Data::Union(_) => {
            sink.push(messages::union(&input.ident));
            return None;
        }
    };
    check(&model, &input.ident, &input.generics, sink);
    Some(model)
}

/// What must hold of every model.
pub(crate) fn check(model: &Model, ident: &Ident, generics: &Generics, sink: &mut Sink) {
    known(model, generics, sink);
    conflict(model, ident, sink);
}

/// The fields of a struct or a variant.
fn content(fields: &Fields, rule: Option<&str>, sink: &mut Sink) -> Model {
    match fields {
        Fields::Unit => Model::default(),
        Fields::Named(fields) => {
            let members: Vec<_> = fields.named.iter().map(|field| member(field, rule, sink)).collect();
            Model::of(members)
        }
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            Model { same: fields.unnamed.first().map(|field| whole(field, sink)), ..Model::default() }
        }
        Fields::Unnamed(fields) => Model::of(
            fields
                .unnamed
                .iter()
                .enumerate()
                .map(|(at, field)| Member {
                    names: vec![at.to_string()],
                    ty: field.ty.clone(),
                    skipped: is_skipped(&field.attrs, sink),
                    flat: false,
                })
                .collect::<Vec<_>>(),
        ),
    }
}

/// A field that is all that is written of what holds it.
fn whole(field: &Field, sink: &mut Sink) -> Type {
    // struct Reference(#[fingerprint(skip)] String);
    if is_skipped(&field.attrs, sink)
        && let Some(attribute) = field.attrs.iter().find(|attribute| is_ours(attribute))
    {
        sink.push(messages::nothing_left(attribute.path()));
    }
    field.ty.clone()
}

fn member(field: &Field, rule: Option<&str>, sink: &mut Sink) -> Member {
    let ident = field.ident.as_ref().map_or_else(String::new, |ident| ident.unraw().to_string());
    let name = text_on(&field.attrs, RENAME, READ)
        .unwrap_or_else(|| rule.map_or_else(|| ident.clone(), |rule| cased(&ident, rule)));
    let (skipped, flat) = (is_skipped(&field.attrs, sink), has(&field.attrs, "flatten"));
    // #[serde(flatten)] #[fingerprint(skip)] device: Device
    if skipped
        && flat
        && let Some(attribute) = field.attrs.iter().find(|attribute| is_ours(attribute))
    {
        sink.push(messages::flattened(attribute.path()));
    }
    Member { names: names(name, &field.attrs), ty: field.ty.clone(), skipped, flat }
}

/// A name and its aliases.
pub(crate) fn names(name: String, attrs: &[Attribute]) -> Vec<String> {
    let entries = attrs.iter().flat_map(|attribute| entries(attribute, SERDE));
    let aliases = entries.filter(|entry| entry.key == "alias").filter_map(|entry| entry.literal());
    std::iter::once(name).chain(aliases.map(|alias| alias.value())).collect()
}

fn variants(input: &DeriveInput, item: &DataEnum, rule: Option<&str>, sink: &mut Sink) -> Model {
    let of_fields = text_on(&input.attrs, "rename_all_fields", READ);
    let (tag, at) = (text_on(&input.attrs, "tag", READ), text_on(&input.attrs, "content", READ));
    let untagged = has(&input.attrs, "untagged");
    let mut each = Vec::new();
    for variant in &item.variants {
        refuse(&variant.attrs, "a variant", sink);
        // enum Method { Card { .. }, #[serde(untagged)] Other(Value) }
        if let Some(entry) = variant
            .attrs
            .iter()
            .flat_map(|attribute| entries(attribute, SERDE))
            .find(|entry| entry.key == "untagged")
        {
            sink.push(messages::untagged_variant(&entry.key));
        }
        let own = text_on(&variant.attrs, RENAME_ALL, READ).or_else(|| of_fields.clone());
        each.push((variant, content(&variant.fields, own.as_deref(), sink)));
    }
    if tag.is_none() && !untagged {
        let parts = each.into_iter().map(|(variant, model)| {
            let names = names(variant_name(variant, rule), &variant.attrs);
            Part { names, content: Content::Model(model) }
        });
        return Model { members: parts.collect(), ..Model::default() };
    }
    let is_unit = |variant: &Variant| matches!(variant.fields, Fields::Unit);
    let either =
        each.into_iter().filter(|(variant, _)| !is_unit(variant)).map(|(_, model)| Content::Model(model));
    let shapes = Model { either: either.collect(), ..Model::default() };
    let whole = |name| Part { names: vec![name], content: Content::Whole };
    match (tag, at) {
        (Some(tag), Some(at)) => {
            let content = Part { names: vec![at], content: Content::Model(shapes) };
            Model { members: vec![whole(tag), content], ..Model::default() }
        }
        (Some(tag), None) => Model { members: vec![whole(tag)], ..shapes },
        _ => shapes,
    }
}

fn variant_name(variant: &Variant, rule: Option<&str>) -> String {
    text_on(&variant.attrs, RENAME, READ)
        .unwrap_or_else(|| cased_variant(rule, &variant.ident.unraw().to_string()))
}

fn is_phantom(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "PhantomData"))
}

/// Of a type parameter nobody knows what it says.
fn known(model: &Model, generics: &Generics, sink: &mut Sink) {
    let mut types = Vec::new();
    collect(model, &mut types);
    let parameter = generics
        .type_params()
        .find_map(|parameter| types.iter().find_map(|ty| mentions(ty.to_token_stream(), &parameter.ident)));
    if let Some(parameter) = parameter {
        sink.push(messages::parameter(&parameter));
    }
}

fn collect<'m>(model: &'m Model, types: &mut Vec<&'m Type>) {
    types.extend(model.flat.iter().chain(&model.same));
    let parts = model.members.iter().map(|part| &part.content);
    for content in parts.chain(&model.either) {
        match content {
            Content::Type(ty) => types.push(ty),
            Content::Model(model) => collect(model, types),
            Content::Skipped | Content::Whole => {}
        }
    }
}

fn mentions(tokens: TokenStream, ident: &Ident) -> Option<Ident> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(found) if found == *ident => Some(found),
        TokenTree::Group(group) => mentions(group.stream(), ident),
        _ => None,
    })
}

/// No name may both count and not.
fn conflict(model: &Model, ident: &Ident, sink: &mut Sink) {
    let mut all: Vec<(&str, bool)> = Vec::new();
    let mut stack = vec![model];
    while let Some(model) = stack.pop() {
        all.clear();
        let mut level = vec![model];
        while let Some(model) = level.pop() {
            for part in &model.members {
                let skipped = matches!(part.content, Content::Skipped);
                all.extend(part.names.iter().map(|name| (name.as_str(), skipped)));
                if let Content::Model(inner) = &part.content {
                    stack.push(inner);
                }
            }
            level.extend(model.either.iter().filter_map(|content| match content {
                Content::Model(model) => Some(model),
                _ => None,
            }));
        }
        let both = all.iter().find(|(name, skipped)| *skipped && all.contains(&(name, false)));
        if let Some((name, _)) = both {
            sink.push(messages::both(ident, name));
        }
    }
}
