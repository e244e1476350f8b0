//! What the types of a body say of their parts, asked of the types themselves.

use super::super::expand::{argument_types, holds_opaque};
use super::super::types::{borrows, children};
use crate::names::{private, respanned};
use crate::syntax::item_fn::Handler;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Type;
use syn::spanned::Spanned;

/// `&'static [Option<PartsOf>]`: of the argument that reads the body, which is the last, and of those that older versions
/// have in its place. `None` if there is nothing to ask.
pub(super) fn typed(handler: &Handler, past: &[&Type]) -> Option<TokenStream> {
    // With parameters of its own the function cannot be asked about before they are known.
    if !handler.sig.generics.params.is_empty() {
        return None;
    }
    let p = private();
    let arguments = argument_types(handler);
    let last = arguments.last().copied().filter(|ty| is_asked(ty)).map(body);
    let older =
        past.iter().copied().filter(|ty| is_asked(ty)).map(|ty| quote!(#p::IntentOfBody::<#ty>::PARTS));
    let asked: Vec<_> = last.into_iter().chain(older).collect();
    if asked.is_empty() {
        return None;
    }
    Some(quote!({
        #[allow(unused_imports)]
        use #p::{NoIntent as _, Otherwise as _};
        &[#(#asked),*]
    }))
}

/// What the body says that an argument reads.
fn body(ty: &Type) -> TokenStream {
    let p = private();
    let found = quote!(#p::IntentOfBody::<#ty>::PARTS);
    let Some(Within { extractor, own, .. }) = within(ty) else { return found };
    quote!(#p::body(#found, #p::NotJson::<#extractor>::NAME, &[#(#p::IntentOf::<#own>::PARTS),*]))
}

/// `&'static [Option<Outline>]`: what is known of the fields of the same types. `None` if there is nothing to ask.
pub(super) fn outlined(handler: &Handler, past: &[&Type]) -> Option<TokenStream> {
    if !handler.sig.generics.params.is_empty() {
        return None;
    }
    let p = private();
    let types: Vec<&Type> = argument_types(handler).last().into_iter().chain(past).copied().collect();
    // What cannot be asked may read anything.
    if types.is_empty() || !types.iter().all(|ty| is_asked(ty)) {
        return None;
    }
    Some(quote!({
        #[allow(unused_imports)]
        use #p::NoOutline as _;
        &[#(#p::OutlineOf::<#types>::OUTLINE),*]
    }))
}

/// What the body's type says of its parts, as `Option<&'static Parts>`, if the type alone says it.
pub(super) fn said(handler: &Handler, past: &[&Type]) -> Option<TokenStream> {
    let p = private();
    let ty = argument_types(handler).last().copied().filter(|ty| is_asked(ty)).filter(|_| past.is_empty())?;
    Some(quote!({
        #[allow(unused_imports)]
        use #p::NoIntent as _;
        #p::IntentOfBody::<#ty>::SAID
    }))
}

/// That nothing in the body says what would not be heard.
pub(super) fn is_heard(handler: &Handler) -> Option<TokenStream> {
    let p = private();
    let ty = argument_types(handler).last().copied().filter(|ty| is_asked(ty))?;
    let Within { extractor, own, all } = within(ty)?;
    let heard = quote!({
        #[allow(unused_imports)]
        use #p::NoIntent as _;
        #p::assert::is_heard(
            #p::IntentOfBody::<#ty>::PARTS,
            #p::NotJson::<#extractor>::NAME,
            &[#(#p::IntentOf::<#own>::PARTS),*],
            &[#(#p::IntentOf::<#all>::PARTS),*],
        );
    });
    Some(respanned(heard, ty.span()))
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

fn is_asked(ty: &Type) -> bool {
    !holds_opaque(ty.to_token_stream()) && !borrows(ty)
}
