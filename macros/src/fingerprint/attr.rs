//! What the user wrote.

use crate::diag::{Sink, fingerprint_messages as messages, version_messages};
use crate::syntax::words::{self, READ, RENAME, RENAME_ALL, SERDE, SKIP};
use crate::versioned::serde_attrs::{entries, has, text_on};
use crate::versioned::{cased, cased_variant};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::{Attribute, Data, DeriveInput, Fields, Generics, Ident, Member, Meta, Path, Type};

/// What is written of a type.
#[allow(clippy::large_enum_variant, reason = "there is one per derive")]
pub(super) enum Shape {
    Struct(Content),
    Enum(Vec<Variant>),
}

/// A variant of an enum.
pub(super) struct Variant {
    pub(super) ident: Ident,
    /// On the wire.
    pub(super) name: String,
    pub(super) content: Content,
}

/// The fields of a struct or a variant that count.
#[allow(clippy::large_enum_variant, reason = "there is one per variant of a derive")]
pub(super) enum Content {
    Unit,
    /// One that is written as the whole.
    Whole(Field),
    Fields(Vec<Field>),
}

pub(super) struct Field {
    pub(super) member: Member,
    /// On the wire.
    pub(super) name: String,
    pub(super) ty: Type,
    /// The user's function that writes it, if the type does not.
    pub(super) writer: Option<Path>,
}

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

/// The shape, if nothing is wrong.
pub(super) fn read(input: &DeriveInput, sink: &mut Sink) -> Option<Shape> {
    refuse(&input.attrs, "a type", sink);
    let rule = text_on(&input.attrs, RENAME_ALL, READ);
    let shape = match &input.data {
        Data::Struct(item) => Shape::Struct(content(&item.fields, rule.as_deref(), sink)),
        Data::Enum(item) => {
            let of_fields = text_on(&input.attrs, "rename_all_fields", READ);
            let variants = item.variants.iter().map(|variant| {
                refuse(&variant.attrs, "a variant", sink);
                let own = text_on(&variant.attrs, RENAME_ALL, READ).or_else(|| of_fields.clone());
                let name = text_on(&variant.attrs, RENAME, READ)
                    .unwrap_or_else(|| cased_variant(rule.as_deref(), &variant.ident.unraw().to_string()));
                let content = content(&variant.fields, own.as_deref(), sink);
                Variant { ident: variant.ident.clone(), name, content }
            });
            Shape::Enum(variants.collect())
        }
        Data::Union(_) => {
            sink.push(messages::union(&input.ident));
            return None;
        }
    };
    known(&shape, &input.generics, sink);
    Some(shape)
}

fn content(fields: &Fields, rule: Option<&str>, sink: &mut Sink) -> Content {
    let is_whole = matches!(fields, Fields::Unnamed(fields) if fields.unnamed.len() == 1);
    let mut counted = Vec::new();
    for (field, member) in fields.iter().zip(fields.members()) {
        let is_skipped = is_skipped(&field.attrs, sink);
        // struct Reference(#[fingerprint(skip)] String);
        if is_skipped
            && is_whole
            && let Some(attribute) = field.attrs.iter().find(|attribute| is_ours(attribute))
        {
            sink.push(messages::nothing_left(attribute.path()));
        }
        // What is not read tells nothing of a request.
        if is_skipped || has(&field.attrs, SKIP) || has(&field.attrs, "skip_deserializing") {
            continue;
        }
        let ident = match &member {
            Member::Named(ident) => ident.unraw().to_string(),
            Member::Unnamed(index) => index.index.to_string(),
        };
        let name = text_on(&field.attrs, RENAME, READ)
            .unwrap_or_else(|| rule.map_or_else(|| ident.clone(), |rule| cased(&ident, rule)));
        counted.push(Field { member, name, ty: field.ty.clone(), writer: writer(&field.attrs) });
    }
    match fields {
        Fields::Unit => Content::Unit,
        Fields::Unnamed(_) if is_whole => counted.pop().map_or(Content::Unit, Content::Whole),
        _ => Content::Fields(counted),
    }
}

/// The function by which a field is written.
fn writer(attrs: &[Attribute]) -> Option<Path> {
    let entries: Vec<_> = attrs.iter().flat_map(|attribute| entries(attribute, SERDE)).collect();
    let path = |key: &str| {
        let entry = entries.iter().find(|entry| entry.key == key)?;
        entry.literal()?.parse::<Path>().ok()
    };
    let module = || {
        let mut path = path("with")?;
        path.segments.push(syn::parse_quote!(serialize));
        Some(path)
    };
    path("serialize_with").or_else(module)
}

/// Of a type parameter nobody knows what it says.
fn known(shape: &Shape, generics: &Generics, sink: &mut Sink) {
    let types = fields(shape).map(|field| field.ty.to_token_stream());
    let types: TokenStream = types.collect();
    let parameter = generics.type_params().find_map(|parameter| mentions(types.clone(), &parameter.ident));
    if let Some(parameter) = parameter {
        sink.push(messages::parameter(&parameter));
    }
}

/// All fields that count.
pub(super) fn fields(shape: &Shape) -> impl Iterator<Item = &Field> {
    let contents: Vec<&Content> = match shape {
        Shape::Struct(content) => vec![content],
        Shape::Enum(variants) => variants.iter().map(|variant| &variant.content).collect(),
    };
    contents.into_iter().flat_map(|content| match content {
        Content::Unit => &[],
        Content::Whole(field) => std::slice::from_ref(field),
        Content::Fields(fields) => fields.as_slice(),
    })
}

fn mentions(tokens: TokenStream, ident: &Ident) -> Option<Ident> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(found) if found == *ident => Some(found),
        TokenTree::Group(group) => mentions(group.stream(), ident),
        _ => None,
    })
}
