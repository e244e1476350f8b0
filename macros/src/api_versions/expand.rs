use super::attr::{Brownout, Version};
use super::model::Timeline;
use crate::names::{option, private};
use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

pub(crate) fn expand(timeline: &Timeline) -> TokenStream {
    let Timeline { ident, versions, removed, min_notice_days, idempotency_required, sunset_required } =
        timeline;
    let p = private();
    let name = ident.to_string();
    let variants: Vec<&Ident> = versions.iter().map(|version| &version.ident).collect();
    let releases = versions.iter().map(release);
    let min_notice_days = option(min_notice_days.as_ref());
    let basics = basics(ident);
    quote! {
        #basics
        #[automatically_derived]
        impl #p::ApiVersions for #ident {
            const TIMELINE: &'static #p::Timeline = &#p::Timeline {
                name: #name,
                releases: &[#(#releases),*],
                removed: &[#(#removed),*],
                policy: #p::Policy {
                    min_notice_days: #min_notice_days,
                    idempotency_required: #idempotency_required,
                    sunset_required: #sunset_required,
                },
            };
            const ALL: &'static [Self] = &[#(Self::#variants),*];
            fn position(self) -> usize {
                self as usize
            }
        }
    }
}

fn release(version: &Version) -> TokenStream {
    let Version { ident, date, alias, deprecated, sunset, guide, preview, brownouts } = version;
    let p = private();
    let name = ident.to_string();
    let alias = option(alias.as_ref());
    let deprecated = option(deprecated.as_ref().map(|arg| &arg.value));
    let sunset = option(sunset.as_ref().map(|arg| &arg.value));
    let guide = option(guide.as_ref());
    let preview = preview.is_some();
    let brownouts = brownouts.iter().flat_map(|arg| &arg.value).map(brownout);
    quote! {
        #p::Release {
            name: #name,
            date: #date,
            alias: #alias,
            deprecated: #deprecated,
            sunset: #sunset,
            guide: #guide,
            preview: #preview,
            brownouts: &[#(#brownouts),*],
        }
    }
}

fn brownout(brownout: &Brownout) -> TokenStream {
    let p = private();
    let (from, until) = (brownout.from.seconds, brownout.until());
    quote!(#p::Brownout { from: #from, until: #until })
}

/// The traits of a version that do not depend on its dates: a plain, ordered, copyable value that is text on the wire
/// and an extractor.
fn basics(ident: &Ident) -> TokenStream {
    let p = private();
    quote! {
        #[automatically_derived]
        impl ::core::marker::Copy for #ident {}
        #[automatically_derived]
        impl ::core::clone::Clone for #ident {
            fn clone(&self) -> Self {
                *self
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for #ident {
            fn eq(&self, other: &Self) -> bool {
                #p::ApiVersions::position(*self) == #p::ApiVersions::position(*other)
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for #ident {}
        #[automatically_derived]
        impl ::core::cmp::PartialOrd for #ident {
            fn partial_cmp(&self, other: &Self) -> ::core::option::Option<::core::cmp::Ordering> {
                ::core::option::Option::Some(::core::cmp::Ord::cmp(self, other))
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Ord for #ident {
            fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
                ::core::cmp::Ord::cmp(
                    &#p::ApiVersions::position(*self),
                    &#p::ApiVersions::position(*other),
                )
            }
        }
        #[automatically_derived]
        impl ::core::hash::Hash for #ident {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&#p::ApiVersions::position(*self), state);
            }
        }
        #[automatically_derived]
        impl ::core::fmt::Debug for #ident {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #p::version::fmt(*self, f)
            }
        }
        #[automatically_derived]
        impl ::core::fmt::Display for #ident {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #p::version::fmt(*self, f)
            }
        }
        #[automatically_derived]
        impl ::core::str::FromStr for #ident {
            type Err = #p::ParseVersionError;
            fn from_str(text: &str) -> ::core::result::Result<Self, #p::ParseVersionError> {
                #p::version::parse(text)
            }
        }
        #[automatically_derived]
        impl #p::serde::Serialize for #ident {
            fn serialize<S: #p::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                #p::version::serialize(*self, serializer)
            }
        }
        #[automatically_derived]
        impl<'de> #p::serde::Deserialize<'de> for #ident {
            fn deserialize<D: #p::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                #p::version::deserialize(deserializer)
            }
        }
        #[automatically_derived]
        impl<S: ::core::marker::Sync> #p::axum::extract::FromRequestParts<S> for #ident {
            type Rejection = #p::Problem;
            async fn from_request_parts(
                _: &mut #p::http::request::Parts,
                _: &S,
            ) -> ::core::result::Result<Self, #p::Problem> {
                #p::version::served()
            }
        }
    }
}

/// The same traits with nothing behind them, for an enum whose error has been reported.
pub(crate) fn stub(ident: &Ident) -> TokenStream {
    let p = private();
    let basics = basics(ident);
    quote! {
        #basics
        #[automatically_derived]
        impl #p::ApiVersions for #ident {
            const TIMELINE: &'static #p::Timeline = #p::version::BROKEN;
            const ALL: &'static [Self] = &[];
            fn position(self) -> usize {
                0
            }
        }
    }
}
