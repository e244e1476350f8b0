use super::changed::{self, Bounds};
use super::idempotent::{self, Extractors};
use super::model::{Endpoint, Range};
use super::signature::{self, Signature};
use super::types::{comparison, translations};
use crate::names::{option, private, respanned};
use crate::syntax::item_fn::Handler;
use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use steadfast_core::path::numbers;
use syn::spanned::Spanned;
use syn::{
    Attribute, FnArg, GenericArgument, GenericParam, PathArguments, ReturnType, Type, WherePredicate,
    parse_quote,
};

pub(crate) fn expand(endpoint: &Endpoint, handler: &Handler) -> TokenStream {
    let Endpoint { method, path, range, deprecated, sunset, idempotent: once, past, .. } = endpoint;
    let p = private();
    let name = &handler.sig.ident;
    let text = name.to_string();
    let method = format_ident!("{}", capitalised(&method.to_string()), span = Span::call_site());
    let numbers = numbers(&path.value()).map(Literal::u64_unsuffixed);
    let range = range_tokens(range);
    let deprecated = option(deprecated.as_ref());
    let sunset = option(sunset.as_ref());
    let policy = option(once.as_ref().map(|policy| idempotent::policy(policy, handler)));
    let signature = Signature::of(endpoint, handler);
    let types = signature.histories(endpoint);
    let written = Signature::written(endpoint, handler);
    let is_said = !matches!(endpoint.range, Range::Unsaid);
    let is_opaque = endpoint.opaque.is_some();
    let statements = changed::statements(past);
    let namesake = namesake(handler);
    let bounds = handled(endpoint, handler, &signature);
    let cfgs = cfgs(handler);
    let (impl_generics, type_generics, where_clause) = handler.sig.generics.split_for_impl();
    let assertions = assertions(endpoint, handler, &signature);
    let holds = once.as_ref().and_then(idempotent::holds);
    let checks = [Some(assertions), holds].into_iter().flatten().filter(|check| !check.is_empty());
    let checks = checks.map(|check| quote!(#(#cfgs)* #check));
    quote! {
        #namesake
        #(#cfgs)*
        #[automatically_derived]
        impl #impl_generics #p::Endpoint for #name #type_generics #where_clause {
            const META: #p::Meta = #p::Meta {
                name: ::core::concat!(::core::module_path!(), "::", #text),
                method: #p::Method::#method,
                path: #p::Path::known(#path, [#(#numbers),*]),
                range: #range,
                deprecated: #deprecated,
                sunset: #sunset,
                idempotent: #policy,
                types: #types,
                written: #written,
                is_said: #is_said,
                is_opaque: #is_opaque,
                statements: #statements,
            };
        }
        #bounds
        #(#checks)*
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
        let Extractors { beside: more, bounds: extractors, methods } =
            idempotent::extractors(policy, handler);
        beside.extend(more);
        bounds.extend(extractors);
        method.extend(methods);
    }
    if policy.is_some() {
        // Not in the implementation: where its bounds do not hold, the compiler takes every type for one of known size, and
        // fails in an error of its own when it evaluates a constant there. It evaluates a constant that is named there as if
        // it stood there, and a static on its own.
        let known = [
            (judge(handler), "CLASSIFIER", quote!(::core::option::Option<#p::Classifier>)),
            (comparison(endpoint, handler), "COMPARISON", quote!(#p::BodyComparison)),
            (
                translations(endpoint, handler),
                "TRANSLATIONS",
                quote!(&'static [::core::option::Option<#p::Translation>]),
            ),
        ];
        for (constant, name, ty) in known.into_iter().filter(|(constant, ..)| !constant.is_empty()) {
            let (outside, name) = (format_ident!("__{name}"), format_ident!("{name}"));
            beside.extend(constant);
            method.extend(quote!(const #name: #ty = #outside;));
        }
    }
    // With parameters of its own the function can be asked about nowhere else.
    let is_generic = !handler.sig.generics.params.is_empty();
    let asked = (is_generic && signature::is_strict(endpoint)).then(|| signature.asked(endpoint));
    let fits = if is_generic { signature.fits(endpoint) } else { TokenStream::new() };
    let fits = (!fits.is_empty()).then(|| {
        quote!(const {
            #[allow(unused_imports)]
            use #p::{NotDescribed as _, OtherArgument as _};
            #fits
        })
    });
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
        return together(handler, &beside, handled_impl(handler, &quote!(__T), &[], &bounds, &body));
    }
    let Bounds { markers, predicates } = changed::bounds(past, handler);
    bounds.extend(predicates);
    let arguments = quote!((__T, #(#markers,)*));
    let made = changed::made(past, handler, &arguments, &kind, signature::strict(endpoint));
    let body = quote! {
        #method
        fn made(__handler: __H, __making: #p::Making) -> #p::Made<__S> { #asked #made }
    };
    together(handler, &beside, handled_impl(handler, &arguments, &markers, &bounds, &body))
}

/// The implementation, with what stands beside it.
fn together(handler: &Handler, beside: &TokenStream, implementation: TokenStream) -> TokenStream {
    if beside.is_empty() {
        return implementation;
    }
    let cfgs = cfgs(handler);
    quote! {
        #(#cfgs)*
        const _: () = { #beside #implementation };
    }
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
        #[allow(deprecated, unreachable_code)]
        type __Sound = #p::If<{
            #asked
            let _: fn() = || { #sends };
            true
        }>;
    })
}

/// What looks at the handler's answers, if their type can be named and says something.
fn judge(handler: &Handler) -> TokenStream {
    let ReturnType::Type(_, answer) = &handler.sig.output else { return TokenStream::new() };
    if holds_opaque(answer.to_token_stream()) || !handler.sig.generics.params.is_empty() {
        return TokenStream::new();
    }
    let p = private();
    quote! {
        static __CLASSIFIER: ::core::option::Option<#p::Classifier> = {
            #[allow(unused_imports)]
            use #p::Unclassified as _;
            #p::Classified::<#answer>::CLASSIFIER
        };
    }
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
    let cfgs = cfgs(handler);
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
        #(#cfgs)*
        #[automatically_derived]
        #[allow(private_bounds)]
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

fn range_tokens(range: &Range) -> TokenStream {
    let p = private();
    match range {
        Range::Neutral | Range::Unsaid => quote!(#p::Range::Neutral),
        Range::Versions { since, until, gap } => {
            let until = option(until.as_ref());
            quote!(#p::Range::Versions { since: #since, until: #until, gap: #gap })
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

/// Facts about types, each asked where the user wrote the type. They need no state, so that they hold for every API.
fn assertions(endpoint: &Endpoint, handler: &Handler, signature: &Signature) -> TokenStream {
    // With parameters of its own the function cannot be asked about before they are known.
    if !handler.sig.generics.params.is_empty() {
        return TokenStream::new();
    }
    let p = private();
    let mut checks = TokenStream::new();
    // Where a transaction, the newest shape, or a shape that nothing chooses would be a mistake.
    let mut fits = signature.fits(endpoint);
    if let Some(policy) = &endpoint.idempotent {
        fits.extend(idempotent::fits(policy, handler, &endpoint.past.types().collect::<Vec<_>>()));
    }
    for ty in endpoint.past.types() {
        let check = quote!(#p::assert::read_before(#p::IsTransaction::<#ty>::VALUE););
        fits = respanned(check, ty.span()).into_iter().chain(fits).collect();
    }
    // One constant: each costs the compiler more than what it holds, and the error is shown at the call that fails.
    if !fits.is_empty() {
        checks.extend(quote!(const _: () = { #fits };));
    }
    let ends = endpoint.idempotent.as_ref().and_then(|_| ends(handler));
    if checks.is_empty() && ends.is_none() {
        return TokenStream::new();
    }
    quote! {
        const _: () = {
            #[allow(dead_code, deprecated, unused_imports, clippy::pedantic, clippy::too_many_arguments)]
            fn assertions() {
                use #p::{NotDescribed as _, OtherArgument as _, Otherwise as _};
                #checks
            }
            #ends
        };
    }
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
    let p = private();
    let (name, types) = (&handler.sig.ident, argument_types(handler));
    let values: Vec<Ident> = (0..types.len()).map(|i| format_ident!("argument_{i}")).collect();
    let call = quote_spanned!(name.span()=> #name(#(#values),*));
    let ends = idempotent::answers_once(handler, &call)?;
    Some(quote! {
        #[allow(dead_code, deprecated, clippy::pedantic, clippy::too_many_arguments)]
        fn ends(#(#values: #types),*) {
            use #p::Ends as _;
            #ends
        }
    })
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
