use super::super::expand::argument_types;
use super::model::{Policy, Scope};
use crate::names::{private, respanned};
use crate::syntax::item_fn::Handler;
use proc_macro2::TokenStream;
use quote::quote;
use std::time::Duration;
use syn::Type;
use syn::spanned::Spanned;

/// The policy as an expression.
pub(crate) fn policy(policy: &Policy, handler: &Handler) -> TokenStream {
    let p = private();
    let Policy { ttl, lease, scope, operation, named, options, recover: _, not_joined: _ } = policy;
    let (ttl, lease) = (duration(*ttl), duration(*lease));
    let scope = match scope {
        Scope::None => quote!(None),
        Scope::Global => quote!(Global),
        Scope::Extractor(_) => quote!(Caller),
    };
    let types = argument_types(handler);
    let any = |probe: TokenStream| {
        if types.is_empty() {
            return quote!(false);
        }
        quote!({
            #[allow(unused_imports)]
            use #p::Otherwise as _;
            #(#p::#probe::<#types>::VALUE)||*
        })
    };
    let (transactional, stepped) = (any(quote!(IsTransaction)), any(quote!(IsSteps)));
    let options = if options.is_empty() {
        quote!(#p::Options::NONE)
    } else {
        let (fields, values): (Vec<_>, Vec<_>) = options.iter().map(|(field, value)| (field, value)).unzip();
        quote!(#p::Options { #(#fields: #values,)* ..#p::Options::NONE })
    };
    quote! {
        #p::IdempotentPolicy {
            operation: #operation,
            named: #named,
            scope: #p::ScopeRule::#scope,
            ttl: #ttl,
            lease: #lease,
            transactional: #transactional,
            stepped: #stepped,
            options: #options,
        }
    }
}

/// That the handler takes no `Tx`, asked where something stands that has no meaning beside one.
pub(crate) fn not_joined(policy: &Policy, handler: &Handler) -> TokenStream {
    let p = private();
    let types = argument_types(handler);
    if types.is_empty() {
        return TokenStream::new();
    }
    let each = policy.not_joined.iter().map(|key| {
        let name = key.to_string();
        let check = quote!(#p::assert::not_joined(#(#p::IsTransaction::<#types>::VALUE)||*, #name););
        respanned(check, key.span())
    });
    each.collect()
}

/// The bound and the method of the extractor that finds out how a lost execution ended.
pub(crate) fn recover(recover: &Type) -> (Vec<TokenStream>, TokenStream) {
    let p = private();
    let bounds = vec![
        respanned(quote!(#recover: #p::Recover), recover.span()),
        quote!(#recover: #p::axum::extract::FromRequestParts<__S>),
    ];
    let method = quote! {
        async fn recover(
            parts: &mut #p::http::request::Parts,
            state: &__S,
            lost: #p::Lost,
        ) -> ::core::result::Result<#p::Recovery<#p::axum::response::Response>, #p::axum::response::Response> {
            #p::recover::<#recover, __S>(parts, state, lost).await
        }
    };
    (bounds, method)
}

fn duration(duration: Duration) -> TokenStream {
    let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    quote!(::core::time::Duration::from_millis(#millis))
}
