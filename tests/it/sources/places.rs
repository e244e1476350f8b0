//! Where a version can come from.

use super::Version;
use axum::http::HeaderMap;
use steadfast::{Header, MediaType, PathSegment, QueryParam, VersionPolicy};

/// A place for the version of a request.
pub(super) struct Place {
    pub(super) name: &'static str,
    /// The policy of an API that looks there. Only the default's depends on the version.
    pub(super) policy: fn(Version) -> VersionPolicy<Version, ()>,
    /// How a client names a version there: from a path, the date and the alias to a target and header lines.
    pub(super) name_it: fn(&str, &str, &str) -> Named,
    /// The header that answers name the served version in.
    pub(super) echo: &'static str,
    /// What answers vary by, in the order of the alphabet.
    pub(super) vary: &'static [&'static str],
    /// The `Content-Type` of JSON answers, where it tells the version.
    pub(super) media_type: Option<fn(&str, &str) -> String>,
    /// Whether clients write the date out, so that any other date could stand there.
    pub(super) dates: bool,
    /// Whether the version is part of the URL's path.
    pub(super) in_path: bool,
}

/// What a client sends.
pub(super) struct Named {
    pub(super) target: String,
    pub(super) headers: Vec<String>,
}

fn line(target: &str, line: String) -> Named {
    Named { target: target.to_owned(), headers: vec![line] }
}

pub(super) const JSON: &str = "application/vnd.acme+json";

const PLAIN: Place = Place {
    name: "a header",
    policy: |_| Header("Api-Version").or_reject(),
    name_it: |path, date, _| line(path, format!("Api-Version: {date}")),
    echo: "api-version",
    vary: &["api-version"],
    media_type: None,
    dates: true,
    in_path: false,
};

const MEDIA: Place = Place {
    name: "Accept with a parameter",
    policy: |_| MediaType(JSON).or_reject(),
    name_it: |path, date, _| line(path, format!("Accept: {JSON}; version={date}")),
    vary: &["accept", "content-type"],
    media_type: Some(|date, _| format!("{JSON}; version={date}")),
    ..PLAIN
};

const EVERYWHERE: Place = Place {
    name: "a header among everything",
    policy: |_| everywhere(),
    vary: &["accept", "api-version", "content-type", "x-version"],
    ..PLAIN
};

/// An API that looks everywhere.
pub(super) fn everywhere() -> VersionPolicy<Version, ()> {
    Header("Api-Version")
        .or(Header("X-Version"))
        .or(QueryParam("api-version"))
        .or(PathSegment("/"))
        .or(MediaType(JSON))
        .or_reject()
}

async fn pin(headers: HeaderMap) -> Option<Version> {
    headers.get("x-api-key")?.to_str().ok()?.parse().ok()
}

fn in_query(path: &str, date: &str, _: &str) -> Named {
    let mark = if path.contains('?') { '&' } else { '?' };
    Named { target: format!("{path}{mark}api-version={date}"), headers: Vec::new() }
}

fn in_front(path: &str, date: &str, _: &str) -> Named {
    Named { target: format!("/{date}{path}"), headers: Vec::new() }
}

pub(super) const PLACES: [Place; 20] = [
    PLAIN,
    Place {
        name: "a second header",
        policy: |_| Header("Acme-Version").or(Header("X-Version")).or_reject(),
        name_it: |path, date, _| line(path, format!("X-Version: {date}")),
        echo: "acme-version",
        vary: &["acme-version", "x-version"],
        ..PLAIN
    },
    Place {
        name: "the query",
        policy: |_| QueryParam("api-version").or_reject(),
        name_it: in_query,
        vary: &[],
        ..PLAIN
    },
    Place {
        name: "the path, by date",
        policy: |_| PathSegment("/").or_reject(),
        name_it: in_front,
        vary: &[],
        in_path: true,
        ..PLAIN
    },
    Place {
        name: "the path, by alias",
        policy: |_| PathSegment("/").or_reject(),
        name_it: |path, _, alias| Named { target: format!("/{alias}{path}"), headers: Vec::new() },
        vary: &[],
        dates: false,
        in_path: true,
        ..PLAIN
    },
    Place {
        name: "the path, under a prefix",
        policy: |_| PathSegment("/shop").or_reject(),
        name_it: |path, date, _| Named {
            target: path.replacen("/shop", &format!("/shop/{date}"), 1),
            headers: Vec::new(),
        },
        vary: &[],
        in_path: true,
        ..PLAIN
    },
    MEDIA,
    Place {
        name: "Accept with an alias",
        name_it: |path, _, alias| line(path, format!("Accept: application/vnd.acme.{alias}+json")),
        media_type: Some(|_, alias| format!("application/vnd.acme.{alias}+json")),
        dates: false,
        ..MEDIA
    },
    Place {
        name: "Accept with a date in the subtype",
        name_it: |path, date, _| line(path, format!("Accept: application/vnd.acme.{date}+json")),
        media_type: Some(|date, _| format!("application/vnd.acme.{date}+json")),
        ..MEDIA
    },
    Place {
        name: "Content-Type with a parameter",
        name_it: |path, date, _| line(path, format!("Content-Type: {JSON}; version={date}")),
        ..MEDIA
    },
    Place {
        name: "Content-Type with an alias",
        name_it: |path, _, alias| line(path, format!("Content-Type: application/vnd.acme.{alias}+json")),
        media_type: Some(|_, alias| format!("application/vnd.acme.{alias}+json")),
        dates: false,
        ..MEDIA
    },
    Place {
        name: "a pin",
        policy: |_| Header("Api-Version").pinned_by("X-Api-Key", pin).or_reject(),
        name_it: |path, date, _| line(path, format!("X-Api-Key: {date}")),
        vary: &["api-version", "x-api-key"],
        dates: false,
        ..PLAIN
    },
    Place {
        name: "a pin after the query",
        policy: |_| QueryParam("api-version").pinned_by("X-Api-Key", pin).or_reject(),
        name_it: |path, date, _| line(path, format!("X-Api-Key: {date}")),
        vary: &["x-api-key"],
        dates: false,
        ..PLAIN
    },
    Place {
        name: "the default",
        policy: |version| Header("Api-Version").or_default(version),
        name_it: |path, _, _| Named { target: path.to_owned(), headers: Vec::new() },
        dates: false,
        ..PLAIN
    },
    Place {
        name: "the default of a path",
        policy: |version| PathSegment("/").or_default(version),
        name_it: |path, _, _| Named { target: path.to_owned(), headers: Vec::new() },
        vary: &[],
        dates: false,
        ..PLAIN
    },
    EVERYWHERE,
    Place {
        name: "a second header among everything",
        name_it: |path, date, _| line(path, format!("X-Version: {date}")),
        ..EVERYWHERE
    },
    Place { name: "the query among everything", name_it: in_query, ..EVERYWHERE },
    Place { name: "the path among everything", name_it: in_front, in_path: true, ..EVERYWHERE },
    Place {
        name: "Accept among everything",
        name_it: |path, date, _| line(path, format!("Accept: {JSON}; version={date}")),
        media_type: MEDIA.media_type,
        ..EVERYWHERE
    },
];
