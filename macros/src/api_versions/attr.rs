//! What the user wrote.

use crate::diag::{Sink, version_messages as messages};
use crate::syntax::args::{self, Arg, value};
use crate::syntax::instant::InstantLit;
use crate::syntax::literals::{DateLit, DurationLit};
use crate::syntax::words;
use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Data, DeriveInput, Fields, Ident, LitInt, LitStr, Meta, Variant};

pub(crate) struct Timeline {
    pub(crate) ident: Ident,
    pub(crate) versions: Vec<Version>,
    /// The days of versions that are declared no more.
    pub(crate) removed: Vec<DateLit>,
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
    pub(crate) brownouts: Option<Arg<Vec<Brownout>>>,
}

/// `"2025-06-01T14:00Z" for "1h"`.
pub(crate) struct Brownout {
    pub(crate) from: InstantLit,
    pub(crate) length: DurationLit,
}

impl Brownout {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let from = InstantLit::parse(input)?;
        if !input.peek(syn::Token![for]) {
            return Err(messages::brownout_without_length(&from.literal));
        }
        input.parse::<syn::Token![for]>()?;
        Ok(Self { from, length: DurationLit::parse(input)? })
    }

    /// The second after the last.
    pub(crate) fn until(&self) -> i64 {
        // No `DurationLit` is longer than 136 years.
        self.from.seconds.saturating_add(i64::try_from(self.length.duration.as_secs()).unwrap_or(i64::MAX))
    }
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
    let (policy, removed) = read_timeline(&input.attrs, sink);
    let versions = data.variants.iter().filter_map(|variant| read_version(variant, sink)).collect();
    Some(Timeline { ident: input.ident.clone(), versions, removed, policy })
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

/// The arguments of `#[api_versions]`.
fn read_timeline(attrs: &[Attribute], sink: &mut Sink) -> (Policy, Vec<DateLit>) {
    let mut policy = Policy::default();
    let Some(attribute) = single(attrs, words::API_VERSIONS, sink) else { return (policy, Vec::new()) };
    let (mut rules, mut removed) = (TokenStream::new(), Vec::new());
    if let Meta::List(list) = &attribute.meta {
        args::parse(
            list.tokens.clone(),
            words::API_VERSIONS,
            &[words::POLICY, words::REMOVED],
            sink,
            |key, input| {
                if key == words::REMOVED {
                    let form = "removed(\"2022-06-01\")";
                    removed = args::list(key, input, form, DateLit::parse, messages::empty_removed)?.value;
                    return Ok(());
                }
                let content;
                syn::parenthesized!(content in input);
                rules = content.parse()?;
                Ok(())
            },
        );
    } else {
        sink.error(&attribute.meta, messages::API_VERSIONS_WITHOUT_ARGUMENTS);
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
    (policy, removed)
}

/// `"required"`, the only thing a rule without a number can ask.
fn required(input: ParseStream<'_>) -> syn::Result<LitStr> {
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
    let split = |input: ParseStream<'_>| {
        let date: LitStr = input.parse().map_err(|error| messages::version_without_date(&error))?;
        if !input.is_empty() {
            input.parse::<syn::Token![,]>()?;
        }
        Ok((date, input.parse::<TokenStream>()?))
    };
    let (date, rest) = sink.ok(syn::parse::Parser::parse2(split, list.tokens.clone()))?;
    let (mut alias, mut deprecated, mut sunset, mut guide, mut preview) = (None, None, None, None, None);
    let mut brownouts = None;
    let accepted =
        [words::ALIAS, words::DEPRECATED, words::SUNSET, words::GUIDE, words::PREVIEW, words::BROWNOUTS];
    args::parse(rest, "version", &accepted, sink, |key, input| {
        if key == words::ALIAS {
            alias = Some(value(key, input, "alias = \"v2\"", Parse::parse)?.value);
        } else if key == words::DEPRECATED {
            deprecated = Some(value(key, input, "deprecated = \"2025-01-31\"", DateLit::parse)?);
        } else if key == words::SUNSET {
            sunset = Some(value(key, input, "sunset = \"2025-12-31\"", DateLit::parse)?);
        } else if key == words::GUIDE {
            guide = Some(value(key, input, "guide = \"https://example.com/v2\"", Parse::parse)?.value);
        } else if key == words::BROWNOUTS {
            let form = "brownouts(\"2025-06-01T14:00Z\" for \"1h\")";
            brownouts = Some(args::list(key, input, form, Brownout::parse, messages::empty_brownouts)?);
        } else {
            preview = Some(key.clone());
        }
        Ok(())
    });
    let date = sink.ok(DateLit::new(date))?;
    Some(Version { ident: variant.ident.clone(), date, alias, deprecated, sunset, guide, preview, brownouts })
}
