use crate::diag::messages;
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use std::time::Duration;
use steadfast_core::Date;
use syn::LitStr;
use syn::parse::ParseStream;

/// A string literal that is a date.
#[derive(Clone)]
pub(crate) struct DateLit {
    pub(crate) date: Date,
    pub(crate) literal: LitStr,
}

impl DateLit {
    pub(crate) fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Self::new(input.parse()?)
    }

    pub(crate) fn new(literal: LitStr) -> syn::Result<Self> {
        match Date::parse(&literal.value()) {
            Ok(date) => Ok(Self { date, literal }),
            Err(error) => Err(messages::bad_date(&literal, error)),
        }
    }
}

/// The date as an expression: a number, because the compiler would read a text slowly, once more for each date.
impl ToTokens for DateLit {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(date(self.date));
    }
}

/// A date as an expression.
pub(crate) fn date(date: Date) -> TokenStream {
    let (private, number) = (crate::names::private(), Literal::u32_unsuffixed(date.number()));
    quote!(#private::Date::known(#number))
}

/// A string literal that is a length of time, such as `"24h"` or `"1day 12h"`; never zero.
#[derive(Clone)]
pub(crate) struct DurationLit {
    pub(crate) duration: Duration,
    pub(crate) literal: LitStr,
}

impl DurationLit {
    pub(crate) fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let literal: LitStr = input.parse()?;
        let text = literal.value();
        // humantime takes a month as 30.44 days, which nobody means.
        if text.contains("month") || text.contains('M') || text.contains('y') && !text.contains("day") {
            return Err(messages::calendar_duration(&literal));
        }
        match humantime::parse_duration(&text) {
            Ok(Duration::ZERO) => Err(messages::zero_duration(&literal)),
            Ok(duration) if duration.as_millis() > u128::from(u32::MAX) * 1000 => {
                Err(messages::endless_duration(&literal))
            }
            Ok(duration) => Ok(Self { duration, literal }),
            Err(error) => Err(messages::bad_duration(&literal, &error)),
        }
    }
}

impl ToTokens for DurationLit {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let millis = u64::try_from(self.duration.as_millis()).unwrap_or(u64::MAX);
        tokens.extend(quote!(::core::time::Duration::from_millis(#millis)));
    }
}
