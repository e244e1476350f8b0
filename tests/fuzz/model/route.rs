//! Which handler a path and a method lead to, version by version.

use super::super::app::Config;
use super::super::input::Sent;
use super::{Expected, REMOVED, VERSIONS};
use axum::http::Method;

/// A path that the model knows.
pub(super) struct Route {
    /// The segment that names the version, as it is written.
    pub(super) segment: Option<&'static str>,
    pub(super) endpoint: Endpoint,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    /// At every version, by GET.
    Everywhere(&'static str),
    Item,
    Latest,
    Items,
    /// Whether of several segments, which only the later versions have.
    List(bool),
    Neutral(&'static str),
}

impl Route {
    /// `None` if no handler may answer.
    pub(super) fn of(config: &Config, sent: &Sent) -> Option<Self> {
        let local = sent.uri.path().strip_prefix(config.mount)?;
        let root = Some(Endpoint::Everywhere("root"));
        // axum nests the root at the mount itself, without a slash behind it.
        if local == if config.mount.is_empty() { "/" } else { "" } {
            return Some(Self { segment: None, endpoint: root? });
        }
        let below = local.strip_prefix(config.prefix)?;
        let first = below.strip_prefix('/').unwrap_or_default().split('/').next()?;
        let declared = VERSIONS.iter().flat_map(|(date, known)| [Some(*date), known.alias]);
        let segment = declared.flatten().chain(REMOVED).find(|name| *name == first);
        let rest = segment.map_or(below, |segment| &below[1 + segment.len()..]);
        // The path of nothing but the segment is that of the root.
        let bare = segment.is_some() && config.prefix.is_empty() && ["", "/"].contains(&rest);
        let endpoint = root.filter(|_| bare).or_else(|| Endpoint::of(&format!("{}{rest}", config.prefix)))?;
        // What looks at no version stays where it is.
        (segment.is_none() || !matches!(endpoint, Endpoint::Neutral(_))).then_some(Self { segment, endpoint })
    }
}

impl Endpoint {
    fn of(path: &str) -> Option<Self> {
        let below = |folder: &str| path.strip_prefix(folder).filter(|rest| !rest.is_empty());
        Some(match path {
            "/api/version" => Self::Everywhere("version"),
            "/api/query" => Self::Everywhere("query"),
            "/api/tag" => Self::Everywhere("tagged"),
            "/api/items" => Self::Items,
            "/api/items/latest" => Self::Latest,
            "/api/items/latest/count" => Self::Neutral("count"),
            "/api/health" => Self::Neutral("health"),
            _ if below("/api/items/").is_some_and(|id| !id.contains('/')) => Self::Item,
            _ if below("/api/files/").is_some() => Self::Everywhere("file"),
            _ => Self::List(below("/api/lists/")?.contains('/')),
        })
    }

    pub(super) fn neutral(self, method: &Method) -> Option<Expected> {
        let Self::Neutral(name) = self else { return None };
        Some(match *method {
            Method::GET | Method::HEAD => Expected::Handler(name, None),
            Method::OPTIONS => Expected::Options,
            _ => Expected::Framework("method-not-allowed", ""),
        })
    }

    /// What is answered at a version that is not over.
    pub(super) fn at(self, method: &Method, date: &'static str) -> Expected {
        let reads = [Method::GET, Method::HEAD].contains(method);
        let deletes = *method == Method::DELETE && ("2024-12-18".."2025-06-01").contains(&date);
        let handler = match self {
            Self::Everywhere(name) => reads.then_some(name),
            Self::Items if *method == Method::POST => return Expected::Body("create", date),
            Self::Items => (reads && date < "2025-06-01").then_some("items"),
            Self::Latest if date >= "2025-03-01" => reads.then_some("latest_item"),
            Self::Item | Self::Latest if deletes => Some("delete_item"),
            Self::Item | Self::Latest => reads.then_some("item"),
            Self::List(true) if date < "2024-12-18" => return Expected::Nobody,
            Self::List(_) => reads.then_some(if date < "2024-12-18" { "list_then" } else { "list_now" }),
            Self::Neutral(_) => None,
        };
        match handler {
            Some(name) => Expected::Handler(name, Some(date)),
            None if *method == Method::OPTIONS => Expected::Options,
            None => Expected::Framework("method-not-allowed", date),
        }
    }
}
