//! The shapes of a type, as serde sees them.
//!
//! For every shape the expansion has mirrors of the user's struct, which serde derives for; the type's own impls
//! choose between them by the version of the running call.

mod changes;
mod deserialize;
mod schema;
mod serialize;

use super::check::default_function;
use super::model::{Column, ColumnId, Model, Shape};
use super::serde_attrs::{self, ContainerDefault};
use crate::names;
use crate::syntax::words;
use proc_macro2::{Ident, Literal, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::{Attribute, Generics, Path, Type, WherePredicate, parse_quote};

pub(super) fn expand(model: &Model) -> TokenStream {
    let head = head_mirror(model);
    let defaults = defaults(model);
    let owned = model.history.shapes.iter().filter_map(|shape| owned_mirror(model, shape));
    let serialize = serialize::expand(model);
    let deserialize = deserialize::expand(model);
    let schema = schema::expand(model);
    let changes = changes::expand(model);
    quote! {
        #[allow(dead_code, deprecated)]
        const _: () = {
            #head
            #(#owned)*
            #defaults
            #serialize
            #deserialize
            #schema
            #changes
        };
    }
}

/// The type at head: what the user derived, on a mirror.
fn head_mirror(model: &Model) -> TokenStream {
    let derives = [&model.derives.serialize, &model.derives.deserialize, &model.derives.schema];
    let remote = model.ident.to_string();
    let mirror = Mirror {
        name: head_name(model),
        derives: derives.into_iter().flatten().collect(),
        is_described: model.derives.schema.is_some(),
        serde: quote!(, remote = #remote),
        is_borrowed: false,
    };
    mirror.expand(model, &model.history.head, |_| TokenStream::new())
}

/// An older shape that owns its columns: what is parsed, and what the schema describes.
fn owned_mirror(model: &Model, shape: &Shape) -> Option<TokenStream> {
    let derives: Vec<_> = [&model.derives.deserialize, &model.derives.schema].into_iter().flatten().collect();
    if derives.is_empty() {
        return None;
    }
    let mirror = Mirror {
        name: owned_name(model, shape),
        derives,
        is_described: model.derives.schema.is_some(),
        serde: TokenStream::new(),
        is_borrowed: false,
    };
    Some(mirror.expand(model, &shape.columns, |_| TokenStream::new()))
}

/// A struct with the attributes of the user's, for serde and schemars to derive for.
struct Mirror<'a> {
    name: Ident,
    derives: Vec<&'a Path>,
    /// Whether `JsonSchema` is among the derives, and with it the attributes of schemars legal.
    is_described: bool,
    /// More entries for `#[serde(..)]`.
    serde: TokenStream,
    /// Whether it stands for a view of the head, and has the view's lifetime.
    is_borrowed: bool,
}

impl Mirror<'_> {
    /// The struct with these columns; each may get one more attribute.
    fn expand(
        &self,
        model: &Model,
        columns: &[ColumnId],
        more: impl Fn(&Column) -> TokenStream,
    ) -> TokenStream {
        let Self { name, derives, is_described, serde, is_borrowed } = self;
        let at = serde_path();
        let legal = |attribute: &&Attribute| *is_described || !attribute.path().is_ident(words::SCHEMARS);
        let mut unused: Vec<&Ident> = model.generics.type_params().map(|param| &param.ident).collect();
        let mut fields = Vec::new();
        for id in columns {
            let column = model.history.column(*id);
            let (ident, attrs, more) = (&column.ident, column.attrs.iter().filter(legal), more(column));
            let ty = resolve_self(model, &column.ty);
            unused.retain(|param| !contains(ty.clone(), param));
            fields.push(quote!(#(#attrs)* #more #ident: #ty));
        }
        let mut generics = model.generics.clone();
        let own = own_type(model);
        if *is_borrowed {
            generics.params.insert(0, parse_quote!('__head));
            fields.push(quote!(#[serde(skip)] __marker: ::core::marker::PhantomData<&'__head #own>));
        } else if !unused.is_empty() {
            fields.push(quote!(#[serde(skip)] __marker: ::core::marker::PhantomData<fn() -> (#(#unused,)*)>));
        }
        let attrs = model.attrs.iter().filter(legal);
        let where_clause = &generics.where_clause;
        quote! {
            #[derive(#(#derives),*)]
            #(#attrs)*
            #[serde(crate = #at #serde)]
            struct #name #generics #where_clause {
                #(#fields,)*
            }
        }
    }
}

/// `fn __default_priority() -> Priority`, for fields that are taken from the default of the whole.
fn defaults(model: &Model) -> TokenStream {
    let whole = match &model.default {
        None => return TokenStream::new(),
        Some(ContainerDefault::Function(path)) => quote!(#path()),
        Some(ContainerDefault::Trait) => {
            let ident = &model.ident;
            quote!(<#ident as ::core::default::Default>::default())
        }
    };
    let columns =
        model.history.head.iter().map(|id| model.history.column(*id)).filter(|column| column.from_whole);
    let functions = columns.map(|column| {
        let (name, ident, ty) = (default_function(&column.ident), &column.ident, &column.ty);
        let ty = resolve_self(model, ty);
        quote!(fn #name() -> #ty { #whole.#ident })
    });
    quote!(#(#functions)*)
}

/// `match` of the version of the running call, oldest shape first.
fn by_version(model: &Model, older: impl Fn(&Shape) -> TokenStream, head: &TokenStream) -> TokenStream {
    let private = names::private();
    let arms = model.history.shapes.iter().rev().map(|shape| {
        let until = Literal::u32_unsuffixed(shape.until.number());
        let body = older(shape);
        quote!(..#until => #body)
    });
    quote! {
        match #private::wire::at() {
            #(#arms,)*
            _ => #head,
        }
    }
}

/// Tells the tests that a value was read (`up`) or written in an older shape; nothing outside of tests.
fn exercised(shape: &Shape, up: bool) -> TokenStream {
    let (private, until) = (names::private(), Literal::u32_unsuffixed(shape.until.number()));
    quote!(#private::exercised::<Self>(#until, #up);)
}

/// The generics of an impl of `derive` for the type: what the user bounds it by, or `T: derive` as serde would.
fn bounded(
    model: &Model,
    user: Option<&Vec<WherePredicate>>,
    derive: &TokenStream,
    is_parsed: bool,
) -> Generics {
    let mut generics = model.generics.clone();
    let mut predicates: Vec<WherePredicate> = Vec::new();
    if let Some(user) = user {
        predicates.extend(user.iter().cloned());
    } else {
        for param in model.generics.type_params() {
            let param = &param.ident;
            let holders = || model.history.columns().filter(|column| is_on_the_wire(column, param));
            if holders().next().is_some() {
                predicates.push(parse_quote!(#param: #derive));
            }
            if is_parsed && holders().any(|column| serde_attrs::has_bare(&column.attrs, "default")) {
                predicates.push(parse_quote!(#param: ::core::default::Default));
            }
        }
    }
    if !predicates.is_empty() {
        generics.make_where_clause().predicates.extend(predicates);
    }
    generics
}

fn is_on_the_wire(column: &Column, param: &Ident) -> bool {
    let phantom = matches!(&column.ty, Type::Path(path)
        if path.path.segments.last().is_some_and(|segment| segment.ident == "PhantomData"));
    !phantom && !serde_attrs::has(&column.attrs, "skip") && contains(column.ty.to_token_stream(), param)
}

/// Whether the identifier occurs anywhere in the tokens.
fn contains(tokens: TokenStream, ident: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(found) => found == *ident,
        TokenTree::Group(group) => contains(group.stream(), ident),
        _ => false,
    })
}

/// The type with `Self` as the user's type: in a mirror it would be the mirror.
fn resolve_self(model: &Model, ty: &Type) -> TokenStream {
    let own = own_type(model);
    replace_self(ty.to_token_stream(), &own)
}

fn replace_self(tokens: TokenStream, own: &TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Ident(ident) if ident == "Self" => own.clone(),
            TokenTree::Group(group) => {
                let mut replaced =
                    proc_macro2::Group::new(group.delimiter(), replace_self(group.stream(), own));
                replaced.set_span(group.span());
                TokenTree::Group(replaced).into()
            }
            other => other.into(),
        })
        .collect()
}

/// `Page<T>`.
fn own_type(model: &Model) -> TokenStream {
    let (ident, (_, generics, _)) = (&model.ident, model.generics.split_for_impl());
    quote!(#ident #generics)
}

/// The types of columns: one as itself, several as a tuple.
fn types(model: &Model, columns: &[ColumnId]) -> TokenStream {
    let types: Vec<_> = columns.iter().map(|id| resolve_self(model, &model.history.column(*id).ty)).collect();
    one_or_tuple(&types)
}

fn one_or_tuple(items: &[TokenStream]) -> TokenStream {
    if let [one] = items { one.clone() } else { quote!((#(#items),*)) }
}

/// `field`, or `field: local` where the two differ.
fn bind(field: &Ident, local: &TokenStream) -> TokenStream {
    if *field == local.to_string() { quote!(#local) } else { quote!(#field: #local) }
}

fn serde_path() -> String {
    names::private().to_string().replace(' ', "") + "::serde"
}

// `__`, because the user's own types are in scope where the mirrors are.
fn head_name(model: &Model) -> Ident {
    format_ident!("__{}", model.ident.unraw())
}

fn owned_name(model: &Model, shape: &Shape) -> Ident {
    format_ident!("__{}Before{}", model.ident.unraw(), shape.until.number())
}
