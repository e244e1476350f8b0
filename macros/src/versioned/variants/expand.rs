//! The shapes of an enum, as serde sees them.
//!
//! To be read, an older shape is an enum of its own, whose variants are moved to those of the head. To be written, it
//! is the head under the names and tags of its time: serde derives for the user's own variants, which are borrowed.

use super::super::expand::serialize::{Downgrade, converting, failure};
use super::super::expand::{
    On, bounded, bounded_by_de, by_version, contains, head_name, own_type, owned_name, replaced,
    resolve_self, schema, serde_path, unused,
};
use super::super::expand::{complete, constraints, fingerprint};
use super::super::serde_attrs;
use super::complete::{hides, older_shapes};
use super::history;
use super::model::{Mapping, Mappings, Member, Model, Origin, Shape};
use super::names::written;
use super::omitted::{attributes, functions, hidden, says_itself};
use super::schema::opened;
use crate::names;
use crate::syntax::words;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use std::iter;
use steadfast_core::Date;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Field, Fields, Path, parse_quote};

pub(super) fn expand(model: &Model) -> TokenStream {
    let base = &model.base;
    let constant = names::in_constant(|| {
        let owned = iter::zip(&base.history.shapes, &model.shapes)
            .map(|(at, shape)| owned_mirror(model, at.until, shape))
            .collect();
        let schema = schema::expand(base, |until, schema| {
            let older =
                iter::zip(&base.history.shapes, &model.shapes).find(|(at, _)| Some(at.until) == until);
            opened(model, older.map_or(&model.head, |(_, shape)| shape), schema)
        });
        let items: [TokenStream; 8] = [
            functions(model),
            head_mirror(model),
            owned,
            serialize(model),
            deserialize(model),
            schema,
            history::expand(model),
            fingerprint::expand(base),
        ];
        quote!(#(#items)*)
    });
    quote!(#[allow(dead_code, deprecated)] #constant)
}

/// The enum at head: what the user derived, on a mirror.
fn head_mirror(model: &Model) -> TokenStream {
    let derives = &model.base.derives;
    let derives: Vec<_> =
        [&derives.serialize, &derives.deserialize, &derives.schema].into_iter().flatten().collect();
    let remote = model.base.ident.to_string();
    let variants: Vec<_> = model.head.members.iter().map(|member| variant(model, member)).collect();
    mirror(
        model,
        &head_name(&model.base),
        &derives,
        &model.head.attrs,
        &quote!(, remote = #remote),
        &variants,
    )
}

/// An older shape that owns its payloads: what is parsed, and what the schema describes.
fn owned_mirror(model: &Model, until: Date, shape: &Shape) -> TokenStream {
    let derives = &model.base.derives;
    let derives: Vec<_> = [&derives.deserialize, &derives.schema].into_iter().flatten().collect();
    if derives.is_empty() {
        return TokenStream::new();
    }
    let mut variants: Vec<_> = shape.members.iter().map(|member| variant(model, member)).collect();
    if let Some(marker) = marker(model, &variants) {
        variants.push(quote!(#[serde(skip)] __Marker(#marker, ::core::convert::Infallible)));
    }
    mirror(model, &owned(model, until), &derives, &shape.attrs, &TokenStream::new(), &variants)
}

/// `PhantomData` of the parameters that no variant mentions.
fn marker(model: &Model, variants: &[TokenStream]) -> Option<TokenStream> {
    let mut unused = unused(&model.base);
    unused.retain(|(param, _)| !variants.iter().any(|variant| contains(variant.clone(), param)));
    let mentions = unused.iter().map(|(_, mention)| mention);
    (!unused.is_empty()).then(|| quote!(::core::marker::PhantomData<fn() -> (#(#mentions,)*)>))
}

fn mirror(
    model: &Model,
    name: &Ident,
    derives: &[&Path],
    attrs: &[Attribute],
    serde: &TokenStream,
    variants: &[TokenStream],
) -> TokenStream {
    let at = serde_path();
    let schema = model.base.derives.schema.as_ref();
    let is_described =
        schema.is_some_and(|schema| derives.iter().any(|derive| std::ptr::eq(*derive, schema)));
    let attrs = attrs.iter().filter(|a| is_described || !a.path().is_ident(words::SCHEMARS));
    let generics = &model.base.generics;
    let where_clause = &generics.where_clause;
    quote! {
        #[derive(#(#derives),*)]
        #(#attrs)*
        #[serde(crate = #at #serde)]
        enum #name #generics #where_clause {
            #(#variants,)*
        }
    }
}

/// A variant with the attributes of the user's.
fn variant(model: &Model, member: &Member) -> TokenStream {
    let is_described = model.base.derives.schema.is_some();
    let legal = |a: &&Attribute| is_described || !a.path().is_ident(words::SCHEMARS);
    let (ident, attrs) = (&member.ident, member.attrs.iter().filter(legal));
    let fields = fields(&member.fields, |field| {
        let (attrs, ty) = (attributes(&member.origin, field), resolve_self(&model.base, &field.ty));
        let attrs = attrs.iter().filter(legal);
        let name = field.ident.as_ref().map(|name| quote!(#name:));
        quote!(#(#attrs)* #name #ty)
    });
    quote!(#(#attrs)* #ident #fields)
}

fn fields(fields: &Fields, each: impl Fn(&Field) -> TokenStream) -> TokenStream {
    let inner = fields.iter().map(each);
    match fields {
        Fields::Named(_) => quote!({ #(#inner,)* }),
        Fields::Unnamed(_) => quote!((#(#inner,)*)),
        Fields::Unit => TokenStream::new(),
    }
}

fn serialize(model: &Model) -> TokenStream {
    let base = &model.base;
    let Some(derive) = &base.derives.serialize else { return TokenStream::new() };
    let private = names::private();
    let generics = bounded(base, base.bounds.serialize.as_ref(), &quote!(#private::serde::Serialize), false);
    let steps = model.mappings.iter().map(|mappings| mapped(model, mappings, &generics));

    // A shape that is written like the next newer one is written by its mirror.
    let (mut written, mut mirrors, mut by) = (down(model, &model.head), Vec::new(), Vec::new());
    let mut name = head_name(base);
    for (at, shape) in iter::zip(&base.history.shapes, &model.shapes) {
        let variants = down(model, shape);
        if attrs_text(&variants, shape) != attrs_text(&written, last(model, by.len())) {
            name = format_ident!("__{}Before{}Down", base.ident.unraw(), at.until.number());
            let remote = base.ident.to_string();
            mirrors.push(mirror(
                model,
                &name,
                &[derive],
                &shape.attrs,
                &quote!(, remote = #remote),
                &variants,
            ));
        }
        written = variants;
        by.push((at.until, name.clone()));
    }

    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let turbofish = base.generics.split_for_impl().1;
    let turbofish = turbofish.as_turbofish();
    let (ident, head) = (&base.ident, head_name(base));
    let body = by_version(
        base,
        On::Wire,
        replaced::serialize,
        |shape| {
            let name = by.iter().find(|(until, _)| *until == shape.until).map(|(_, name)| name);
            let steps = model.mappings.iter().filter(|mappings| mappings.date >= shape.until);
            let steps: Vec<_> = steps.map(step).collect();
            let shown = if steps.is_empty() { quote!(self) } else { quote!(__shown) };
            let body = quote!(#(#steps)* #name #turbofish::serialize(#shown, __serializer));
            if steps.is_empty() { body } else { quote!({ let __shown = self; #body }) }
        },
        &{
            let fields = model.head.members.iter().flat_map(|member| &member.fields);
            let types: Vec<_> = fields.map(|field| &field.ty).collect();
            let noted = complete::noted_unless(base, &older_shapes(model), &types);
            let head = quote!(#head #turbofish::serialize(self, __serializer));
            if noted.is_empty() { head } else { quote!({ #noted #head }) }
        },
    );
    let (sensitive, hidden) = (hidden(model), complete::noted(hides(model)));
    quote! {
        #(#mirrors)*
        #(#steps)*
        #[automatically_derived]
        impl #impl_generics #private::serde::Serialize for #ident #ty_generics #where_clause {
            fn serialize<__S: #private::serde::Serializer>(
                &self,
                __serializer: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error> {
                #sensitive
                #hidden
                #body
            }
        }
    }
}

/// The shape that is newer than the older shape of this number.
fn last(model: &Model, number: usize) -> &Shape {
    number.checked_sub(1).map_or(&model.head, |newer| &model.shapes[newer])
}

/// What tells two ways of writing apart.
fn attrs_text(variants: &[TokenStream], shape: &Shape) -> String {
    let attrs = &shape.attrs;
    quote!(#(#attrs)* #(#variants),*).to_string()
}

/// The variants of the head under the names that they have in the shape.
fn down(model: &Model, shape: &Shape) -> Vec<TokenStream> {
    let variants = model.head.members.iter().enumerate().map(|(i, head)| {
        let there = shape.members.iter().find(|member| matches!(member.origin, Origin::Head(at) if at == i));
        let Some(there) = there else {
            let gone = Member {
                attrs: vec![parse_quote!(#[serde(skip_serializing)])],
                fields: without_attrs(&head.fields),
                ..head.clone()
            };
            return described_by_none(model, &gone);
        };
        let mut member = Member { ident: head.ident.clone(), ..there.clone() };
        let is_named = serde_attrs::has(&member.attrs, "rename");
        if there.ident != head.ident && !is_named {
            let name = written(&shape.attrs, &there.ident);
            member.attrs.push(parse_quote!(#[serde(rename = #name)]));
        }
        described_by_none(model, &member)
    });
    variants.collect()
}

/// A variant of a mirror for which no schema is derived.
fn described_by_none(model: &Model, member: &Member) -> TokenStream {
    let mut member = member.clone();
    member.attrs.retain(|a| a.path().is_ident(words::SERDE));
    for field in &mut member.fields {
        field.attrs = attributes(&member.origin, field);
        field.attrs.retain(|a| a.path().is_ident(words::SERDE));
    }
    variant(model, &member)
}

fn without_attrs(fields: &Fields) -> Fields {
    let mut fields = fields.clone();
    for field in &mut fields {
        field.attrs.clear();
    }
    fields
}

/// One step back in time: what clients before a date see of the variants that came with it.
fn mapped(
    model: &Model,
    Mappings { date, mapped, earlier }: &Mappings,
    generics: &syn::Generics,
) -> TokenStream {
    let private = names::private();
    let (ident, own) = (&model.base.ident, own_type(&model.base));
    let members = &model.head.members;
    let error = failure();
    let arms = mapped.iter().map(|(i, mapping)| {
        let from = &members[*i].ident;
        let value = match mapping {
            Mapping::Unit(to) => {
                let to = &members[*to].ident;
                quote!(#ident::#to)
            }
            Mapping::Function(downgrade) => {
                let local = Ident::new("older", Span::mixed_site());
                let statement = format!("`{}::{}`, added in {date}", ident.unraw(), from.unraw());
                let downgrade = Downgrade { function: downgrade, returns: &own, statement, error: &error };
                let value = downgrade.call(&[quote!(&#own)], &quote!(__head));
                quote!({ let #local: #own = #value; #local })
            }
        };
        quote!(#ident::#from { .. } => { #private::wire::merged(); #value })
    });
    let rest =
        (mapped.len() < members.len()).then(|| quote!(_ => return ::core::result::Result::Ok(__head),));
    let is_checked = mapped.iter().any(|(_, mapping)| matches!(mapping, Mapping::Function(_)));
    let check = is_checked.then(|| {
        let earlier = earlier.iter().map(|i| &members[*i].ident);
        let name = ident.unraw().to_string();
        let date = date.to_string();
        let names: Vec<_> = members.iter().map(|member| &member.ident).collect();
        let texts: Vec<_> = names.iter().map(|name| name.unraw().to_string()).collect();
        quote! {
            if !::core::matches!(__older, #(#ident::#earlier { .. })|*) {
                let __name = |value: &#own| match value { #(#ident::#names { .. } => #texts,)* };
                let __newer = #private::Newer {
                    enumeration: #name,
                    date: #date,
                    from: __name(__head),
                    to: __name(&__older),
                };
                return ::core::result::Result::Err(
                    <#error as #private::serde::ser::Error>::custom(__newer),
                );
            }
        }
    });
    let says_itself = is_checked.then(|| says_itself(model, &error));
    let function = before(*date);
    let mut generics = generics.clone();
    generics.params.insert(0, parse_quote!('__head));
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    quote! {
        fn #function #impl_generics (
            __head: &'__head #own,
            __held: &'__head mut ::core::option::Option<#own>,
        ) -> ::core::result::Result<&'__head #own, #error> #where_clause {
            let __older: #own = match __head {
                #(#arms,)*
                #rest
            };
            #check
            #says_itself
            ::core::result::Result::Ok(__held.insert(__older))
        }
    }
}

/// The call of [`mapped`].
fn step(Mappings { date, .. }: &Mappings) -> TokenStream {
    let private = names::private();
    let (function, held) = (before(*date), format_ident!("__held{}", date.number()));
    quote! {
        let mut #held = ::core::option::Option::None;
        let __shown = #function(__shown, &mut #held)
            .map_err(<__S::Error as #private::serde::ser::Error>::custom)?;
    }
}

fn before(date: Date) -> Ident {
    format_ident!("__before{}", date.number())
}

fn deserialize(model: &Model) -> TokenStream {
    let base = &model.base;
    if base.derives.deserialize.is_none() {
        return TokenStream::new();
    }
    let private = names::private();
    let (_, ty_generics, _) = base.generics.split_for_impl();
    let turbofish = ty_generics.as_turbofish();
    let generics = bounded_by_de(base);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (ident, head) = (&base.ident, head_name(base));
    let body = by_version(
        base,
        On::Wire,
        replaced::deserialize,
        |at| {
            let shape =
                iter::zip(&base.history.shapes, &model.shapes).find(|(shape, _)| shape.until == at.until);
            shape.map(|(_, shape)| upgrade(model, at.until, shape)).unwrap_or_default()
        },
        &quote!(#head #turbofish::deserialize(__deserializer)),
    );
    let body = constraints::checked(base, body);
    quote! {
        #[automatically_derived]
        impl #impl_generics #private::serde::Deserialize<'de> for #ident #ty_generics #where_clause {
            fn deserialize<__D: #private::serde::Deserializer<'de>>(
                __deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                #body
            }
        }
    }
}

/// The older shape, parsed and brought to the head.
fn upgrade(model: &Model, until: Date, shape: &Shape) -> TokenStream {
    let private = names::private();
    let (owned, (_, ty_generics, _)) = (owned(model, until), model.base.generics.split_for_impl());
    let arms = shape.members.iter().map(|member| {
        let ident = &member.ident;
        let members: Vec<_> = member.fields.members().collect();
        let locals: Vec<_> = (0..members.len()).map(|i| format_ident!("__{i}")).collect();
        let value = match &member.origin {
            Origin::Head(i) => {
                let head = &model.head.members[*i].ident;
                quote!(Self::#head { #(#members: #locals,)* })
            }
            Origin::Removed(Some(upgrade)) if locals.is_empty() => {
                let (converting, value) = (converting(), quote_spanned!(upgrade.span()=> #private::in_place::<Self, _, _>(#upgrade)));
                quote!({ #converting #value })
            }
            Origin::Removed(Some(upgrade)) => {
                let parameters = member.fields.iter().map(|field| resolve_self(&model.base, &field.ty));
                let (local, converting) = (Ident::new("upgrade", Span::mixed_site()), converting());
                let place = history::place(shape, member);
                let upgraded = quote_spanned!(upgrade.span()=> #private::upgraded::<Self, _, __D>(#local(#(#locals),*), #place));
                quote!({ let #local: fn(#(#parameters),*) -> _ = #upgrade; #converting #upgraded? })
            }
            Origin::Removed(None) => TokenStream::new(),
        };
        quote!(#owned::#ident { #(#members: #locals,)* } => #value)
    });
    let variants: Vec<_> = shape.members.iter().map(|member| variant(model, member)).collect();
    let marker = marker(model, &variants).map(|_| quote!(#owned::__Marker(_, never) => match never {},));
    quote! {
        ::core::result::Result::Ok(
            match <#owned #ty_generics as #private::serde::Deserialize<'de>>::deserialize(__deserializer)? {
                #(#arms,)*
                #marker
            },
        )
    }
}

fn owned(model: &Model, until: Date) -> Ident {
    let shape = super::super::model::Shape { until, columns: Vec::new() };
    owned_name(&model.base, &shape)
}
