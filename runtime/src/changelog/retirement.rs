use super::collect::{answers, histories};
use super::entry::{as_maybe_text, as_text};
use crate::endpoint::Gate;
use crate::endpoint::Meta;
use crate::wire::history::TypeHistory;
use serde::Serialize;
use std::fmt;
use steadfast_core::{Date, Release, Timeline};

/// What nobody needs any more on a day; made by [`Endpoints::retirement`](crate::Endpoints::retirement).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Retirement {
    /// The day.
    #[serde(serialize_with = "as_text")]
    pub on: Date,
    /// What can be deleted.
    pub items: Vec<Retirable>,
}

/// Something that can be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Retirable {
    /// What it is.
    pub what: Retired,
    /// The day from which nobody needed it: the last sunset of a version that did. `None` if no version ever did.
    #[serde(serialize_with = "as_maybe_text")]
    pub since: Option<Date>,
}

/// What can be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Retired {
    /// A version: its variant can go, with its date in `removed(..)`.
    Version {
        /// The day that names it.
        #[serde(serialize_with = "as_text")]
        version: Date,
    },
    /// An endpoint: its handler can go.
    Endpoint {
        /// The path of the handler.
        name: &'static str,
        /// The method it answered.
        method: &'static str,
        /// The path it answered.
        path: &'static str,
    },
    /// The shape that a type had before a day.
    Shape {
        /// The path of the type.
        #[serde(rename = "type")]
        path: &'static str,
        /// The day.
        #[serde(serialize_with = "as_text")]
        before: Date,
    },
    /// A change of a type: its statement can go, with its conversions. Of `constrained` only `in` can go, since what it
    /// checks holds for everybody.
    Change {
        /// The path of the type.
        #[serde(rename = "type")]
        path: &'static str,
        /// The version that brought it.
        #[serde(serialize_with = "as_text")]
        date: Date,
        /// What changed, in words.
        text: String,
    },
    /// A change of an endpoint: its statement can go, with its conversions.
    EndpointChange {
        /// The path of the handler.
        name: &'static str,
        /// The version that brought it.
        #[serde(serialize_with = "as_text")]
        date: Date,
        /// What changed, in words.
        text: String,
    },
    /// A change of behaviour: it applies to everybody, and the other branch can go.
    Gate {
        /// The name of the change.
        name: &'static str,
        /// The version that brought it.
        #[serde(serialize_with = "as_text")]
        date: Date,
    },
}

pub(super) fn retirement(
    timeline: &Timeline,
    metas: &[&'static Meta],
    gates: &[Gate],
    on: Date,
) -> Retirement {
    let mut items = Vec::new();
    let mut add = |what: Retired, need: Need| items.extend(need.retired(what, on));
    for release in timeline.releases {
        add(Retired::Version { version: release.date }, Need::of([release], None));
    }
    for meta in metas {
        let releases = timeline.releases.iter().filter(|release| answers(meta, release.date));
        let (name, method, path) = (meta.name, meta.method.as_str(), meta.path.text);
        // A neutral endpoint is nobody's in particular.
        if releases.clone().next().is_some() {
            add(Retired::Endpoint { name, method, path }, Need::of(releases.clone(), meta.sunset));
        }
        for statement in meta.statements.iter().rev() {
            let date = statement.date;
            let older = releases.clone().filter(|release| release.date < date);
            let what = Retired::EndpointChange { name, date, text: statement.to_string() };
            add(what, Need::of(older, meta.sunset));
        }
    }
    let before = |date: Date| Need::of(timeline.releases.iter().filter(|release| release.date < date), None);
    for history in all_histories(metas) {
        let path = history.path;
        let mut shapes = history.dates().peekable();
        for change in history.changes {
            let date = change.date;
            if let Some(before_it) = shapes.next_if_eq(&date) {
                add(Retired::Shape { path, before: before_it }, before(date));
            }
            add(Retired::Change { path, date, text: change.to_string() }, before(date));
        }
    }
    for gate in gates {
        add(Retired::Gate { name: gate.name, date: gate.date }, before(gate.date));
    }
    Retirement { on, items }
}

fn all_histories(metas: &[&'static Meta]) -> Vec<&'static TypeHistory> {
    let mut found: Vec<&'static TypeHistory> = Vec::new();
    for history in metas.iter().flat_map(|meta| histories(meta)) {
        if found.iter().all(|known| known.path != history.path || known.changes != history.changes) {
            found.push(history);
        }
    }
    found
}

/// Until when something is needed.
enum Need {
    /// No version needs it.
    Never,
    Until(Date),
    /// A version that needs it has no sunset.
    Open,
}

impl Need {
    /// By these versions, each until its sunset or that of the endpoint.
    fn of<'a>(releases: impl IntoIterator<Item = &'a Release>, own: Option<Date>) -> Self {
        releases.into_iter().fold(Self::Never, |need, release| {
            let end = match (release.sunset, own) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            match (need, end) {
                (Self::Open, _) | (_, None) => Self::Open,
                (Self::Never, Some(end)) => Self::Until(end),
                (Self::Until(other), Some(end)) => Self::Until(other.max(end)),
            }
        })
    }

    /// `what`, if the need for it is over on this day.
    fn retired(self, what: Retired, on: Date) -> Option<Retirable> {
        match self {
            Self::Never => Some(Retirable { what, since: None }),
            Self::Until(end) if end <= on => Some(Retirable { what, since: Some(end) }),
            Self::Until(_) | Self::Open => None,
        }
    }
}

impl Retirement {
    /// What could have been deleted for more than these days.
    pub fn overdue(&self, grace_days: u32) -> impl Iterator<Item = &Retirable> {
        let grace = i64::from(grace_days);
        self.items.iter().filter(move |item| item.since.is_none_or(|since| self.on.days_since(since) > grace))
    }
}

impl fmt::Display for Retirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.items.is_empty() {
            return write!(f, "nothing can be retired on {}", self.on);
        }
        write!(f, "no version that is served on {} needs:", self.on)?;
        self.items.iter().try_for_each(|item| write!(f, "\n* {item}"))
    }
}

impl fmt::Display for Retirable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            Retired::Version { version } => write!(f, "the version {version}")?,
            Retired::Endpoint { name, method, path } => write!(f, "the endpoint {method} {path}, `{name}`")?,
            Retired::Shape { path, before } => write!(f, "the shape of `{path}` before {before}")?,
            Retired::Change { path, date, text } => write!(f, "the change of `{path}` in {date}: {text}")?,
            Retired::EndpointChange { name, date, text } => {
                write!(f, "the change of `{name}` in {date}: {text}")?;
            }
            Retired::Gate { name, date } => write!(f, "the gate `{name}` of {date}")?,
        }
        match self.since {
            Some(since) => write!(f, " (since {since})"),
            None => f.write_str(" (ever)"),
        }
    }
}
