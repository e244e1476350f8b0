//! What the types of a signature read and show, asked of the types themselves.

use super::expand::{argument_types, generic_types, holds_opaque};
use super::model::{Endpoint, Range};
use super::types::children;
use crate::names::{private, respanned};
use crate::syntax::item_fn::Handler;
use crate::syntax::literals::DateLit;
use crate::syntax::words;
use crate::versioned::contains;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{
    GenericArgument, Ident, PathArguments, ReturnType, Type, TypeImplTrait, TypeParamBound, parse_quote,
};

/// The types of a handler's signature that stand for bodies and parts of requests.
pub(super) struct Signature {
    /// The types of its arguments, and of those that only older versions read; with the types between their angle brackets.
    pub(super) arguments: Vec<Type>,
    /// The type of its response, with a name for each `impl`.
    pub(super) response: Type,
    /// Whether there was an `impl`.
    is_hidden: bool,
    /// The parameters of the function that are types.
    parameters: Vec<Ident>,
}

impl Signature {
    pub(super) fn of(endpoint: &Endpoint, handler: &Handler) -> Self {
        let arguments = argument_types(handler).into_iter().chain(endpoint.past.types());
        let mut seen = Vec::new();
        let is_new = |ty: &&Type| {
            // What is asked twice costs twice, and would be told twice.
            let text = ty.to_token_stream().to_string();
            let is_new = !seen.contains(&text);
            seen.push(text);
            is_new
        };
        let arguments = arguments.flat_map(with_parts).filter(is_new).cloned().collect();
        let parameters =
            handler.sig.generics.type_params().map(|parameter| parameter.ident.clone()).collect();
        let (response, is_hidden) = response(handler);
        Self { arguments, response, is_hidden, parameters }
    }

