//! The extractors that the attribute names. What they must be is asked where they are named, and nowhere else: each is
//! known by an alias, whose constant fails if it is not, and what holds such a constant is not looked at any further.

use super::super::changed::Found;
use super::super::expand::answer_type;
use super::model::{Policy, Scope};
use crate::names::{private, respanned};
use crate::syntax::item_fn::Handler;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{GenericParam, ReturnType, Type};

/// What runs the extractors.
#[derive(Default)]
pub(crate) struct Extractors {
    /// What stands beside the implementation: the aliases, and what is asked of the ids that answers give.
    pub(crate) beside: TokenStream,
    pub(crate) bounds: Vec<TokenStream>,
    pub(crate) methods: TokenStream,
}

/// An extractor that is named.
struct Named<'a> {
    ty: &'a Type,
    /// The alias; or the type, if it hangs on the parameters of the handler. Those are known only where it is called.
    known_as: TokenStream,
    is_alias: bool,
}

pub(crate) fn extractors(policy: &Policy, handler: &Handler, found: Option<&Found<'_>>) -> Extractors {
    let p = private();
    let response = quote!(#p::axum::response::Response);
    let mut all = Extractors::default();
    let scope = match &policy.scope {
        Scope::Extractor(ty) => {
            Some(all.name(ty, "Scope", quote!(let _ = <#ty as #p::Scope>::scope;), handler))
        }
        Scope::None(_) | Scope::Global => None,
    };
    match (scope, policy.authorize.is_empty()) {
        (Some(scope), true) => {
            all.method("scope", &scope, &[], &TokenStream::new(), &quote!(::std::string::String));
        }
        (None, true) => {}
        (scope, false) => all.authorized_scope(scope.as_ref(), &policy.authorize, handler),
    }
    // A method that is async would be told of twice: as itself, and as what it answers.
    let recover = policy.recover.as_ref().map(|ty| {
        let answer = quote!(<#ty as #p::Recover>::Answer);
        let mut asked = quote!(let _: ::core::option::Option<#answer>;);
        if found.is_some() {
            all.found_as(ty, &answer, &mut asked, handler);
        }
        all.name(ty, "Recover", asked, handler)
    });
    if let Some(recover) = &recover {
        let lost =
            [("__lost", quote!(#p::LostExecution)), ("__older_than", quote!(&'static [#p::Statement]))];
        let older = found.map(|Found { before, respond }| {
            let known_as = &recover.known_as;
            let respond = quote!(|__answer: <#known_as as #p::Recover>::Answer| { #respond });
            quote!(#p::is_before(__older_than, #before).then_some(#respond))
        });
        let older = older.unwrap_or_else(|| quote!(::core::option::Option::None::<fn(_) -> #response>));
        all.method("recover", recover, &lost, &quote!(__lost, #older), &quote!(#p::Recovery<#response>));
    }
    if let Some(ty) = &policy.reference {
        let asked = quote!(let _: ::core::option::Option<<#ty as #p::Reference>::Answer>;);
        let reference = all.name(ty, "Reference", asked, handler);
        let referred = [("__referred", quote!(#p::StoredReference))];
        all.method("refer", &reference, &referred, &quote!(__referred), &quote!(#p::ReferenceResult));
        all.ids(&reference, recover.as_ref(), handler);
    }
    all
}

impl Extractors {
    /// Has a type be what it must be, and an extractor.
    fn name<'a>(&mut self, ty: &'a Type, must_be: &str, asked: TokenStream, handler: &Handler) -> Named<'a> {
        let p = private();
        let is_alias = !mentions_parameters(ty.to_token_stream(), handler);
        let known_as = if is_alias {
            let alias = word(&format!("__{must_be}"));
            let asked = respanned(asked, ty.span());
            self.beside.extend(quote!(type #alias = <#p::If<{ #asked true }> as #p::Stands<#ty>>::Type;));
            alias.into_token_stream()
        } else {
            let must_be = word(must_be);
            self.bounds.push(respanned(quote!(#ty: #p::#must_be), ty.span()));
            ty.to_token_stream()
        };
        let extractor = quote!(#known_as: #p::axum::extract::FromRequestParts<__S>);
        self.bounds.push(respanned(extractor, ty.span()));
        Named { ty, known_as, is_alias }
    }

    /// Has what an extractor finds be what the handler answers.
    fn found_as(&mut self, ty: &Type, found: &TokenStream, asked: &mut TokenStream, handler: &Handler) {
        let p = private();
        let answer = answer_type(handler);
        if mentions_parameters(quote!(#ty #answer), handler) {
            self.bounds.push(respanned(quote!(#found: #p::FoundAs<#answer>), ty.span()));
        } else {
            asked.extend(quote!(let _ = #p::found_as::<#answer, #found>;));
        }
    }

    /// The method that runs an extractor, by the function of the same name; its `arguments` are `passed` on.
    fn method(
        &mut self,
        name: &str,
        Named { known_as, .. }: &Named<'_>,
        arguments: &[(&str, TokenStream)],
        passed: &TokenStream,
        answer: &TokenStream,
    ) {
        let p = private();
        let name = word(name);
        let (arguments, types): (Vec<_>, Vec<_>) =
            arguments.iter().map(|(argument, ty)| (word(argument), ty)).unzip();
        self.methods.extend(quote! {
            fn #name<'__a>(
                __parts: &'__a mut #p::http::request::Parts,
                __state: &'__a __S,
                #(#arguments: #types,)*
            ) -> #p::Extracting<'__a, #answer> {
                #p::extracting(#p::#name::<#known_as, __S>(__parts, __state, #passed))
            }
        });
    }

    /// The method that runs the extractor of the scope, and after it those that authorise the caller.
    fn authorized_scope(&mut self, scope: Option<&Named<'_>>, authorize: &[Type], handler: &Handler) {
        let p = private();
        let scope = scope.map_or_else(
            || quote!(::std::string::String::new()),
            |Named { known_as, .. }| quote!(#p::scope::<#known_as, __S>(parts, state).await?),
        );
        let authorized: Vec<TokenStream> = authorize
            .iter()
            .enumerate()
            .map(|(i, ty)| {
                let known_as = if mentions_parameters(ty.to_token_stream(), handler) {
                    ty.to_token_stream()
                } else {
                    // A type that is unknown is told of once.
                    let alias = word(&format!("__Authorize{i}"));
                    self.beside.extend(quote!(type #alias = #ty;));
                    alias.into_token_stream()
                };
                let extractor = quote!(#known_as: #p::axum::extract::FromRequestParts<__S>);
                self.bounds.push(respanned(extractor, ty.span()));
                quote!(#p::authorize::<#known_as, __S>(parts, state).await?;)
            })
            .collect();
        self.methods.extend(quote! {
            fn scope<'__a>(
                parts: &'__a mut #p::http::request::Parts,
                state: &'__a __S,
            ) -> #p::Extracting<'__a, ::std::string::String> {
                #p::extracting(async move {
                    let scope = #scope;
                    #(#authorized)*
                    ::core::result::Result::Ok(scope)
                })
            }
        });
    }

    /// Has every answer give the id by which the reference finds it again.
    fn ids(&mut self, reference: &Named<'_>, recover: Option<&Named<'_>>, handler: &Handler) {
        let p = private();
        let Named { known_as, .. } = reference;
        let id = quote!(<#known_as as #p::Reference>::Id);
        let mut gives = TokenStream::new();
        let mut give = |ty: &Type, known_as: &TokenStream, by: &str, is_known: bool| {
            let by = word(by);
            if is_known && reference.is_alias {
                gives.extend(respanned(quote!(let () = <#known_as as #p::#by<#id>>::GIVES;), ty.span()));
            } else {
                self.bounds.push(respanned(quote!(#ty: #p::#by<#id>), ty.span()));
            }
        };
        if let ReturnType::Type(_, answer) = &handler.sig.output {
            let tokens = answer.to_token_stream();
            give(answer, &tokens, "RefersBy", !mentions_parameters(tokens.clone(), handler));
        }
        if let Some(Named { ty, known_as, is_alias }) = recover {
            give(ty, known_as, "RecoversBy", *is_alias);
        }
        if !gives.is_empty() {
            self.beside.extend(quote! {
                #[allow(dead_code)]
                fn gives() { #gives }
            });
        }
    }
}

fn word(text: &str) -> Ident {
    Ident::new(text, Span::call_site())
}

fn mentions_parameters(tokens: TokenStream, handler: &Handler) -> bool {
    let is_parameter = |ident: &Ident| {
        handler.sig.generics.params.iter().any(|parameter| match parameter {
            GenericParam::Type(parameter) => parameter.ident == *ident,
            GenericParam::Const(parameter) => parameter.ident == *ident,
            GenericParam::Lifetime(_) => false,
        })
    };
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => is_parameter(&ident),
        TokenTree::Group(group) => mentions_parameters(group.stream(), handler),
        _ => false,
    })
}
