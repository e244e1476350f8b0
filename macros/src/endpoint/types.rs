//! The histories of the types that a handler reads and answers, asked of the types themselves.

use super::expand::{argument_types, generic_types, holds_opaque};
use super::model::{Endpoint, Range};
use crate::names::private;
use crate::syntax::item_fn::Handler;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
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

/// What a retry at another version is compared and answered by: the constants `READS` and `TELLING` of `Handled`, if the
/// types can be named.
pub(super) fn at_other_versions(endpoint: &Endpoint, handler: &Handler) -> TokenStream {
    let is_versioned = matches!(endpoint.range, Range::Versions { .. });
    if !is_versioned || endpoint.idempotent.is_none() || !handler.sig.generics.params.is_empty() {
        return TokenStream::new();
    }
    let p = private();
    let can_be_named = |ty: &&Type| !holds_opaque(ty.to_token_stream()) && !borrows(ty);
    let arguments = argument_types(handler);
    let mut constants = TokenStream::new();
    let mut reads = arguments.iter().copied().filter(can_be_named).map(reads).peekable();
    if reads.peek().is_some() {
        constants.extend(quote! {
            const READS: &'static [#p::Reads] = {
                #[allow(unused_imports)]
                use #p::{NotAsked as _, NotRestated as _};
                &[#(#reads),*]
            };
        });
    }
    if let ReturnType::Type(_, answer) = &handler.sig.output
        && let answer = &**answer
        && can_be_named(&answer)
    {
        let mut asked =
            vec![quote!(#p::ToldBy::<#answer>::TELLING), quote!(#p::ErrorToldBy::<#answer>::TELLING)];
        for part in generic_types(answer).into_iter().filter(|part| !std::ptr::eq(*part, answer)) {
            asked.push(quote!(#p::ToldBy::<#part>::TELLING));
        }
        constants.extend(quote! {
            const TELLING: &'static [::core::option::Option<#p::Telling>] = {
                #[allow(unused_imports)]
                use #p::NotTold as _;
                &[#(#asked),*]
            };
        });
    }
    constants
}

/// What an argument of this type reads, as `Reads`.
pub(super) fn reads(ty: &Type) -> TokenStream {
    let p = private();
    let restating = ["RestatedBy", "RepeatedBy", "ReadBy"].map(|probe| Ident::new(probe, Span::call_site()));
    quote!(#p::Reads::new([#(#p::#restating::<#ty>::RESTATING),*], #p::AskedBy::<#ty>::HISTORY))
}

/// Whether a lifetime stands in the type: it could not be named outside of the function, and nothing with a history
/// borrows.
pub(super) fn borrows(ty: &Type) -> bool {
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
