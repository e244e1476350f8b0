//! The shapes of a type, as serde sees them.
//!
//! For every shape the expansion has mirrors of the user's struct, which serde derives for; the type's own impls
//! choose between them by the version of the running call.

pub(super) mod changes;
mod columns;
pub(super) mod complete;
pub(super) mod constraints;
mod deserialize;
pub(super) mod fingerprint;
mod lifetimes;
pub(super) mod omitted;
mod overwrite;
pub(super) mod place;
pub(super) mod replaced;
pub(super) mod schema;
pub(super) mod sensitive;
pub(super) mod serialize;

use super::check::default_function;
use super::model::{Column, ColumnId, Derives, Model, Shape};
use super::plain::{Direction, Plain};
use super::replaced::Replaced;
use super::serde_attrs::{self, ContainerDefault};
use crate::names;
use crate::syntax::words;
use proc_macro2::{Ident, Literal, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::{Attribute, GenericParam, Generics, Member, Path, Type, WherePredicate, parse_quote};

pub(super) fn expand(model: &Model) -> TokenStream {
    let constant = names::in_constant(|| {
        let owned = model.history.shapes.iter().map(|shape| owned_mirror(model, shape)).collect();
        let schema = schema::expand(model, |until, schema| {
            let shape = model.history.shapes.iter().find(|shape| Some(shape.until) == until);
            sensitive::schema(model, shape, schema)
        });
        let items: [TokenStream; 10] = [
            head_mirror(model),
            owned,
            defaults(model),
            omitted::functions(model),
            serialize::expand(model),
            deserialize::expand(model),
            schema,
            changes::expand(model),
            overwrite::checks(model),
            fingerprint::expand(model),
        ];
        quote!(#(#items)*)
    });
    quote!(#[allow(dead_code, deprecated)] #constant)
}

/// The type at head: what the user derived, on a mirror.
fn head_mirror(model: &Model) -> TokenStream {
    let head = &model.history.head;
    let Derives { serialize, deserialize, schema, fingerprint: _ } = &model.derives;
    let serialize = serialize.as_ref().filter(|_| Plain::of(model, head, Direction::Write).is_none());
    let deserialize = deserialize.as_ref().filter(|_| Plain::of(model, head, Direction::Read).is_none());
    let remote = model.ident.to_string();
    let mirror = Mirror {
        name: head_name(model),
        derives: [serialize, deserialize, schema.as_ref()].into_iter().flatten().collect(),
        is_described: schema.is_some(),
        serde: quote!(, remote = #remote),
        is_borrowed: false,
    };
    mirror.expand(model, head, |_| TokenStream::new())
}

/// An older shape that owns its columns: what is parsed, and what the schema describes.
fn owned_mirror(model: &Model, shape: &Shape) -> TokenStream {
    let Derives { deserialize, schema, .. } = &model.derives;
    let is_plain = Plain::of(model, &shape.columns, Direction::Read).is_some();
    let deserialize = deserialize.as_ref().filter(|_| !is_plain);
    let derives = [deserialize, schema.as_ref()].into_iter().flatten().collect();
    let mirror = Mirror {
        name: owned_name(model, shape),
        derives,
        is_described: model.derives.schema.is_some(),
        serde: TokenStream::new(),
        is_borrowed: false,
    };
    mirror.expand(model, &shape.columns, |_| TokenStream::new())
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
    /// The struct with these columns, if anything is derived for it; each may get one more attribute.
    fn expand(
        &self,
        model: &Model,
        columns: &[ColumnId],
        more: impl Fn(&Column) -> TokenStream,
    ) -> TokenStream {
        let Self { name, derives, is_described, serde, is_borrowed } = self;
        if derives.is_empty() {
            return TokenStream::new();
        }
        let at = serde_path();
        let legal = |attribute: &&Attribute| *is_described || !attribute.path().is_ident(words::SCHEMARS);
        let mut unused = unused(model);
        let mut fields = Vec::new();
        for id in columns {
            let column = model.history.column(*id);
            let attrs = omitted::attributes(model, *id);
            let (ident, attrs, more) = (&column.ident, attrs.iter().filter(legal), more(column));
            let ty = resolve_self(model, &column.ty);
            unused.retain(|(param, _)| !contains(ty.clone(), param));
            let name = (!model.is_tuple).then(|| quote!(#ident:));
            fields.push((quote!(#(#attrs)* #more #name), ty));
        }
        let mut generics = model.generics.clone();
        let own = own_type(model);
        let mut marker = None;
        if *is_borrowed {
            generics.params.insert(0, parse_quote!('__head));
            marker = Some(quote!(&'__head #own));
        } else if !unused.is_empty() {
            let unused = unused.iter().map(|(_, mention)| mention);
            marker = Some(quote!(fn() -> (#(#unused,)*)));
        }
        let attrs = model.attrs.iter().filter(legal);
        let where_clause = &generics.where_clause;
        if model.is_tuple {
            // Another position would be seen on the wire, so that the first one mentions what is unused.
            if let (Some(marker), Some((lead, ty)), Some(first)) =
                (marker, fields.first_mut(), columns.first())
            {
                let private = names::private();
                // What serde sees without a word from a reference, it does not see from a projection.
                if lifetimes::is_implicit(&model.history.column(*first).ty) {
                    *lead = quote!(#lead #[serde(borrow)]);
                }
                *ty = quote!(<#ty as #private::Same<::core::marker::PhantomData<#marker>>>::Type);
            }
            let fields = fields.iter().map(|(lead, ty)| quote!(#lead #ty));
            return quote! {
                #[derive(#(#derives),*)]
                #(#attrs)*
                #[serde(crate = #at #serde)]
                struct #name #generics (#(#fields,)*) #where_clause;
            };
        }
        let fields = fields.iter().map(|(lead, ty)| quote!(#lead #ty));
        let marker = marker.map(|ty| quote!(#[serde(skip)] __marker: ::core::marker::PhantomData<#ty>));
        let fields = fields.chain(marker);
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

/// The parameters of the type that a mirror must mention, with how it does.
pub(super) fn unused(model: &Model) -> Vec<(Ident, TokenStream)> {
    let lifetimes = model.generics.lifetimes().map(|param| {
        let lifetime = &param.lifetime;
        (lifetime.ident.clone(), quote!(&#lifetime ()))
    });
    let types =
        model.generics.type_params().map(|param| (param.ident.clone(), param.ident.to_token_stream()));
    lifetimes.chain(types).collect()
}

/// The field of the head that the column is.
fn member(model: &Model, id: ColumnId) -> Member {
    let column = model.history.column(id);
    if model.is_tuple { Member::from(column.place.field) } else { column.ident.clone().into() }
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
    let columns = model.history.head.iter().filter(|id| model.history.column(**id).from_whole);
    let functions = columns.map(|id| {
        let (column, member) = (model.history.column(*id), member(model, *id));
        let (name, ty) = (default_function(&column.ident), resolve_self(model, &column.ty));
        quote!(fn #name() -> #ty { #whole.#member })
    });
    quote!(#(#functions)*)
}

/// Where the shape of a type is told.
#[derive(Clone, Copy)]
pub(super) enum On {
    /// To a client: it must be known which version it has.
    Wire,
    Schema,
}

/// `match` of the version of the running call, oldest shape first; before it what the type replaced.
pub(super) fn by_version(
    model: &Model,
    on: On,
    replaced: impl Fn(&Model, &Replaced) -> TokenStream,
    older: impl Fn(&Shape) -> TokenStream,
    head: &TokenStream,
) -> TokenStream {
    let private = names::private();
    let replaced = model.replaced.as_ref().map(|older| {
        let until = Literal::u32_unsuffixed(older.date.number());
        let body = replaced(model, older);
        quote!(..#until => #body,)
    });
    if model.history.shapes.is_empty() && replaced.is_none() {
        return head.clone();
    }
    let arms = model.history.shapes.iter().rev().map(|shape| {
        let until = Literal::u32_unsuffixed(shape.until.number());
        let body = older(shape);
        quote!(..#until => #body)
    });
    let newest = model
        .history
        .shapes
        .first()
        .map(|shape| shape.until)
        .max(model.replaced.as_ref().map(|older| older.date));
    let at = if let (On::Wire, Some(newest)) = (on, newest) {
        let newest = Literal::u32_unsuffixed(newest.number());
        quote!(#private::wire::shape_of::<Self>(#newest))
    } else {
        quote!(#private::wire::at())
    };
    quote! {
        match #at {
            #replaced
            #(#arms,)*
            _ => #head,
        }
    }
}

/// The generics of an impl of `Deserialize`, with `'de`.
pub(super) fn bounded_by_de(model: &Model) -> Generics {
    let private = names::private();
    let derive = quote!(#private::serde::Deserialize<'de>);
    let mut generics = bounded(model, model.bounds.deserialize.as_ref(), &derive, true);
    let borrowed = lifetimes::borrowed(model);
    let de: GenericParam =
        if borrowed.is_empty() { parse_quote!('de) } else { parse_quote!('de: #(#borrowed)+*) };
    generics.params.insert(0, de);
    generics
}

/// Tells the tests that a value was read (`up`) or written in an older shape; nothing outside of tests.
fn exercised(model: &Model, shape: &Shape, up: bool) -> TokenStream {
    let (private, until) = (names::private(), Literal::u32_unsuffixed(shape.until.number()));
    let name = model.ident.unraw().to_string();
    quote!(#private::exercised(::core::concat!(::core::module_path!(), "::", #name), #until, #up);)
}

/// The generics of an impl of `derive` for the type: what the user bounds it by, or `T: derive` as serde would.
pub(super) fn bounded(
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
            if holders().next().is_some() || contains(super::replaced::tokens(model.replaced.as_ref()), param)
            {
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
pub(crate) fn contains(tokens: TokenStream, ident: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(found) => found == *ident,
        TokenTree::Group(group) => contains(group.stream(), ident),
        _ => false,
    })
}

/// The type with `Self` as the user's type: in a mirror it would be the mirror.
pub(super) fn resolve_self(model: &Model, ty: &Type) -> TokenStream {
    resolve(ty, &own_type(model))
}

/// The type with `Self` as another one.
pub(super) fn resolve(ty: &Type, own: &TokenStream) -> TokenStream {
    replace_self(ty.to_token_stream(), own)
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
pub(super) fn own_type(model: &Model) -> TokenStream {
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
fn bind(field: &Member, local: &TokenStream) -> TokenStream {
    match field {
        Member::Named(name) if *name == local.to_string() => quote!(#local),
        _ => quote!(#field: #local),
    }
}

pub(super) fn serde_path() -> String {
    names::private().to_string().replace(' ', "") + "::serde"
}

// `__`, because the user's own types are in scope where the mirrors are; `Head`, because so are `__D` and `__S`.
pub(super) fn head_name(model: &Model) -> Ident {
    format_ident!("__{}Head", model.ident.unraw())
}

pub(super) fn owned_name(model: &Model, shape: &Shape) -> Ident {
    format_ident!("__{}Before{}", model.ident.unraw(), shape.until.number())
}
