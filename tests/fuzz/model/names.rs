//! The days that a request names, place by place.

use super::super::app::Config;
use super::super::input::Sent;
use super::{UNSUPPORTED, dated, served};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// What all places of a request say.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) dates: BTreeSet<String>,
    pub(super) problems: BTreeSet<&'static str>,
}

impl Names {
    /// One place whose value is a date and nothing else.
    fn date(&mut self, value: &[u8]) {
        match day(value.trim_ascii()) {
            Some(date) => self.dates.insert(date),
            None => self.problems.insert("invalid-version"),
        };
    }
}

/// `None` if what is written is too odd for the model.
pub(super) fn all(config: &Config, sent: &Sent, previews: bool) -> Option<Names> {
    let mut names = Names::default();
    // A gateway may have joined several lines.
    for value in sent.headers.get_all(config.echo) {
        value.as_bytes().split(|byte| *byte == b',').for_each(|member| names.date(member));
    }
    let pairs = sent.uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    for (key, value) in pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))) {
        if decoded(key) == b"api-version" {
            names.date(&decoded(value));
        }
    }
    let (accept, content) = sent.media();
    let mut offers = Vec::new();
    for field in accept {
        for range in field.to_str().ok()?.split(',') {
            let Offer::Version(Media { weight: Some(weight), date }) = media(range)? else { continue };
            offers.push((weight, date));
        }
    }
    let serves = |date: Option<String>, otherwise: &'static str| {
        let Some(date) = date else { return Err(otherwise) };
        match served(config, &date, previews) {
            Ok(_) => Ok(date),
            Err(UNSUPPORTED) => Err(otherwise),
            Err(slug) => Err(slug),
        }
    };
    let (mut known, mut refused): (Vec<(u16, String)>, _) = (Vec::new(), None);
    for (weight, date) in offers {
        match serves(date, "version-not-acceptable") {
            Ok(date) => known.push((weight, date)),
            Err(slug) => drop(refused.get_or_insert(slug)),
        }
    }
    match known.iter().map(|(weight, _)| *weight).max() {
        // Two days of one weight are ambiguous, as those of two places are.
        Some(best) => {
            names.dates.extend(known.into_iter().filter(|(own, _)| *own == best).map(|(_, date)| date));
        }
        None => names.problems.extend(refused),
    }
    if let Some(content) = content {
        // Nor does the model join media types.
        if content.as_bytes().contains(&b',') {
            return None;
        }
        // A weight is nothing that a body has.
        if let Offer::Version(Media { date, .. }) = media(content.to_str().ok()?)? {
            match serves(date, "unsupported-version-media-type") {
                Ok(date) => names.dates.insert(date),
                Err(slug) => names.problems.insert(slug),
            };
        }
    }
    Some(names)
}

fn day(text: &[u8]) -> Option<String> {
    let text = str::from_utf8(text).ok()?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return None };
    if [year.len(), month.len(), day.len()] != [4, 2, 2] || !parts.iter().all(|part| digits(part)) {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    (*year != "0000").then(|| date.format("%Y-%m-%d").to_string())
}

/// A part of a query as a form has it.
pub(crate) fn decoded(text: &str) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::new(), text.as_bytes());
    while let [first, tail @ ..] = rest {
        let hex = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let escaped = match rest {
            [b'%', high, low, ..] => hex(*high).zip(hex(*low)).map(|(high, low)| high * 16 + low),
            _ => None,
        };
        out.push(escaped.unwrap_or(if *first == b'+' { b' ' } else { *first }));
        rest = if escaped.is_some() { &rest[3..] } else { tail };
    }
    out
}

/// A media type that names a version.
struct Media {
    /// `None` if it is not wanted.
    weight: Option<u16>,
    /// `None` if there is no such version.
    date: Option<String>,
}

/// What a media type names.
enum Offer {
    /// No version.
    Nothing,
    Version(Media),
}

/// What a media type names; `None` if only the framework's parser can tell.
fn media(text: &str) -> Option<Offer> {
    let lower = text.to_ascii_lowercase();
    if !lower.contains("acme") && !lower.contains('"') {
        return Some(Offer::Nothing);
    }
    let mut parts = lower.split(';').map(|part| part.trim_matches([' ', '\t']));
    let token = |text: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+%*'".contains(&byte);
        (1..100).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.bytes().all(plain)
    };
    let essence = parts.next()?;
    let (_, subtype) = essence.split_once('/').filter(|(ty, subtype)| token(ty) && token(subtype))?;
    if subtype.ends_with('+') {
        return None;
    }
    let pairs: Option<Vec<(&str, &str)>> =
        parts.map(|part| part.split_once('=').filter(|(name, value)| token(name) && token(value))).collect();
    let pairs = pairs?;
    let values =
        |key: &'static str| pairs.iter().filter(move |(name, _)| *name == key).map(|(_, value)| *value);
    let date = if essence == "application/vnd.acme+json" {
        let mut versions = values("version");
        let Some(version) = versions.next() else { return Some(Offer::Nothing) };
        named(version).filter(|_| versions.next().is_none())
    } else {
        let name = essence.strip_prefix("application/vnd.acme.").and_then(|name| name.strip_suffix("+json"));
        let Some(name) = name else { return Some(Offer::Nothing) };
        let numbered = name.strip_prefix('v').unwrap_or(name).starts_with(|c: char| c.is_ascii_digit());
        match named(name) {
            None if !numbered => return Some(Offer::Nothing),
            date => date,
        }
    };
    Some(Offer::Version(Media { weight: weight(values("q").next()), date }))
}

fn named(text: &str) -> Option<String> {
    day(text.as_bytes()).or_else(|| dated(text).map(str::to_owned))
}

/// In thousandths, if it is a weight and more than nothing.
fn weight(text: Option<&str>) -> Option<u16> {
    let Some(text) = text else { return Some(1000) };
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3
        || !decimals.bytes().all(|byte| byte.is_ascii_digit())
        || !["0", "1"].contains(&whole)
    {
        return None;
    }
    let thousandths: u16 = format!("{whole}{decimals:0<3}").parse().ok()?;
    (1..=1000).contains(&thousandths).then_some(thousandths)
}
