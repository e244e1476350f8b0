//! What the user wrote.

use crate::diag::{Sink, version_messages as messages};
use crate::syntax::args::{self, Arg, value};
use crate::syntax::literals::{DateLit, DurationLit};
use crate::syntax::words;
use proc_macro2::TokenStream;
use syn::parse::Parse;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, LitInt, LitStr, Meta, Variant};

pub(crate) struct Timeline {
    pub(crate) ident: Ident,
    pub(crate) versions: Vec<Version>,
    pub(crate) policy: Policy,
}

pub(crate) struct Version {
    pub(crate) ident: Ident,
    pub(crate) date: DateLit,
    pub(crate) alias: Option<LitStr>,
    pub(crate) deprecated: Option<Arg<DateLit>>,
    pub(crate) sunset: Option<Arg<DateLit>>,
    pub(crate) guide: Option<LitStr>,
    pub(crate) preview: Option<Ident>,
}

#[derive(Default)]
pub(crate) struct Policy {
    pub(crate) min_notice: Option<DurationLit>,
    pub(crate) max_live: Option<Arg<LitInt>>,
    pub(crate) idempotency: Option<LitStr>,
    pub(crate) sunset: Option<LitStr>,
}

pub(crate) fn read(input: &DeriveInput, sink: &mut Sink) -> Option<Timeline> {
    let Data::Enum(data) = &input.data else {
        sink.push(messages::timeline_not_enum(&input.ident));
        return None;
    };
    if !input.generics.params.is_empty() {
        sink.error(&input.generics.params, messages::GENERIC_TIMELINE);
        return None;
    }
    if data.variants.is_empty() {
        sink.push(messages::empty_timeline(&input.ident));
        return None;
    }
    let policy = read_policy(&input.attrs, sink);
    let versions = data.variants.iter().filter_map(|variant| read_version(variant, sink)).collect();
    Some(Timeline { ident: input.ident.clone(), versions, policy })
}

/// The one attribute of this name; a second is an error.
fn single<'a>(attrs: &'a [Attribute], name: &str, sink: &mut Sink) -> Option<&'a Attribute> {
    let mut named = attrs.iter().filter(|attribute| attribute.path().is_ident(name));
    let first = named.next();
    if let Some(second) = named.next() {
        sink.error(second.path(), messages::repeated_attribute(name));
    }
    first
}

fn read_policy(attrs: &[Attribute], sink: &mut Sink) -> Policy {
    let mut policy = Policy::default();
    let Some(attribute) = single(attrs, "api_versions", sink) else { return policy };
    let mut rules = TokenStream::new();
    if let Meta::List(list) = &attribute.meta {
        args::parse(list.tokens.clone(), "api_versions", &[words::POLICY], sink, |_, input| {
            let content;
            syn::parenthesized!(content in input);
            rules = content.parse()?;
            Ok(())
        });
    } else {
        sink.error(&attribute.meta, messages::API_VERSIONS_WITHOUT_POLICY);
    }
    let accepted = [words::MIN_NOTICE, words::MAX_LIVE, words::IDEMPOTENCY, words::SUNSET];
    args::parse(rules, words::POLICY, &accepted, sink, |key, input| {
        if key == words::MIN_NOTICE {
            policy.min_notice =
                Some(value(key, input, "min_notice = \"180days\"", DurationLit::parse)?.value);
        } else if key == words::MAX_LIVE {
            policy.max_live = Some(value(key, input, "max_live = 3", Parse::parse)?);
        } else if key == words::IDEMPOTENCY {
            policy.idempotency = Some(value(key, input, "idempotency = \"required\"", required)?.value);
        } else {
            policy.sunset = Some(value(key, input, "sunset = \"required\"", required)?.value);
        }
        Ok(())
    });
    policy
}

/// `"required"`, the only thing a rule without a number can ask.
fn required(input: syn::parse::ParseStream<'_>) -> syn::Result<LitStr> {
    let literal: LitStr = input.parse()?;
    if literal.value() == words::REQUIRED {
        return Ok(literal);
    }
    Err(messages::not_required(&literal))
}

fn read_version(variant: &Variant, sink: &mut Sink) -> Option<Version> {
    if !matches!(variant.fields, Fields::Unit) {
        sink.error(&variant.fields, messages::variant_with_fields(&variant.ident));
        return None;
    }
    if let Some((_, discriminant)) = &variant.discriminant {
        sink.error(discriminant, messages::DISCRIMINANT);
        return None;
    }
    let Some(attribute) = single(&variant.attrs, "version", sink) else {
        sink.push(messages::variant_without_date(&variant.ident));
        return None;
    };
    let Meta::List(list) = &attribute.meta else {
        sink.error(&attribute.meta, messages::VERSION_WITHOUT_DATE);
        return None;
    };
    // The date stands first, without a key; what follows it are arguments.
    let split = |input: syn::parse::ParseStream<'_>| {
        let date: LitStr = input.parse().map_err(|error| messages::version_without_date(&error))?;
        if !input.is_empty() {
            input.parse::<syn::Token![,]>()?;
        }
        Ok((date, input.parse::<TokenStream>()?))
    };
    let (date, rest) = sink.ok(syn::parse::Parser::parse2(split, list.tokens.clone()))?;
    let (mut alias, mut deprecated, mut sunset, mut guide, mut preview) = (None, None, None, None, None);
    let accepted = [words::ALIAS, words::DEPRECATED, words::SUNSET, words::GUIDE, words::PREVIEW];
    args::parse(rest, "version", &accepted, sink, |key, input| {
        if key == words::ALIAS {
            alias = Some(value(key, input, "alias = \"v2\"", Parse::parse)?.value);
        } else if key == words::DEPRECATED {
            deprecated = Some(value(key, input, "deprecated = \"2025-01-31\"", DateLit::parse)?);
        } else if key == words::SUNSET {
            sunset = Some(value(key, input, "sunset = \"2025-12-31\"", DateLit::parse)?);
        } else if key == words::GUIDE {
            guide = Some(value(key, input, "guide = \"https://example.com/v2\"", Parse::parse)?.value);
        } else {
            preview = Some(key.clone());
        }
        Ok(())
    });
    let date = sink.ok(DateLit::new(date))?;
    Some(Version { ident: variant.ident.clone(), date, alias, deprecated, sunset, guide, preview })
}
