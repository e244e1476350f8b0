use super::changed::{self, Bounds};
use super::idempotent::{self, Extractors};
use super::model::{Endpoint, Range};
use super::signature::{self, Signature};
use super::types::{comparison, translations};
use crate::names::{in_constant, option, private, respanned};
use crate::syntax::item_fn::Handler;
use crate::syntax::literals::DateLit;
use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use steadfast_core::path::numbers;
use syn::spanned::Spanned;
use syn::{
    Attribute, FnArg, GenericArgument, GenericParam, PathArguments, ReturnType, Type, WherePredicate,
    parse_quote,
};

pub(crate) fn expand(endpoint: &Endpoint, handler: &Handler) -> TokenStream {
    let (namesake, cfgs) = (namesake(handler), cfgs(handler));
    let constant = in_constant(|| {
        let p = private();
        let signature = Signature::of(endpoint, handler);
        let items = [
            meta(endpoint, handler, &signature),
            handled(endpoint, handler, &signature),
            assertions(endpoint, handler, &signature),
        ];
        quote! {
            // The traits that answer where a type does not.
            use #p::otherwise::*;
            #(#items)*
        }
    });
    quote! {
        #namesake
        #(#cfgs)*
        #[allow(deprecated, private_bounds, unreachable_code, unused_imports, clippy::pedantic)]
        #constant
    }
}

