//! The extractors that authorise every attempt, besides that of the scope.

use super::model::Scope;
use crate::diag::{Sink, idempotent_messages as messages};
use crate::names::{private, respanned};
use crate::syntax::args::Arg;
use crate::syntax::words;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Type;
use syn::spanned::Spanned;

/// Checks the types in `authorize(..)`, and that an endpoint whose stored responses are everybody's says who may have them.
pub(super) fn check(
    authorize: Option<Arg<Vec<Type>>>,
    scope: &Scope,
    scope_span: Span,
    sink: &mut Sink,
) -> Vec<Type> {
    let Some(Arg { key, value: types }) = authorize else {
        // #[idempotent(ttl = "24h", scope = global)]
        if matches!(scope, Scope::Global) {
            sink.push(messages::global_without_authorize(scope_span));
        }
        return Vec::new();
    };
    if let Some(none) = types.iter().find(|ty| is_none(ty)) {
        if types.len() > 1 {
            // #[idempotent(ttl = "24h", scope = global, authorize(none, MayPay))]
            sink.push(messages::none_beside_types(none));
        } else if !matches!(scope, Scope::Global) {
            // #[idempotent(ttl = "24h", scope = Merchant, authorize(none))]
            sink.push(messages::authorize_none_without_global(&key));
        }
        return Vec::new();
    }
    let scope = match scope {
        Scope::Extractor(scope) => Some(name(scope)),
        Scope::None(_) | Scope::Global => None,
    };
    let names = names(&types);
    for (i, (ty, name)) in types.iter().zip(&names).enumerate() {
        if names[..i].contains(name) {
            // #[idempotent(ttl = "24h", scope = Merchant, authorize(MayPay, MayPay))]
            sink.push(messages::authorize_twice(ty));
        } else if scope.as_ref() == Some(name) {
            // #[idempotent(ttl = "24h", scope = Merchant, authorize(Merchant))]
            sink.push(messages::authorize_is_the_scope(ty));
        }
    }
    types
}

/// The check that every extractor can refuse a caller, where the user wrote it.
pub(super) fn refuses(types: &[Type]) -> TokenStream {
    let p = private();
    let check = |ty: &Type| {
        let check = quote!(#p::assert::refuses(#p::NeverRefuses::<#ty>::NAME););
        respanned(check, ty.span())
    };
    types.iter().map(check).collect()
}

/// The names of the types as they are written.
pub(super) fn names(types: &[Type]) -> Vec<String> {
    types.iter().map(name).collect()
}

fn name(ty: &Type) -> String {
    ty.to_token_stream().to_string().replace(' ', "")
}

fn is_none(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident(words::NONE))
}
