use super::super::expand::{argument_types, generic_types, holds_opaque};
use super::model::{Policy, Scope};
use super::{authorize, body};
use crate::names::{private, respanned};
use crate::syntax::item_fn::Handler;
use crate::syntax::words;
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use std::time::Duration;
use steadfast_core::path::text_id;
use syn::spanned::Spanned;
use syn::{ReturnType, Type};

/// The policy as an expression.
pub(crate) fn policy(policy: &Policy, handler: &Handler) -> TokenStream {
    let p = private();
    let Policy { ttl, lease, scope, operation, named, options, reference, .. } = policy;
    let (ttl, lease) = (duration(*ttl), duration(*lease));
    let scope = match scope {
        Scope::None(_) => quote!(None),
        Scope::Global => quote!(Global),
        Scope::Extractor(_) => quote!(Caller),
    };
    let types = argument_types(handler);
    let any = |probe: TokenStream| {
        if types.is_empty() {
            return quote!(false);
        }
        quote!(#(#p::#probe::<#types>::VALUE)||*)
    };
    let referring = reference.is_some();
    let operation_id = Literal::u64_unsuffixed(text_id(operation.value().as_bytes()));
    let (transactional, stepped) = (any(quote!(IsTransaction)), any(quote!(IsSteps)));
    let options = if options.is_empty() {
        quote!(#p::Options::NONE)
    } else {
        let (names, values): (Vec<_>, Vec<_>) = options.iter().map(|(name, value)| (name, value)).unzip();
        quote!(#p::Options { #(#names: #values,)* ..#p::Options::NONE })
    };
    quote! {
        #p::IdempotentPolicy {
            operation: #operation,
            operation_id: #operation_id,
            named: #named,
            scope: #p::ScopeRule::#scope,
            ttl: #ttl,
            lease: #lease,
            transactional: #transactional,
            stepped: #stepped,
            referring: #referring,
            options: #options,
        }
    }
}

/// What must hold of the policy alone. It is not asked in `META`, which would have failed for everything that reads it.
pub(crate) fn holds(policy: &Policy) -> Option<TokenStream> {
    let p = private();
    let word = policy.whole_body.as_ref().filter(|word| word.value() == words::MULTIPART)?;
    Some(respanned(quote!(#p::Selection::needs_multipart();), word.span()))
}

/// What must hold between the policy and the types of the handler, asked where the user wrote what may not be.
pub(crate) fn fits(policy: &Policy, handler: &Handler, past: &[&Type]) -> TokenStream {
    let p = private();
    let name = &handler.sig.ident;
    let types = argument_types(handler);
    let mut fits = TokenStream::new();
    for key in &policy.not_joined {
        let option = key.to_string();
        fits.extend(respanned(quote!(#p::assert::not_joined::<#name>(#option);), key.span()));
    }
    match (&policy.whole_body, body::skips(handler, past)) {
        (Some(word), Some(skips)) => {
            let check = quote!(#p::assert::all_counts(#word, #skips););
            fits.extend(respanned(check, word.span()));
        }
        _ => fits.extend(body::is_counted(handler)),
    }
    fits.extend(authorize::refuses(&policy.authorize));
    if let (Scope::None(span), false) = (&policy.scope, types.is_empty()) {
        let check = quote!(#p::assert::nobody_knows_the_caller(#(#p::IsScope::<#types>::VALUE)||*););
        fits.extend(respanned(check, *span));
    }
    let answers = match &handler.sig.output {
        // What is opaque cannot be named here, and is asked of the answer itself.
        ReturnType::Type(_, answer) if !holds_opaque(answer.to_token_stream()) => generic_types(answer),
        _ => Vec::new(),
    };
    for ty in types.into_iter().chain(answers) {
        let check = quote!(#p::assert::repeats::<#name>(#p::Unrepeatable::<#ty>::NAME););
        fits.extend(respanned(check, ty.span()));
    }
    fits
}

/// That the answer is no stream, asked of the answer of a call: its type has no name.
pub(crate) fn answers_once(handler: &Handler, call: &TokenStream) -> Option<TokenStream> {
    let p = private();
    let ReturnType::Type(_, answer) = &handler.sig.output else { return None };
    holds_opaque(answer.to_token_stream())
        .then(|| respanned(quote!(#p::Replies::of(#call).ends();), answer.span()))
}

fn duration(duration: Duration) -> TokenStream {
    let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    quote!(::core::time::Duration::from_millis(#millis))
}