    /// `&'static [&'static TypeHistory]`: what changed about each type.
    pub(super) fn histories(&self, endpoint: &Endpoint) -> Option<TokenStream> {
        let p = private();
        if !matches!(endpoint.range, Range::Versions { .. } | Range::Unsaid) {
            return None;
        }
        let Self { arguments, response, .. } = self;
        let arguments = arguments.iter().map(|ty| {
            let tokens = ty.to_token_stream();
            let facts = quote!(#p::ArgumentOf::<#ty>::FACTS);
            // What a parameter stands for is not known here, unless it is in a place that is.
            if self.parameters.iter().any(|parameter| contains(tokens.clone(), parameter)) {
                quote!(#facts.history_or_unknown())
            } else {
                quote!(#facts.history)
            }
        });
        let parts = generic_types(response).into_iter().filter(|part| !std::ptr::eq(*part, response));
        // What a `downgrade` returns has no name here.
        let is_downgraded = endpoint.past.older.iter().any(|older| older.downgrade.is_some());
        let is_opaque = endpoint.opaque.is_some() || is_downgraded;
        let opaque = is_opaque.then(|| quote!(#p::UNKNOWN,));
        // A list asks for the version of an endpoint that shows something unknown: not of one that shows nothing at all.
        let shown = if matches!(endpoint.range, Range::Unsaid) && !self.is_hidden {
            quote!(#p::shown(#p::Responds::<#response>::IS_RESPONSE, #p::Shown::<#response>::HISTORY))
        } else {
            quote!(#p::Shown::<#response>::HISTORY)
        };
        let found = found(endpoint).map(|(probe, ty)| quote!(#p::#probe::<#ty>::HISTORY,));
        Some(quote!(&[
            #(#found)*
            #(#arguments,)*
            #(#p::HeadersOf::<#parts>::HISTORY,)*
            #shown,
            #opaque
        ]))
    }

    /// `&'static [&'static TypeHistory]`: what changed about what a PUT or PATCH reads from its body.
    pub(super) fn written(endpoint: &Endpoint, handler: &Handler) -> Option<TokenStream> {
        let p = private();
        let writes = endpoint.method == "put" || endpoint.method == "patch";
        if !writes || !matches!(endpoint.range, Range::Versions { .. }) {
            return None;
        }
        let older = endpoint.past.older.iter().flat_map(|older| &older.arguments.last);
        let bodies = argument_types(handler).pop().into_iter().chain(older.map(|argument| &argument.ty));
        let bodies = bodies.flat_map(with_parts);
        Some(quote!(&[#(#p::ArgumentOf::<#bodies>::FACTS.body),*]))
    }

    /// That each type may stand in this endpoint, shown where the user wrote it.
    pub(super) fn fits(&self, endpoint: &Endpoint) -> TokenStream {
        let p = private();
        let is_protected = endpoint.idempotent.is_some();
        let asks = match &endpoint.range {
            Range::Neutral if is_protected => return TokenStream::new(),
            Range::Neutral => quote!(#p::Asks::Neutral),
            Range::Unsaid => quote!(#p::Asks::Unsaid),
            Range::Versions { since, .. } => quote!(#p::Asks::Versioned(#since)),
        };
        let Self { arguments, response, .. } = self;
        let arguments = arguments.iter().map(|ty| {
            let check = quote!(#p::assert::argument(#p::ArgumentOf::<#ty>::FACTS, #asks, #is_protected););
            respanned(check, ty.span())
        });
        let check = quote!(#p::assert::response(
            #p::Shown::<#response>::HISTORY,
            #p::Shown::<#response>::HEAD,
            #p::Shown::<#response>::INSTEAD,
            #asks,
        ););
        let found = found(endpoint).map(|(probe, ty)| {
            let check = quote!(#p::assert::response(
                #p::#probe::<#ty>::HISTORY,
                #p::#probe::<#ty>::HEAD,
                #p::#probe::<#ty>::INSTEAD,
                #asks,
            ););
            respanned(check, ty.span())
        });
        arguments.chain([respanned(check, response.span())]).chain(found).collect()
    }

    /// Statements that compile if nothing of the bodies is hidden.
    pub(super) fn asked(&self, endpoint: &Endpoint) -> TokenStream {
        let p = private();
        let Self { arguments, response, .. } = self;
        if !is_strict(endpoint) {
            // What `impl` hides is asked where the handler is called.
            let responds = quote!(let _ = <#response as #p::axum::response::IntoResponse>::into_response;);
            return if self.is_hidden { TokenStream::new() } else { respanned(responds, response.span()) };
        }
        let arguments = arguments.iter().map(|ty| {
            let p = respanned(private(), ty.span());
            quote_spanned!(ty.span()=> #p::known(#p::Ask::<#ty>::argument().read());)
        });
        let p = respanned(private(), response.span());
        let response = quote_spanned!(response.span()=> #p::described::<#response>(););
        let found = found(endpoint).map(|(probe, ty)| {
            let p = respanned(private(), ty.span());
            quote_spanned!(ty.span()=> #p::found_described(#p::#probe::<#ty>::response());)
        });
        quote!(#response #(#arguments)* #(#found)*)
    }
}

/// Whether all bodies of an endpoint must be known.
pub(super) fn is_strict(endpoint: &Endpoint) -> bool {
    strict(endpoint).is_some()
}

/// The first version of an endpoint, if all its bodies must be known.
pub(super) fn strict(endpoint: &Endpoint) -> Option<&DateLit> {
    match &endpoint.range {
        Range::Versions { since, .. } if endpoint.opaque.is_none() => Some(since),
        _ => None,
    }
}

/// The extractors that find a response again, each with what asks it.
fn found(endpoint: &Endpoint) -> impl Iterator<Item = (TokenStream, &Type)> {
    let policy = endpoint.idempotent.as_ref();
    let recover = policy.and_then(|policy| policy.recover.as_deref()).map(|ty| (quote!(RecoveredBy), ty));
    let reference = policy.and_then(|policy| policy.reference.as_deref()).map(|ty| (quote!(ReferredBy), ty));
    recover.into_iter().chain(reference)
}

/// The type of a response, with a name for each `impl`; and whether there was one.
fn response(handler: &Handler) -> (Type, bool) {
    let ReturnType::Type(_, written) = &handler.sig.output else { return (parse_quote!(()), false) };
    let mut ty = (**written).clone();
    name_hidden(&mut ty);
    let is_hidden = holds_opaque(written.to_token_stream());
    (ty, is_hidden)
}

fn name_hidden(ty: &mut Type) {
    match ty {
        Type::ImplTrait(hidden) => {
            let p = private();
            let told = told(hidden);
            let named = respanned(quote!(#p::Hidden<#told>), hidden.span());
            *ty = syn::parse2(named).unwrap_or_else(|_| ty.clone());
        }
        Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(name_hidden),
        Type::Paren(inner) => name_hidden(&mut inner.elem),
        Type::Group(inner) => name_hidden(&mut inner.elem),
        Type::Path(path) => {
            if let Some(PathArguments::AngleBracketed(arguments)) =
                path.path.segments.last_mut().map(|segment| &mut segment.arguments)
            {
                for argument in &mut arguments.args {
                    if let GenericArgument::Type(ty) = argument {
                        name_hidden(ty);
                    }
                }
            }
        }
        _ => {}
    }
}

/// What the traits behind an `impl` tell. A trait object stands for the one that names a body, so that its type tells
/// whether that is the body of a response. None could stand for any other: there may be several of them, and few traits
/// have objects.
fn told(hidden: &TypeImplTrait) -> TokenStream {
    let p = private();
    let named = |word: &'static str| {
        hidden.bounds.iter().find_map(move |bound| {
            let TypeParamBound::Trait(bound) = bound else { return None };
            let PathArguments::AngleBracketed(arguments) = &bound.path.segments.last()?.arguments else {
                return None;
            };
            arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::AssocType(named) if named.ident == word => Some((bound, &named.ty)),
                _ => None,
            })
        })
    };
    if let Some((bound, _)) = named(words::BODY) {
        quote!(dyn #bound)
    } else if let Some((_, item)) = named(words::ITEM) {
        let mut item = item.clone();
        name_hidden(&mut item);
        quote!(#p::Items<#item>)
    } else {
        quote!(#p::Nameless)
    }
}

/// A type, and those with parameters between its angle brackets: an extractor may be made around another one.
fn with_parts(ty: &Type) -> Vec<&Type> {
    let mut found = vec![ty];
    let mut at = 0;
    while let Some(ty) = found.get(at).copied() {
        let parts = generic_types(ty).into_iter().filter(|part| !std::ptr::eq(*part, ty));
        // `Option<Json<Payment>>` is asked as a whole.
        let whole =
            |part: &&Type| !is_whole(ty) || !children(ty).iter().any(|child| std::ptr::eq(*child, *part));
        found.extend(parts.filter(whole));
        at += 1;
    }
    found
}

fn is_whole(ty: &Type) -> bool {
    matches!(ty, Type::Path(path)
        if path.path.segments.last().is_some_and(|last| last.ident == "Option" || last.ident == "Result"))
}
