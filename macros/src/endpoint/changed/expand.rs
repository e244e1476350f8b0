//! The older handlers: closures, so that they know the type parameters of the handler. Each reads the arguments of its
//! time and calls the next newer one.

use super::model::{Argument, Arguments, Older, Part, Past, Statement, Upgrade};
use crate::endpoint::expand::answer_type;
use crate::names::{option, private, respanned};
use crate::syntax::item_fn::Handler;
use crate::syntax::literals::DateLit;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::spanned::Spanned;
use syn::{Expr, FnArg, GenericParam};

/// `&'static [Statement]`.
pub(crate) fn statements(past: &Past) -> TokenStream {
    let p = private();
    let statements = past.statements.iter().map(|Statement { date, parts, note }| {
        let parts = parts.iter().map(|part| match part {
            Part::Request => quote!(#p::Part::Request),
            Part::Response => quote!(#p::Part::Response),
            Part::Status { new, old } => quote!(#p::Part::Status { new: #new, old: #old }),
            Part::Header { new, old } => {
                let old = option(old.as_ref());
                quote!(#p::Part::Header { new: #new, old: #old })
            }
        });
        let note = option(note.as_ref());
        quote!(#p::Statement { date: #date, parts: &[#(#parts),*], note: #note })
    });
    quote!(&[#(#statements),*])
}

/// What the arguments of the older handlers must be.
#[derive(Default)]
pub(crate) struct Bounds {
    /// Each tells which argument of one older handler reads the body.
    pub(crate) markers: Vec<Ident>,
    pub(crate) predicates: Vec<TokenStream>,
}

pub(crate) fn bounds(past: &Past, handler: &Handler) -> Bounds {
    let p = private();
    let mut bounds = Bounds::default();
    // What is known of types of the handler's own parameters must be said.
    let send = (!handler.sig.generics.params.is_empty()).then(|| quote!(+ ::core::marker::Send));
    for (_, Handlers { arguments, marker, .. }) in handlers(past) {
        let Some(marker) = marker.filter(|marker| !bounds.markers.contains(marker)) else { continue };
        for Argument { ty, .. } in &arguments.parts {
            bounds.predicates.push(quote!(#ty: #p::axum::extract::FromRequestParts<__S> #send));
        }
        let last = last_type(&arguments.last);
        bounds.predicates.push(if arguments.last.len() == 1 {
            quote!(#last: #p::axum::extract::FromRequest<__S, #marker> #send)
        } else {
            quote!(#last: #p::ReadTogether<__S, #marker> #send)
        });
        bounds.predicates.push(quote!(#marker: 'static));
        bounds.markers.push(marker);
    }
    bounds
}

/// What answers before one date.
struct Handlers<'a> {
    arguments: &'a Arguments,
    /// `None` if there is nothing to read.
    marker: Option<Ident>,
    /// The closure; `None` if it is the handler itself.
    closure: Option<Ident>,
}

fn handlers(past: &Past) -> Vec<(&Older, Handlers<'_>)> {
    let (mut signatures, mut closures) = (0_usize, 0_usize);
    let handlers = past.older.iter().map(|older| {
        signatures += usize::from(older.upgrade.is_some());
        closures += usize::from(older.upgrade.is_some() || older.downgrade.is_some());
        let closure = (closures > 0).then(|| format_ident!("__before_{closures}"));
        let reads = closure.is_some() && !older.arguments.last.is_empty();
        let marker = reads.then(|| format_ident!("__M{signatures}"));
        (older, Handlers { arguments: &older.arguments, marker, closure })
    });
    handlers.collect()
}

/// The body of `made`. All bodies of a `strict` endpoint must be known, from its first version on.
pub(crate) fn made(
    past: &Past,
    handler: &Handler,
    arguments: &TokenStream,
    kind: &TokenStream,
    strict: Option<&DateLit>,
) -> TokenStream {
    let p = private();
    let handlers = handlers(past);
    let (mut closures, mut steps) = (TokenStream::new(), TokenStream::new());
    let mut newer = Newer { call: newest(handler), is_handler: true };
    for (older, Handlers { arguments, marker, closure }) in &handlers {
        let date = &older.date;
        let Some(closure) = closure else {
            steps.extend(quote!(.before::<__H, __T>(#date, ::core::clone::Clone::clone(&__handler))));
            continue;
        };
        if older.upgrade.is_some() || older.downgrade.is_some() {
            let closure_tokens = one(older, &newer, strict);
            closures.extend(quote!(let #closure = #closure_tokens;));
            let arguments = passed(arguments);
            newer = Newer { call: quote!(#closure(#(#arguments),*).await), is_handler: false };
        }
        let types = match marker {
            None => quote!(((),)),
            Some(marker) => {
                let parts = arguments.parts.iter().map(|argument| &argument.ty);
                let last = last_type(&arguments.last);
                let marker = if arguments.last.len() == 1 { quote!(#marker) } else { quote!((#marker,)) };
                quote!((#marker, #(#parts,)* #last,))
            }
        };
        steps.extend(quote!(.before::<_, #types>(#date, #closure)));
    }
    let is_shared = handlers.iter().any(|(_, handler)| handler.closure.is_none());
    let head = if is_shared { quote!(::core::clone::Clone::clone(&__handler)) } else { quote!(__handler) };
    quote! {
        #closures
        #p::Changed::<#kind, Self, __H, #arguments, __S>::new::<__T>(#head, __making)#steps.made()
    }
}

/// The functions that change an answer which `recover(..)` found into that of an older version.
pub(crate) struct Found<'a> {
    /// The date before which they do not hear the answer itself.
    pub(crate) before: &'a DateLit,
    /// Makes the older response from `__answer`, by the functions that change an answer of the handler.
    pub(crate) respond: TokenStream,
}

/// `None` if all versions hear the same.
pub(crate) fn found<'a>(past: &'a Past, handler: &Handler, strict: Option<&DateLit>) -> Option<Found<'a>> {
    let p = private();
    let mut downgraded = past
        .older
        .iter()
        .filter_map(|older| Some((&older.date, downgraded(older.downgrade.as_ref()?, strict))));
    let (before, newest) = downgraded.next()?;
    let older = downgraded.map(|(date, older)| {
        quote! {
            if !#p::is_before(__older_than, #date) {
                return #p::axum::response::IntoResponse::into_response(__answer);
            }
            let __answer = __answer.into_inner();
            let __answer = #older;
        }
    });
    let answer = answer_type(handler);
    let respond = quote! {
        let __answer = #p::found_as::<#answer, _>(__answer);
        let __answer = #newest;
        #(#older)*
        #p::axum::response::IntoResponse::into_response(__answer)
    };
    Some(Found { before, respond })
}

/// The call of the handler, by its name: its answer has the handler's own type, which `__H` does not tell.
fn newest(handler: &Handler) -> TokenStream {
    let name = &handler.sig.ident;
    let parameters: Vec<&Ident> = handler
        .sig
        .generics
        .params
        .iter()
        .filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) => Some(&parameter.ident),
            GenericParam::Const(parameter) => Some(&parameter.ident),
            GenericParam::Lifetime(_) => None,
        })
        .collect();
    let parameters = (!parameters.is_empty()).then(|| quote!(::<#(#parameters),*>));
    let count = handler.sig.inputs.iter().filter(|argument| matches!(argument, FnArg::Typed(_))).count();
    let arguments = (0..count).map(argument);
    let p = private();
    // What its error says of the operation is lost in a `downgrade`.
    quote!(#p::returned(#name #parameters(#(#arguments),*).await))
}

/// The call of what is next newer.
struct Newer {
    call: TokenStream,
    /// Whether it answers as the handler does, and not an `Answered`.
    is_handler: bool,
}

/// The handler of the versions before one date.
fn one(older: &Older, Newer { call, is_handler }: &Newer, strict: Option<&DateLit>) -> TokenStream {
    let p = private();
    let Arguments { parts, last } = &older.arguments;
    let parts = parts.iter().map(|part| {
        let (name, ty) = (argument(part.number), &part.ty);
        quote!(#name: #ty)
    });
    let last = (!last.is_empty()).then(|| {
        let (name, ty) = (last_value(last), last_type(last));
        quote!(#name: #ty)
    });
    let parameters = parts.chain(last);
    let upgrade = older.upgrade.as_ref().map(upgraded);
    let answer = match &older.downgrade {
        None if *is_handler => quote!(::core::result::Result::Ok::<_, #p::Refused>(#p::answered(#call))),
        None => quote!(#call),
        Some(downgrade) => {
            let inner = (!is_handler).then(|| quote!(?.into_inner()));
            let older = downgraded(downgrade, strict);
            quote! {
                let __answer = #call #inner;
                ::core::result::Result::Ok::<_, #p::Refused>(#older)
            }
        }
    };
    quote!(move |#(#parameters),*| async move { #upgrade #answer })
}

/// Calls `downgrade` with the newer answer `__answer`.
fn downgraded(downgrade: &Expr, strict: Option<&DateLit>) -> TokenStream {
    let p = private();
    let callee = callee(downgrade);
    let arguments = respanned(quote!((__answer)), downgrade.span());
    let answered = strict
        .map_or_else(|| quote!(#p::answered), |since| quote!(#p::answered_known::<{ #since.number() }, _>));
    let answered = respanned(answered, downgrade.span());
    quote!(#answered(#callee #arguments))
}

/// `let` the newer arguments be what `upgrade` makes of the older ones.
fn upgraded(Upgrade { function, from, into }: &Upgrade) -> TokenStream {
    let p = private();
    let names = into.iter().map(|new| argument(new.number));
    let types = into.iter().map(|new| &new.ty);
    let (pattern, ty) = match into[..] {
        [_] => (quote!(#(#names)*), quote!(#(#types)*)),
        _ => (quote!((#(#names),*)), quote!((#(#types),*))),
    };
    let callee = callee(function);
    let from = from.iter().map(|old| argument(old.number));
    let arguments = respanned(quote!((#(#from),*)), function.span());
    let checked = respanned(quote!(#p::upgraded_into::<#ty, _>), function.span());
    quote!(let #pattern = #checked(#callee #arguments)?;)
}

/// The function as what is called: parentheses around a path would be a warning.
fn callee(function: &Expr) -> TokenStream {
    match function {
        Expr::Path(path) => path.to_token_stream(),
        other => quote!((#other)),
    }
}

fn argument(number: usize) -> Ident {
    format_ident!("__argument_{number}")
}

/// What an older handler is called with.
fn passed(Arguments { parts, last }: &Arguments) -> Vec<TokenStream> {
    let parts = parts.iter().map(|part| argument(part.number).into_token_stream());
    parts.chain((!last.is_empty()).then(|| last_value(last))).collect()
}

fn last_value(last: &[Argument]) -> TokenStream {
    let p = private();
    nested(last, |part| argument(part.number).into_token_stream(), |a, b| quote!(#p::Together(#a, #b)))
}

fn last_type(last: &[Argument]) -> TokenStream {
    let p = private();
    nested(last, |part| part.ty.to_token_stream(), |a, b| quote!(#p::Together<#a, #b>))
}

/// One alone, or all joined.
fn nested(
    last: &[Argument],
    one: impl Fn(&Argument) -> TokenStream,
    join: impl Fn(TokenStream, TokenStream) -> TokenStream,
) -> TokenStream {
    let p = private();
    match last {
        [only] => one(only),
        all => all.iter().rev().fold(quote!(#p::Nothing), |behind, argument| join(one(argument), behind)),
    }
}
