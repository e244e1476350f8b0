//! `#[replaced(..)]`: before a date the whole of a type was another type.

use super::attr::Verb;
use super::claims::{Claim, Claims};
use super::model::Derives;
use crate::diag::Sink;
use crate::diag::messages::{self as common, replaced as messages};
use crate::syntax::args::{self, Arg};
use crate::syntax::literals::DateLit;
use crate::syntax::words;
use proc_macro2::TokenStream;
use quote::quote;
use steadfast_core::Date;
use syn::parse::Parse as _;
use syn::{Attribute, Expr, Generics, Ident, Meta, Type};

/// The older type and the functions from and to it; each is there if the type is converted in that direction.
pub(super) struct Replaced {
    pub(super) date: Date,
    pub(super) ty: Type,
    pub(super) upgrade: Option<Expr>,
    pub(super) downgrade: Option<Expr>,
    pub(super) claim: Claim,
}

pub(super) fn is_ours(attribute: &Attribute) -> bool {
    attribute.path().is_ident(words::REPLACED)
}

/// It is no statement of a field or a variant.
pub(super) fn refuse(attribute: &Attribute, sink: &mut Sink) {
    if is_ours(attribute) {
        // struct Payment { #[replaced(in = "2025-09-30", was(String), ..)] amount: Money }
        sink.push(messages::belongs_on_the_type(attribute.path()));
    }
}

/// What the type says; `None` also if that is wrong.
pub(super) fn read(
    attrs: &[Attribute],
    ident: &Ident,
    generics: &Generics,
    derives: &Derives,
    sink: &mut Sink,
) -> Option<Replaced> {
    let mut own = attrs.iter().filter(|attribute| is_ours(attribute));
    let replaced = one(own.next()?, ident, generics, derives, sink);
    for second in own {
        // #[replaced(in = "2025-09-30", ..)] #[replaced(in = "2024-12-18", ..)]
        sink.push(messages::replaced_twice(second.path()));
    }
    replaced
}

fn one(
    attribute: &Attribute,
    ident: &Ident,
    generics: &Generics,
    derives: &Derives,
    sink: &mut Sink,
) -> Option<Replaced> {
    let tokens = match &attribute.meta {
        Meta::List(list) => list.tokens.clone(),
        Meta::Path(_) | Meta::NameValue(_) => TokenStream::new(),
    };
    let word = attribute.path().get_ident()?;
    let (mut date, mut was, mut upgrade, mut downgrade) = (None, None, None, None);
    let (mut is_dated, mut has_was) = (false, false);
    let accepted =
        [words::IN, words::WAS, words::UPGRADE, words::DOWNGRADE, words::NOTE, words::LOSSLESS, words::LOSSY];
    let mut claims = Claims::default();
    let errors_before = sink.len();
    args::parse(tokens, words::REPLACED, &accepted, sink, |key, input| {
        if Claims::accepts(key) {
            claims.read(key, input)?;
        } else if key == words::IN {
            is_dated = true;
            date = Some(args::value(key, input, "in = \"2024-12-18\"", DateLit::parse)?.value.date);
        } else if key == words::WAS {
            has_was = true;
            let types = args::list(key, input, "was(Type)", Type::parse, messages::was_without_type)?;
            // was(String, u8)
            if let Some(second) = types.value.get(1) {
                return Err(messages::several_types(second));
            }
            was = types.value.into_iter().next();
        } else if key == words::UPGRADE {
            upgrade = Some(args::value(key, input, "upgrade = path", Expr::parse)?);
        } else {
            downgrade = Some(args::value(key, input, "downgrade = path", Expr::parse)?);
        }
        Ok(())
    });
    claims.check(Verb::Changed, false, sink);
    if !is_dated {
        sink.push(common::versioned::missing_date(word.span(), words::REPLACED));
    }
    if !has_was {
        // #[replaced(in = "2025-09-30", upgrade = .., downgrade = ..)]
        sink.push(messages::missing_was(word.span()));
    }
    let serializes = derives.serialize.is_some();
    let deserializes = derives.deserialize.is_some();
    if sink.len() > errors_before || !(serializes || deserializes) {
        return None;
    }
    let (date, ty) = (date?, was?);
    let own = {
        let (_, generics, _) = generics.split_for_impl();
        common::versioned::type_text(&syn::parse_quote!(#ident #generics))
    };
    match (deserializes, &upgrade) {
        // #[replaced(in = "2025-09-30", was(Vec<Payment>))]
        (true, None) => {
            let both = serializes && downgrade.is_none();
            sink.push(messages::missing_functions(word.span(), &own, &ty, true, both));
            if both {
                return None;
            }
        }
        // #[derive(Serialize)] .. upgrade = Page::from
        (false, Some(Arg { key, .. })) => {
            sink.push(common::versioned::unused_conversion(key, ident, words::DESERIALIZE));
        }
        _ => {}
    }
    match (serializes, &downgrade) {
        // #[replaced(in = "2025-09-30", was(Vec<Payment>), upgrade = Page::from)]
        (true, None) => sink.push(messages::missing_functions(word.span(), &own, &ty, false, true)),
        // #[derive(Deserialize)] .. downgrade = Page::payments
        (false, Some(Arg { key, .. })) => {
            sink.push(common::versioned::unused_conversion(key, ident, words::SERIALIZE));
        }
        _ => {}
    }
    let value = |argument: Option<Arg<Expr>>| argument.map(|argument| argument.value);
    let claim = claims.claim(Verb::Changed, false);
    Some(Replaced { date, ty, upgrade: value(upgrade), downgrade: value(downgrade), claim })
}

/// Whether the other statements are about a time in which the type was there.
pub(super) fn is_older_than<'a>(
    replaced: Option<&Replaced>,
    dates: impl Iterator<Item = &'a DateLit>,
    sink: &mut Sink,
) -> bool {
    let Some(Replaced { date, ty, .. }) = replaced else { return true };
    let errors_before = sink.len();
    for older in dates.filter(|other| other.date <= *date) {
        // #[replaced(in = "2025-09-30", ..)] and #[added(in = "2024-12-18", default)] on a field
        sink.push(messages::older_than_the_type(older, *date, ty));
    }
    sink.len() == errors_before
}

/// The tokens of the older type, to be compared with names of generics.
pub(super) fn tokens(replaced: Option<&Replaced>) -> TokenStream {
    replaced.map_or_else(TokenStream::new, |Replaced { ty, .. }| quote!(#ty))
}
