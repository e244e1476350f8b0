//! How requests are compared, and stored responses translated, asked of the types of a handler.

use super::expand::{argument_types, generic_types, holds_opaque};
use super::idempotent;
use super::model::{Endpoint, Range};
use crate::names::private;
use crate::syntax::item_fn::Handler;
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{GenericArgument, PathArguments, ReturnType, Type};

/// The rules by which two requests are compared, for the types that have a name.
pub(super) fn comparison(endpoint: &Endpoint, handler: &Handler) -> Option<TokenStream> {
    let is_versioned = matches!(endpoint.range, Range::Versions { .. });
    handler.sig.generics.params.is_empty().then(|| requests(endpoint, handler, is_versioned))
}

/// The functions that translate stored responses to another version, for the types that have a name.
pub(super) fn translations(endpoint: &Endpoint, handler: &Handler) -> Option<TokenStream> {
    if !handler.sig.generics.params.is_empty() || !matches!(endpoint.range, Range::Versions { .. }) {
        return None;
    }
    responses(handler)
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
        #p::BodyComparison {
            last: #last,
            others: &[#(#p::HistoryBy::<#others>::HISTORY),*],
            older: &[#(#older),*],
        }
    }
}

fn responses(handler: &Handler) -> Option<TokenStream> {
    let ReturnType::Type(_, response) = &handler.sig.output else { return None };
    if !can_be_named(response) {
        return None;
    }
    let p = private();
    let parts =
        generic_types(response).into_iter().filter(|part| !std::ptr::eq(*part, &raw const **response));
    let parts = parts.map(|part| quote!(#p::TranslatedBy::<#part>::TRANSLATION));
    Some(quote! {
        &[
            #p::TranslatedBy::<#response>::TRANSLATION,
            #p::ErrorTranslatedBy::<#response>::TRANSLATION,
            #(#parts,)*
        ]
    })
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
