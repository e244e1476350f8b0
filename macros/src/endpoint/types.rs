//! The histories of the types that a handler reads and answers, asked of the types themselves.

use super::expand::{argument_types, generic_types, holds_opaque};
use super::idempotent;
use super::model::{Endpoint, Range};
use crate::names::private;
use crate::syntax::item_fn::Handler;
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::iter;
use syn::{GenericArgument, PathArguments, ReturnType, Type};

/// `&'static [Option<&'static TypeHistory>]`: of each type in the places of the signature that have the shape of the served
/// version.
pub(super) fn histories(endpoint: &Endpoint, handler: &Handler) -> TokenStream {
    // Without a version there is only the newest shape.
    if !matches!(endpoint.range, Range::Versions { .. }) {
        return quote!(&[]);
    }
    let p = private();
    let mut signature = argument_types(handler);
    signature.extend(endpoint.past.types());
    if let ReturnType::Type(_, answer) = &handler.sig.output {
        signature.push(answer);
    }
    let mut asked: Vec<TokenStream> = Vec::new();
    // What `impl` hides may be of any type.
    if signature.iter().any(|ty| holds_opaque(ty.to_token_stream())) {
        asked.push(quote!(#p::InWhole::<#p::http::Response<()>>::HISTORY));
    }
    let answer = signature.last().filter(|_| matches!(handler.sig.output, ReturnType::Type(..))).copied();
    let mut ask = |question: TokenStream| {
        if asked.iter().all(|other| other.to_string() != question.to_string()) {
            asked.push(question);
        }
    };
    for ty in signature.into_iter().filter(|ty| !holds_opaque(ty.to_token_stream()) && !borrows(ty)) {
        // It may be an alias of an answer, or a part of it one of a body.
        ask(quote!(#p::InWhole::<#ty>::HISTORY));
        if answer.is_some_and(|answer| std::ptr::eq(answer, ty)) {
            ask(quote!(#p::InError::<#ty>::HISTORY));
        }
        for leaf in leaves(ty) {
            ask(quote!(#p::InBody::<#leaf, #leaf>::HISTORY));
        }
        for body in generic_types(ty) {
            for part in parts(body) {
                ask(quote!(#p::InBody::<#body, #part>::HISTORY));
            }
        }
    }
    if asked.is_empty() {
        return quote!(&[]);
    }
    quote!({
        #[allow(unused_imports)]
        use #p::NotInBody as _;
        &[#(#asked),*]
    })
}

/// `&'static [Option<&'static TypeHistory>]`: of each type that a PUT or PATCH reads from its body.
pub(super) fn written(endpoint: &Endpoint, handler: &Handler) -> TokenStream {
    let writes = endpoint.method == "put" || endpoint.method == "patch";
    if !writes || !matches!(endpoint.range, Range::Versions { .. }) {
        return quote!(&[]);
    }
    let p = private();
    let older = endpoint.past.older.iter().flat_map(|older| &older.arguments.last);
    let bodies = argument_types(handler).pop().into_iter().chain(older.map(|argument| &argument.ty));
    // An extractor of the user's may be made around the body.
    let types = bodies.flat_map(|ty| iter::once(ty).chain(parts(ty))).filter(|ty| can_be_named(ty));
    let types: Vec<_> = types.collect();
    if types.is_empty() {
        return quote!(&[]);
    }
    quote!({
        #[allow(unused_imports)]
        use #p::NotInBody as _;
        &[#(#p::WrittenBy::<#types>::HISTORY),*]
    })
}

/// The constants `COMPARISON` and `TRANSLATIONS` of `Handled`: how requests are compared, and stored responses translated
/// to another version, as far as the types can be named.
pub(super) fn comparison(endpoint: &Endpoint, handler: &Handler) -> TokenStream {
    if endpoint.idempotent.is_none() || !handler.sig.generics.params.is_empty() {
        return TokenStream::new();
    }
    let is_versioned = matches!(endpoint.range, Range::Versions { .. });
    let requests = requests(endpoint, handler, is_versioned);
    let responses = if is_versioned { responses(handler) } else { TokenStream::new() };
    quote!(#requests #responses)
}

fn requests(endpoint: &Endpoint, handler: &Handler, is_versioned: bool) -> TokenStream {
    let p = private();
    let mut others = argument_types(handler);
    let last = others.pop().filter(|ty| can_be_named(ty));
    let last = last.map_or_else(
        || quote!(#p::ReadBody::NONE),
        |last| {
            let counted = idempotent::counted(last);
            if !is_versioned {
                return quote!(#p::ReadBody { typed: #counted, ..#p::ReadBody::NONE });
            }
            quote! {
                #p::ReadBody {
                    reader: #p::ReadBy::<#last>::READER,
                    typed: #p::either(#counted, #p::TypedBy::<#last>::TYPED),
                    history: #p::HistoryBy::<#last>::HISTORY,
                }
            }
        },
    );
    others.retain(|ty| is_versioned && can_be_named(ty));
    let older = endpoint.past.older.iter().filter(|older| older.upgrade.is_some()).map(|older| {
        let (date, bodies) = (&older.date, older.arguments.last.iter().map(|argument| &argument.ty));
        let counted = bodies.filter(|ty| can_be_named(ty)).map(idempotent::counted);
        quote!((#date, &[#(#counted),*]))
    });
    quote! {
        const COMPARISON: #p::BodyComparison = {
            #[allow(unused_imports)]
            use #p::{NotRead as _, NotTyped as _, Otherwise as _};
            #p::BodyComparison {
                last: #last,
                others: &[#(#p::HistoryBy::<#others>::HISTORY),*],
                older: &[#(#older),*],
            }
        };
    }
}

fn responses(handler: &Handler) -> TokenStream {
    let ReturnType::Type(_, response) = &handler.sig.output else { return TokenStream::new() };
    if !can_be_named(response) {
        return TokenStream::new();
    }
    let p = private();
    let parts =
        generic_types(response).into_iter().filter(|part| !std::ptr::eq(*part, &raw const **response));
    let parts = parts.map(|part| quote!(#p::TranslatedBy::<#part>::TRANSLATION));
    quote! {
        const TRANSLATIONS: &'static [::core::option::Option<#p::Translation>] = {
            #[allow(unused_imports)]
            use #p::NotTranslated as _;
            &[
                #p::TranslatedBy::<#response>::TRANSLATION,
                #p::ErrorTranslatedBy::<#response>::TRANSLATION,
                #(#parts,)*
            ]
        };
    }
}

/// Whether a type can be written in a constant.
pub(super) fn can_be_named(ty: &Type) -> bool {
    !holds_opaque(ty.to_token_stream()) && !borrows(ty)
}

/// Whether a lifetime stands in the type: it could not be named outside of the function, and nothing with a history
/// borrows.
fn borrows(ty: &Type) -> bool {
    fn any(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Punct(punct) => matches!(punct.as_char(), '\'' | '&'),
            TokenTree::Group(group) => any(group.stream()),
            _ => false,
        })
    }
    any(ty.to_token_stream())
}

/// The types between the angle brackets of a type.
pub(super) fn children(ty: &Type) -> Vec<&Type> {
    let Type::Path(path) = ty else { return Vec::new() };
    match path.path.segments.last().map(|segment| &segment.arguments) {
        Some(PathArguments::AngleBracketed(arguments)) => arguments
            .args
            .iter()
            .filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The types that a type is made of, without itself.
fn parts(ty: &Type) -> Vec<&Type> {
    let mut parts: Vec<&Type> = children(ty).into_iter().flat_map(generic_types).collect();
    parts.extend(leaves(ty));
    parts
}

/// The types without arguments that a type is made of.
fn leaves(ty: &Type) -> Vec<&Type> {
    match ty {
        Type::Tuple(tuple) => tuple.elems.iter().flat_map(leaves).collect(),
        Type::Paren(inner) => leaves(&inner.elem),
        Type::Group(inner) => leaves(&inner.elem),
        Type::Path(path) if path.qself.is_none() => match children(ty) {
            children if children.is_empty() => vec![ty],
            children => children.into_iter().flat_map(leaves).collect(),
        },
        _ => Vec::new(),
    }
}
