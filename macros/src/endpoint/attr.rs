//! What the user wrote.

use super::changed::Change;
use super::idempotent::{self, Idempotent};
use crate::crate_path;
use crate::diag::{Sink, endpoint_messages as messages};
use crate::names::Renamed;
use crate::syntax::args::{self, Arg, value};
use crate::syntax::item_fn::Handler;
use crate::syntax::literals::DateLit;
use crate::syntax::words;
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Attribute, Ident, LitStr, Meta};

/// The attributes of one handler, each as its name and its arguments.
pub(crate) struct Written {
    pub(crate) method: Arg<LitStr>,
    pub(crate) version: Option<ApiVersion>,
    pub(crate) idempotent: Option<Idempotent>,
}

pub(crate) struct ApiVersion {
    pub(crate) name: Ident,
    pub(crate) neutral: Option<Ident>,
    pub(crate) since: Option<Arg<DateLit>>,
    pub(crate) until: Option<Arg<DateLit>>,
    pub(crate) gap: Option<Ident>,
    pub(crate) opaque: Option<Ident>,
    pub(crate) deprecated: Option<Arg<DateLit>>,
    pub(crate) sunset: Option<Arg<DateLit>>,
    pub(crate) changed: Vec<Change>,
}

/// Reads our attributes of the handler, the one being expanded among them, and marks them as done.
pub(crate) fn take(word: &str, args: TokenStream, handler: &mut Handler, sink: &mut Sink) -> Option<Written> {
    // The name of the attribute that is expanded is not among the tokens; the call site is that attribute.
    let mut ours = vec![(Ident::new(word, Span::call_site()), args)];
    for attribute in &mut handler.attrs {
        if let Some(sibling) = sibling(attribute) {
            ours.push(sibling);
            // It stays, so that its name is resolved as the user wrote it, and expands to nothing.
            let path = attribute.path().clone();
            let done = Ident::new(words::DONE, Span::call_site());
            attribute.meta = syn::parse_quote!(#path(#done));
        }
    }
    let (mut method, mut version, mut once) = (None::<Arg<LitStr>>, None, None);
    let mut method_name = None::<Ident>;
    for (name, args) in ours {
        if name == words::API_VERSION {
            if version.is_some() {
                sink.push(messages::attribute_twice(&name));
                continue;
            }
            version = Some(read_version(name, args, sink));
        } else if name == words::IDEMPOTENT {
            if once.is_some() {
                sink.push(messages::attribute_twice(&name));
                continue;
            }
            once = Some(idempotent::read(name, args, sink));
        } else if let Some(first) = &method_name {
            sink.push(messages::second_method(&name, first));
        } else {
            method_name = Some(name.clone());
            let path = syn::parse2::<LitStr>(args.clone());
            method = sink
                .ok(path.map_err(|_| messages::method_without_path(&name, &args)))
                .map(|value| Arg { key: name, value });
        }
    }
    if method_name.is_none() {
        let name = version.as_ref().map(|version| &version.name);
        if let Some(name) = name.or(once.as_ref().map(|once: &Idempotent| &once.name)) {
            sink.push(messages::without_method(name));
        }
    }
    Some(Written { method: method?, version, idempotent: once })
}

/// Removes `crate = path` from the attribute with the method, see [`crate_path::take`].
pub(crate) fn take_crate(
    word: &str,
    args: &mut TokenStream,
    handler: &mut Handler,
    sink: &mut Sink,
) -> Option<Renamed> {
    if words::METHODS.contains(&word) {
        return crate_path::take(args, sink);
    }
    handler.attrs.iter_mut().find_map(|attribute| {
        let name = attribute.path().segments.last()?.ident.to_string();
        match &mut attribute.meta {
            Meta::List(list) if words::METHODS.contains(&&*name) => crate_path::take(&mut list.tokens, sink),
            _ => None,
        }
    })
}

/// `#[post("/a")]` and `#[steadfast::post("/a")]` are ours, by their last segment.
fn sibling(attribute: &Attribute) -> Option<(Ident, TokenStream)> {
    let name = &attribute.path().segments.last()?.ident;
    let ours = words::METHODS.iter().any(|word| name == word)
        || name == words::API_VERSION
        || name == words::IDEMPOTENT;
    if !ours {
        return None;
    }
    let args = match &attribute.meta {
        Meta::Path(_) => TokenStream::new(),
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(pair) => pair.value.to_token_stream(),
    };
    Some((name.clone(), args))
}

fn read_version(name: Ident, tokens: TokenStream, sink: &mut Sink) -> ApiVersion {
    let mut version = ApiVersion {
        name,
        neutral: None,
        since: None,
        until: None,
        gap: None,
        opaque: None,
        deprecated: None,
        sunset: None,
        changed: Vec::new(),
    };
    let mut changed = Vec::new();
    let accepted = [
        words::SINCE,
        words::UNTIL,
        words::DEPRECATED,
        words::SUNSET,
        words::GAP,
        words::NEUTRAL,
        words::OPAQUE,
        words::CHANGED,
    ];
    args::parse_repeated(tokens, words::API_VERSION, &accepted, &[words::CHANGED], sink, |key, input| {
        let date = |form| value(key, input, form, DateLit::parse).map(Some);
        if key == words::SINCE {
            version.since = date("since = \"2024-12-18\"")?;
        } else if key == words::UNTIL {
            version.until = date("until = \"2025-09-30\"")?;
        } else if key == words::DEPRECATED {
            version.deprecated = date("deprecated = \"2025-01-31\"")?;
        } else if key == words::SUNSET {
            version.sunset = date("sunset = \"2025-12-31\"")?;
        } else if key == words::CHANGED {
            changed.push(Change::take(key, input)?);
        } else if key == words::OPAQUE {
            version.opaque = Some(key.clone());
        } else if key == words::GAP {
            version.gap = Some(key.clone());
        } else {
            version.neutral = Some(key.clone());
        }
        Ok(())
    });
    version.changed = changed.into_iter().map(|(name, tokens)| Change::read(name, tokens, sink)).collect();
    version
}