/// The implementation of `Endpoint`.
fn meta(endpoint: &Endpoint, handler: &Handler, signature: &Signature) -> TokenStream {
    let Endpoint { method, path, range, deprecated, sunset, idempotent: once, past, .. } = endpoint;
    let p = private();
    let name = &handler.sig.ident;
    let text = name.to_string();
    let method = format_ident!("{}", capitalised(&method.to_string()), span = Span::call_site());
    let numbers = numbers(&path.value()).map(Literal::u64_unsuffixed);
    let some = |name: &str, value: Option<TokenStream>| {
        let name = Ident::new(name, Span::call_site());
        value.map(|value| quote!(#name: #value,))
    };
    let date = |date: Option<&DateLit>| date.map(|date| quote!(::core::option::Option::Some(#date)));
    let policy = once.as_ref().map(|policy| option(Some(idempotent::policy(policy, handler))));
    let types = signature.histories(endpoint);
    let written = Signature::written(endpoint, handler);
    let said = [
        some("range", range_tokens(range)),
        some("deprecated", date(deprecated.as_ref())),
        some("sunset", date(sunset.as_ref())),
        some("idempotent", policy),
        some("types", types),
        some("written", written),
        some("is_said", matches!(range, Range::Unsaid).then(|| quote!(false))),
        some("is_opaque", endpoint.opaque.as_ref().map(|_| quote!(true))),
        some("statements", (!past.statements.is_empty()).then(|| changed::statements(past))),
    ];
    let (impl_generics, type_generics, where_clause) = handler.sig.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics #p::Endpoint for #name #type_generics #where_clause {
            const META: #p::Meta = #p::Meta {
                #(#said)*
                ..#p::Meta::of(
                    ::core::concat!(::core::module_path!(), "::", #text),
                    #p::Method::#method,
                    #p::Path::known(#path, [#(#numbers),*]),
                )
            };
        }
    }
}

/// What the handler and the extractors that its attributes name must be. Their types stand in bounds, so that they may be
/// less visible than the handler.
fn handled(endpoint: &Endpoint, handler: &Handler, signature: &Signature) -> TokenStream {
    let p = private();
    let (policy, past) = (endpoint.idempotent.as_ref(), &endpoint.past);
    let sound = sound(endpoint, handler, signature);
    let callee = sound.as_ref().map_or_else(|| quote!(__H), |_| quote!(<__Sound as #p::Stands<__H>>::Type));
    let mut bounds = vec![
        quote!(#callee: #p::Invoke<__T, __S>),
        quote!(__T: 'static),
        quote!(__S: ::core::marker::Send + ::core::marker::Sync + 'static),
    ];
    let mut method = TokenStream::new();
    let mut beside = sound.unwrap_or_default();
    if let Some(policy) = policy {
        let found = changed::found(past, handler, signature::strict(endpoint));
        let Extractors { beside: more, bounds: extractors, methods } =
            idempotent::extractors(policy, handler, found.as_ref());
        beside.extend(more);
        bounds.extend(extractors);
        method.extend(methods);
    }
    if policy.is_some() {
        // Not in the implementation: where its bounds do not hold, the compiler takes every type for one of known size, and
        // fails in an error of its own when it evaluates a constant there. It evaluates a constant that is named there as if
        // it stood there, and a static on its own.
        let classifier = classifier(handler).unwrap_or_else(|| quote!(::core::option::Option::None));
        let comparison = comparison(endpoint, handler).unwrap_or_else(|| quote!(#p::BodyComparison::TEXT));
        let translations = translations(endpoint, handler).unwrap_or_else(|| quote!(&[]));
        beside.extend(quote! {
            static __FACTS: #p::TypeFacts = #p::TypeFacts {
                classifier: #classifier,
                comparison: #comparison,
                translations: #translations,
            };
        });
        method.extend(quote!(const FACTS: #p::TypeFacts = __FACTS;));
    }
    // With parameters of its own the function can be asked about nowhere else.
    let is_generic = !handler.sig.generics.params.is_empty();
    let asked = (is_generic && signature::is_strict(endpoint)).then(|| signature.asked(endpoint));
    let fits = if is_generic { signature.fits(endpoint) } else { TokenStream::new() };
    let fits = (!fits.is_empty()).then(|| quote!(const { #fits }));
    let asked = quote!(#asked #fits);
    let kind = if policy.is_some() { quote!(#p::Idempotent) } else { quote!(#p::Plain) };
    if past.older.is_empty() {
        let body = quote! {
            #method
            fn made(__handler: __H, making: #p::Making) -> #p::Made<__S> {
                #asked
                #p::made::<#kind, Self, __H, __T, __S>(__handler, &making)
            }
        };
        let implementation = handled_impl(handler, &quote!(__T), &[], &bounds, &body);
        return quote!(#beside #implementation);
    }
    let Bounds { markers, predicates } = changed::bounds(past, handler);
    bounds.extend(predicates);
    let arguments = quote!((__T, #(#markers,)*));
    let made = changed::made(past, handler, &arguments, &kind, signature::strict(endpoint));
    let body = quote! {
        #method
        fn made(__handler: __H, __making: #p::Making) -> #p::Made<__S> { #asked #made }
    };
    let implementation = handled_impl(handler, &arguments, &markers, &bounds, &body);
    quote!(#beside #implementation)
}

/// That the answer and the future of the handler are what they must be, as the alias `__Sound`, if that can be asked. The
/// constant in it is one that fails, where they are not, and what holds such a constant is not looked at any further: so
/// the router's own message, which names neither the handler nor the value that is not `Send`, is never told.
fn sound(endpoint: &Endpoint, handler: &Handler, signature: &Signature) -> Option<TokenStream> {
    if !handler.sig.generics.params.is_empty() {
        return None;
    }
    let p = private();
    let name = &handler.sig.ident;
    let arguments = argument_types(handler).into_iter().map(|_| quote!(#p::any()));
    let asked = signature.asked(endpoint);
    let call = quote_spanned!(name.span()=> #name(#(#arguments),*));
    let sends = quote_spanned!(name.span()=> #p::assert::send(#call););
    Some(quote! {
        type __Sound = #p::If<{
            let _: fn() = || { #asked #sends };
            true
        }>;
    })
}

/// The function that classifies the values of the handler, if their type has a name.
fn classifier(handler: &Handler) -> Option<TokenStream> {
    let ReturnType::Type(_, answer) = &handler.sig.output else { return None };
    if holds_opaque(answer.to_token_stream()) || !handler.sig.generics.params.is_empty() {
        return None;
    }
    let p = private();
    Some(quote!(#p::Classified::<#answer>::CLASSIFIER))
}

fn handled_impl(
    handler: &Handler,
    arguments: &TokenStream,
    markers: &[Ident],
    bounds: &[TokenStream],
    body: &TokenStream,
) -> TokenStream {
    let p = private();
    let name = &handler.sig.ident;
    let (_, type_generics, _) = handler.sig.generics.split_for_impl();
    let mut generics = handler.sig.generics.clone();
    generics.params.push(parse_quote!(__H));
    generics.params.push(parse_quote!(__S));
    if !bounds.is_empty() {
        generics.params.push(parse_quote!(__T));
        generics.params.extend(markers.iter().map(|marker| -> GenericParam { parse_quote!(#marker) }));
        let predicates = &mut generics.make_where_clause().predicates;
        predicates.extend(bounds.iter().map(|bound| -> WherePredicate { parse_quote!(#bound) }));
    }
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics #p::Handled<__H, #arguments, __S> for #name #type_generics #where_clause { #body }
    }
}

/// The endpoint of a handler whose error has been reported: neutral, so that nothing is checked against it.
pub(crate) fn stub(handler: &Handler) -> TokenStream {
    // No item may stand inside an `impl`, and parameters that are not used would be errors of their own.
    let method = handler.sig.inputs.iter().any(|argument| matches!(argument, FnArg::Receiver(_)));
    if method || handler.sig.generics.lifetimes().next().is_some() {
        return TokenStream::new();
    }
    let p = private();
    let name = &handler.sig.ident;
    let namesake = namesake(handler);
    let body = quote! {
        fn made(_: __H, _: #p::Making) -> #p::Made<__S> {
            #p::broken()
        }
    };
    // One type of arguments, or nothing would tell which.
    let bounds = handled_impl(handler, &quote!(()), &[], &[], &body);
    let cfgs = cfgs(handler);
    let (impl_generics, type_generics, where_clause) = handler.sig.generics.split_for_impl();
    quote! {
        #namesake
        #(#cfgs)*
        #[automatically_derived]
        impl #impl_generics #p::Endpoint for #name #type_generics #where_clause {
            const META: #p::Meta = #p::Meta::BROKEN;
        }
        #(#cfgs)*
        #[allow(private_bounds)]
        #bounds
    }
}

/// The type of the handler's name: one import brings both, and `endpoints!` finds the metadata on it.
fn namesake(handler: &Handler) -> TokenStream {
    let name = &handler.sig.ident;
    let vis = &handler.vis;
    let cfgs = cfgs(handler);
    let (impl_generics, _, where_clause) = handler.sig.generics.split_for_impl();
    let types = handler.sig.generics.params.iter().filter_map(|parameter| match parameter {
        GenericParam::Type(parameter) => Some(&parameter.ident),
        _ => None,
    });
    let fields = if handler.sig.generics.type_params().next().is_some() {
        quote!(_parameters: ::core::marker::PhantomData<fn() -> (#(#types,)*)>)
    } else {
        TokenStream::new()
    };
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code, missing_copy_implementations, missing_debug_implementations)]
        #[allow(clippy::empty_structs_with_brackets)]
        #vis struct #name #impl_generics #where_clause { #fields }
    }
}

fn cfgs(handler: &Handler) -> Vec<&Attribute> {
    handler.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect()
}

fn range_tokens(range: &Range) -> Option<TokenStream> {
    let p = private();
    match range {
        Range::Neutral | Range::Unsaid => None,
        Range::Versions { since, until: None, gap: false } => Some(quote!(#p::Range::since(#since))),
        Range::Versions { since, until, gap } => {
            let until = option(until.as_ref());
            Some(quote!(#p::Range::Versions { since: #since, until: #until, gap: #gap }))
        }
    }
}

pub(super) fn argument_types(handler: &Handler) -> Vec<&Type> {
    let inputs = handler.sig.inputs.iter();
    inputs
        .filter_map(|argument| match argument {
            FnArg::Typed(argument) => Some(&*argument.ty),
            FnArg::Receiver(_) => None,
        })
        .collect()
}

/// The return type of the handler.
pub(super) fn answer_type(handler: &Handler) -> Type {
    match &handler.sig.output {
        ReturnType::Type(_, answer) => (**answer).clone(),
        ReturnType::Default => parse_quote!(()),
    }
}

/// Facts about types, each asked where the user wrote the type. They need no state, so that they hold for every API.
fn assertions(endpoint: &Endpoint, handler: &Handler, signature: &Signature) -> TokenStream {
    // With parameters of its own the function cannot be asked about before they are known.
    if !handler.sig.generics.params.is_empty() {
        return TokenStream::new();
    }
    let p = private();
    // Where a transaction, the newest shape, or a shape that nothing chooses would be a mistake.
    let mut checks = TokenStream::new();
    for ty in endpoint.past.types() {
        let check = quote!(#p::assert::read_before(#p::IsTransaction::<#ty>::VALUE););
        checks.extend(respanned(check, ty.span()));
    }
    checks.extend(signature.fits(endpoint));
    if let Some(policy) = &endpoint.idempotent {
        checks.extend(idempotent::fits(policy, handler, &endpoint.past.types().collect::<Vec<_>>()));
        checks.extend(idempotent::holds(policy));
        checks.extend(ends(handler));
    }
    checks
}

/// The types with arguments, such as `Json<Payment>`, among a type and those it is made of.
pub(super) fn generic_types(ty: &Type) -> Vec<&Type> {
    let mut found = Vec::new();
    match ty {
        Type::Tuple(tuple) => found.extend(tuple.elems.iter().flat_map(generic_types)),
        Type::Paren(inner) => found.extend(generic_types(&inner.elem)),
        Type::Group(inner) => found.extend(generic_types(&inner.elem)),
        Type::Path(path) => {
            let arguments = path.path.segments.last().map(|segment| &segment.arguments);
            if let Some(PathArguments::AngleBracketed(arguments)) = arguments {
                found.push(ty);
                for argument in &arguments.args {
                    if let GenericArgument::Type(argument) = argument {
                        found.extend(generic_types(argument));
                    }
                }
            }
        }
        _ => {}
    }
    found
}

/// Whether `impl` stands anywhere in a type: then it cannot be named a second time.
pub(super) fn holds_opaque(ty: TokenStream) -> bool {
    ty.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "impl",
        TokenTree::Group(group) => holds_opaque(group.stream()),
        _ => false,
    })
}

/// Asks that an answer whose type has no name can be kept.
fn ends(handler: &Handler) -> Option<TokenStream> {
    let (name, types) = (&handler.sig.ident, argument_types(handler));
    let values: Vec<Ident> = (0..types.len()).map(|i| format_ident!("argument_{i}")).collect();
    let call = quote_spanned!(name.span()=> #name(#(#values),*));
    let ends = idempotent::answers_once(handler, &call)?;
    Some(quote! {
        #[allow(dead_code, clippy::too_many_arguments)]
        fn ends(#(#values: #types),*) {
            #ends
        }
    })
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
