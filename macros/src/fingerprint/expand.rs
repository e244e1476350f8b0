use super::model::{Content, Model, Part};
use crate::names::{private, respanned};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{GenericArgument, Generics, PathArguments, Type};

/// What the type as a whole says.
pub(crate) fn said_by(model: &Model) -> TokenStream {
    let p = private();
    match &model.same {
        None => parts(model),
        Some(ty) => {
            let said = said(ty);
            quote!(#p::IntentParts { flat: &[#said], ..#p::IntentParts::ALL })
        }
    }
}

/// The implementation for a type that says `said`.
pub(crate) fn implementation(ident: &Ident, generics: &Generics, said: &TokenStream) -> TokenStream {
    let p = private();
    let name = ident.unraw().to_string();
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    // Otherwise it is only evaluated where a handler is compiled to the end.
    let asked = generics.params.is_empty().then(|| {
        quote! {
            const _: &#p::IntentParts = <#ident as #p::Intent>::PARTS;
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #impl_generics #p::Intent for #ident #type_generics #where_clause {
            const PARTS: &'static #p::IntentParts = {
                #[allow(unused_imports)]
                use #p::NoIntent as _;
                &#p::IntentParts {
                    path: ::core::concat!(::core::module_path!(), "::", #name),
                    ..#said
                }
            };
        }
        #asked
    }
}

fn parts(model: &Model) -> TokenStream {
    let p = private();
    let Model { members, flat, either, same: _ } = model;
    let members: Vec<_> = members
        .iter()
        .flat_map(|Part { names, content }| {
            let part = match content {
                Content::Skipped => None,
                Content::Whole => Some(quote!(::core::option::Option::None)),
                Content::Type(ty) => Some(said(ty)),
                Content::Model(model) => Some(inner(model)),
            };
            let named = |name: &String| match &part {
                None => quote!(#p::IntentPart::skipped(#name)),
                Some(part) => quote!(#p::IntentPart::of(#name, #part)),
            };
            names.iter().map(named).collect::<Vec<_>>()
        })
        .collect();
    let flat = flat.iter().map(said);
    let either = either.iter().map(|content| match content {
        Content::Model(Model { same: Some(ty), .. }) | Content::Type(ty) if !is_plain(ty) => {
            // Without a word of it everything would count, also what others leave out.
            let asked = respanned(quote!(<#ty as #p::Intent>::PARTS), ty.span());
            quote!(|| #asked)
        }
        Content::Model(model) if model.same.is_none() => {
            let parts = parts(model);
            quote!(|| const { &#parts })
        }
        // No object, whose members could be those of another shape.
        _ => quote!(|| &#p::IntentParts::ALL),
    });
    quote! {
        #p::IntentParts {
            members: &[#(#members),*],
            flat: &[#(#flat),*],
            either: &[#(#either),*],
            ..#p::IntentParts::ALL
        }
    }
}

/// What stands in a variant, as `Option<PartsOf>`.
fn inner(model: &Model) -> TokenStream {
    if let Some(ty) = &model.same {
        return said(ty);
    }
    let parts = parts(model);
    quote!(::core::option::Option::Some(|| const { &#parts }))
}

/// What a type says, as `Option<PartsOf>`.
pub(crate) fn said(ty: &Type) -> TokenStream {
    let p = private();
    if is_plain(ty) {
        return quote!(::core::option::Option::None);
    }
    let mut within = Vec::new();
    inside(ty, &mut within);
    let mut asked: Vec<String> = Vec::new();
    within.retain(|ty| {
        let text = ty.to_token_stream().to_string();
        let new = !is_plain(ty) && !asked.contains(&text);
        asked.push(text);
        new
    });
    let found = quote!(#p::IntentOf::<#ty>::PARTS);
    if within.is_empty() {
        return found;
    }
    respanned(quote!(#p::passed_on(#found, &[#(#p::IntentOf::<#within>::PARTS),*])), ty.span())
}

/// Whether the type is known to have no parts.
fn is_plain(ty: &Type) -> bool {
    const PLAIN: [&str; 17] = [
        "bool", "char", "str", "String", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32",
        "i64", "i128", "f32", "f64",
    ];
    matches!(ty, Type::Path(path)
        if path.path.get_ident().is_some_and(|ident| PLAIN.iter().any(|plain| ident == plain)))
}

/// The types that a type is made of, at any depth.
fn inside<'t>(ty: &'t Type, found: &mut Vec<&'t Type>) {
    let mut add = |ty: &'t Type| {
        found.push(ty);
        inside(ty, found);
    };
    match ty {
        Type::Tuple(tuple) => tuple.elems.iter().for_each(add),
        Type::Array(array) => add(&array.elem),
        Type::Slice(slice) => add(&slice.elem),
        Type::Reference(reference) => add(&reference.elem),
        Type::Paren(inner) => add(&inner.elem),
        Type::Group(inner) => add(&inner.elem),
        Type::Path(path) => {
            let arguments = path.path.segments.last().map(|segment| &segment.arguments);
            if let Some(PathArguments::AngleBracketed(arguments)) = arguments {
                for argument in &arguments.args {
                    if let GenericArgument::Type(argument) = argument {
                        add(argument);
                    }
                }
            }
        }
        _ => {}
    }
}
