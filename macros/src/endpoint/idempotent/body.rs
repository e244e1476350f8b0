//! Whether some fields of a body do not count, asked of the types themselves.

use super::super::expand::argument_types;
use super::super::types::{can_be_named, children};
use crate::names::{private, respanned};
use crate::syntax::item_fn::Handler;
use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;
use syn::spanned::Spanned;

/// `Option<TypedBody>`: how a body that this type reads is written to be compared, if some of its fields do not count.
pub(in super::super) fn counted(ty: &Type) -> TokenStream {
    let p = private();
    let found = quote!(#p::CountedBy::<#ty>::TYPED);
    let Some(Within { extractor, own, .. }) = within(ty) else { return found };
    quote!(#p::counted(#found, #p::NotJson::<#extractor>::NAME, &[#(#p::CountedIn::<#own>::TYPED),*]))
}

/// `bool`: whether some fields of a body do not count, at some version.
pub(super) fn skips(handler: &Handler, past: &[&Type]) -> Option<TokenStream> {
    let last = argument_types(handler).last().copied();
    let bodies: Vec<_> = last.into_iter().chain(past.iter().copied()).filter(|ty| can_be_named(ty)).collect();
    if bodies.is_empty() {
        return None;
    }
    let counted = bodies.into_iter().map(counted);
    Some(quote!(#(#counted.is_some())||*))
}

/// That the fields are left out which a type in the body says do not count.
pub(super) fn is_counted(handler: &Handler) -> Option<TokenStream> {
    let p = private();
    let ty = argument_types(handler).last().copied().filter(|ty| can_be_named(ty))?;
    let Within { extractor, all, .. } = within(ty)?;
    let counted = counted(ty);
    let check = quote!(#p::assert::is_counted(
        #counted.is_some(),
        #p::NotJson::<#extractor>::NAME,
        &[#(#p::Counted::<#all>::SKIPS),*],
    ););
    Some(respanned(check, ty.span()))
}

/// The types between the angle brackets of an extractor.
struct Within<'a> {
    extractor: &'a Type,
    own: Vec<&'a Type>,
    /// Those between their own too, at any depth.
    all: Vec<&'a Type>,
}

fn within(ty: &Type) -> Option<Within<'_>> {
    // `Option<Valid<Payment>>` reads what `Valid<Payment>` does.
    let mut extractor = ty;
    while let (Type::Path(path), [inner, ..]) = (extractor, &*children(extractor))
        && path.path.segments.last().is_some_and(|last| last.ident == "Option" || last.ident == "Result")
    {
        extractor = inner;
    }
    let own = children(extractor);
    let mut all = own.clone();
    let mut at = 0;
    while let Some(ty) = all.get(at) {
        all.extend(children(ty));
        at += 1;
    }
    (!own.is_empty()).then_some(Within { extractor, own, all })
}
