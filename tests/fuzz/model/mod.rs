//! What an API must answer, worked out a second time from its documentation alone. Where a request is too odd for a
//! sentence of the documentation, the model says nothing, and only what holds for every answer is checked.

mod names;
mod route;

pub(crate) use names::decoded;

use super::app::{Config, Previews, Sunset};
use super::input::Sent;
use names::Names;
use route::Route;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// What the model knows of one version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub(crate) alias: Option<&'static str>,
    pub(crate) preview: bool,
    pub(crate) over: bool,
    /// Today it is gone for a while.
    pub(crate) brownout: bool,
}

/// The timeline of `declared`, written a second time.
pub(crate) static VERSIONS: LazyLock<BTreeMap<&'static str, Known>> = LazyLock::new(|| {
    BTreeMap::from([
        ("2024-01-15", Known { alias: Some("v1"), preview: false, over: true, brownout: false }),
        ("2024-06-01", Known { alias: Some("brown"), preview: false, over: false, brownout: true }),
        ("2024-12-18", Known { alias: Some("v2"), preview: false, over: false, brownout: false }),
        ("2025-03-01", Known { alias: Some("v3"), preview: false, over: false, brownout: false }),
        ("2025-06-01", Known { alias: None, preview: false, over: false, brownout: false }),
        ("2026-01-15", Known { alias: Some("next"), preview: true, over: false, brownout: false }),
    ])
});

/// Versions that are declared no more.
pub(crate) const REMOVED: [&str; 2] = ["2023-01-15", "2025-04-01"];

/// What must be answered.
#[derive(Debug)]
pub(crate) struct Model {
    /// `None` if the model does not know.
    pub(crate) expected: Option<Expected>,
    /// The segment of the path that names the version.
    pub(crate) segment: Option<&'static str>,
}

#[derive(Debug)]
pub(crate) enum Expected {
    /// This handler answers, at this version unless it looks at none.
    Handler(&'static str, Option<&'static str>),
    /// The handler of this name, or what is wrong with its body.
    Body(&'static str, &'static str),
    /// The framework itself answers, at this version.
    Framework(&'static str, &'static str),
    /// OPTIONS, answered by the framework.
    Options,
    /// No handler, whatever else.
    Nobody,
    /// The version is refused, for one of these reasons.
    Refused(BTreeSet<&'static str>),
}

const UNSUPPORTED: &str = "unsupported-version";

impl Model {
    pub(crate) fn of(config: &Config, sent: &Sent) -> Self {
        // axum takes one slash too many off a path below a prefix.
        if sent.uri.path().contains("//") {
            return Self { expected: None, segment: None };
        }
        let Some(Route { segment, endpoint }) = Route::of(config, sent) else {
            return Self { expected: Some(Expected::Nobody), segment: None };
        };
        let expected = match endpoint.neutral(&sent.method) {
            Some(neutral) => Some(neutral),
            None => told(config, sent, segment).map(|told| match told {
                Err(refused) => Expected::Refused(refused),
                Ok(date) if VERSIONS[date].over && config.sunset == Sunset::Gone => {
                    Expected::Framework("version-sunset", date)
                }
                Ok(date) if VERSIONS[date].brownout && config.sunset != Sunset::DryRun => {
                    Expected::Framework("version-brownout", date)
                }
                Ok(date) => endpoint.at(&sent.method, date),
            }),
        };
        Self { expected, segment }
    }
}

type Told = Result<&'static str, BTreeSet<&'static str>>;

/// The version that a request is served at; `None` if the model cannot tell.
fn told(config: &Config, sent: &Sent, segment: Option<&'static str>) -> Option<Told> {
    let (explicit, partner) = (
        |previews| asked(config, sent, segment, previews),
        config.previews == Previews::Partners && sent.headers.contains_key("x-partner"),
    );
    let first = match explicit(config.previews != Previews::Off)? {
        Ok(first) => first,
        Err(problems) => return Some(Err(problems)),
    };
    let pinned = || {
        let account = sent.headers.get("x-account").filter(|_| config.pin)?.to_str().ok()?;
        dated(account).map(str::to_owned)
    };
    let Some(mut named) = first.clone().or_else(pinned) else {
        let default = config.default.ok_or(BTreeSet::from(["unspecified-version"]));
        return Some(default.map(|default| forwarded(config, default)));
    };
    let previews = partner || config.previews == Previews::On;
    // Who sees no previews is asked again what else would do.
    let is_preview = |date| VERSIONS.get(date).is_some_and(|known| known.preview);
    let unseen = config.previews == Previews::Partners && !partner;
    if unseen && first.is_some() && served(config, &named, true).is_ok_and(is_preview) {
        match explicit(false)? {
            Ok(again) => named = again.unwrap_or(named),
            Err(problems) => return Some(Err(problems)),
        }
    }
    Some(match served(config, &named, previews) {
        Ok(date) => Ok(forwarded(config, date)),
        // It depends on the place what this is called; a place whose own refusal it is has said so above.
        Err(UNSUPPORTED) if config.previews == Previews::Partners => {
            Err(BTreeSet::from([UNSUPPORTED, "version-not-acceptable", "unsupported-version-media-type"]))
        }
        Err(slug) => Err(BTreeSet::from([slug])),
    })
}

/// What the places of a request name together, if previews may be meant or not.
fn asked(
    config: &Config,
    sent: &Sent,
    segment: Option<&'static str>,
    previews: bool,
) -> Option<Result<Option<String>, BTreeSet<&'static str>>> {
    let Names { mut dates, mut problems } = names::all(config, sent, previews)?;
    dates.extend(segment.map(|segment| dated(segment).unwrap_or(segment).to_owned()));
    if dates.len() > 1 {
        problems.insert("ambiguous-version");
    }
    Some(if problems.is_empty() { Ok(dates.pop_first()) } else { Err(problems) })
}

/// The declared version of this name.
fn dated(name: &str) -> Option<&'static str> {
    let named = |(date, known): &(&&'static str, &Known)| **date == name || known.alias == Some(name);
    VERSIONS.iter().find(named).map(|(date, _)| *date)
}

/// The greatest version not after a day, if the API serves it; otherwise the problem.
fn served(config: &Config, day: &str, previews: bool) -> Result<&'static str, &'static str> {
    // Days of equal length are ordered as their texts are.
    let until =
        || VERSIONS.iter().map(|(date, known)| (*date, *known)).rev().filter(|(date, _)| *date <= day);
    let latest = until().next();
    let removed = REMOVED.iter().rfind(|removed| **removed <= day);
    if removed.is_some_and(|removed| latest.is_none_or(|(date, _)| date < *removed)) {
        return Err("version-removed");
    }
    let (date, known) = latest.ok_or(UNSUPPORTED)?;
    let newest = VERSIONS.iter().rfind(|(_, known)| !known.preview).map(|(date, _)| *date);
    if config.strict && date != day
        || known.preview && !previews && date == day
        || config.reject_future && date != day && newest.is_none_or(|newest| day > newest)
    {
        return Err(UNSUPPORTED);
    }
    until().find(|(_, known)| previews || !known.preview).map(|(date, _)| date).ok_or(UNSUPPORTED)
}

/// The oldest version that is not over.
fn forwarded(config: &Config, date: &'static str) -> &'static str {
    if config.sunset != Sunset::FallForward {
        return date;
    }
    let live = |(_, known): &(&&str, &Known)| !known.over;
    VERSIONS.range(date..).find(live).map_or(date, |(date, _)| *date)
}
