//! From declarations to a changelog.

use super::entry::{
    BehaviourEntry, Changelog, EndingEndpoint, EndpointChange, EndpointEntry, OpaqueEntry, TypeEntry,
    VersionEntry,
};
use crate::endpoint::{Gate, Meta, Range};
use crate::wire::history::{ChangeVerb, Law, TypeChange, TypeHistory};
use steadfast_core::{Date, Release, Timeline};

pub(super) fn changelog(timeline: &Timeline, metas: &[&'static Meta], gates: &[Gate]) -> Changelog {
    let releases = timeline.releases;
    let versions = releases.iter().enumerate().rev().map(|(at, release)| {
        let before = at.checked_sub(1).and_then(|before| releases.get(before)).map(|release| release.date);
        VersionEntry {
            version: release.date,
            alias: release.alias,
            preview: release.preview,
            deprecated: release.deprecated,
            sunset: release.sunset,
            guide: release.guide,
            endpoints: endpoints(metas, releases, at),
            types: types(metas, releases, at),
            behaviour: behaviour(gates, before, release.date),
        }
    });
    Changelog {
        versions: versions.collect(),
        ending: metas.iter().filter_map(|meta| ending(meta)).collect(),
        opaque: metas.iter().filter_map(|meta| opaque(meta)).collect(),
    }
}

/// Whether the endpoint answers the version; a neutral one belongs to none.
pub(super) fn answers(meta: &Meta, version: Date) -> bool {
    match meta.range {
        Range::Neutral => false,
        Range::Versions { since, until, .. } => since <= version && until.is_none_or(|until| version < until),
    }
}

/// Whether clients take both for one endpoint.
fn is_same(a: &Meta, b: &Meta) -> bool {
    a.method == b.method && a.path.matches_as(&b.path)
}

fn answering<'a>(metas: &[&'a Meta], like: &Meta, version: Date) -> Option<&'a Meta> {
    metas.iter().copied().find(|meta| is_same(meta, like) && answers(meta, version))
}

fn endpoints(metas: &[&'static Meta], releases: &[Release], at: usize) -> Vec<EndpointEntry> {
    let version = releases[at].date;
    let before = at.checked_sub(1).map(|before| releases[before].date);
    let (mut came, mut went, mut entries) = (Vec::new(), Vec::new(), Vec::new());
    for meta in metas {
        let was = before.and_then(|before| answering(metas, meta, before));
        let is = answering(metas, meta, version);
        match (was, is) {
            (None, Some(now)) if std::ptr::eq(now, *meta) => came.push(*meta),
            (Some(last), None) if std::ptr::eq(last, *meta) => went.push(*meta),
            (Some(last), Some(now)) if std::ptr::eq(now, *meta) && !std::ptr::eq(last, now) => {
                entries.push(entry(EndpointChange::Replaced, meta));
            }
            _ => {}
        }
    }
    for meta in came {
        let moved = went.iter().position(|old| old.method == meta.method && function(old) == function(meta));
        if let Some(old) = moved {
            let old = went.remove(old);
            entries.push(EndpointEntry { to: Some(meta.path.text), ..entry(EndpointChange::Moved, old) });
        } else if releases[..at].iter().any(|earlier| answering(metas, meta, earlier.date).is_some()) {
            entries.push(entry(EndpointChange::Restored, meta));
        } else {
            entries.push(entry(EndpointChange::Added, meta));
        }
    }
    entries.extend(went.into_iter().map(|meta| entry(EndpointChange::Removed, meta)));
    if let Some(before) = before {
        for meta in metas.iter().filter(|meta| answers(meta, version)) {
            let brought = |date: Date| before < date && date <= version;
            let statements = meta.statements.iter().rev().filter(|statement| brought(statement.date));
            entries.extend(statements.map(|statement| EndpointEntry {
                text: Some(statement.to_string()),
                note: statement.note,
                ..entry(EndpointChange::Changed, meta)
            }));
        }
    }
    entries
}

fn entry(change: EndpointChange, meta: &Meta) -> EndpointEntry {
    EndpointEntry {
        change,
        method: meta.method.as_str(),
        path: meta.path.text,
        to: None,
        text: None,
        note: None,
    }
}

/// The name of the handler, without its module.
fn function(meta: &Meta) -> &str {
    meta.name.rsplit("::").next().unwrap_or(meta.name)
}

/// The histories of the types in the bodies of an endpoint, and of what they hold.
pub(super) fn histories(meta: &Meta) -> Vec<&'static TypeHistory> {
    let mut found: Vec<&'static TypeHistory> = Vec::new();
    for history in meta.types.iter().flat_map(|history| history.with_held()) {
        if found.iter().all(|known| known.id != history.id) {
            found.push(history);
        }
    }
    found
}

/// Returns the last of some versions that had the endpoint, perhaps at another path, with the endpoint as it was then.
fn last_with<'a>(metas: &[&'a Meta], meta: &'a Meta, releases: &[Release]) -> Option<(Date, &'a Meta)> {
    let is_moved = |other: &&&'a Meta| other.method == meta.method && function(other) == function(meta);
    let had = |release: &Release| {
        let moved = || metas.iter().filter(is_moved).copied().find(|other| answers(other, release.date));
        answering(metas, meta, release.date).or_else(moved).map(|had| (release.date, had))
    };
    releases.iter().rev().find_map(had)
}

/// What changed about the types of endpoints since the last version that had them: what is new has no past.
fn types(metas: &[&'static Meta], releases: &[Release], at: usize) -> Vec<TypeEntry> {
    let version = releases[at].date;
    let mut seen: Vec<(&str, &TypeChange)> = Vec::new();
    let mut entries: Vec<TypeEntry> = Vec::new();
    for meta in metas.iter().filter(|meta| answers(meta, version)) {
        let Some((before, was)) = last_with(metas, meta, &releases[..at]) else { continue };
        let had = histories(was);
        let is_known = |history: &TypeHistory| had.iter().any(|had| had.id == history.id);
        let name = format!("{} {}", meta.method.as_str(), meta.path.text);
        for history in histories(meta).into_iter().filter(|history| is_known(history)) {
            let changes =
                history.changes.iter().filter(|change| before < change.date && change.date <= version);
            for change in changes {
                if let Some(known) = seen.iter().position(|known| *known == (history.path, change)) {
                    let endpoints = &mut entries[known].endpoints;
                    // One type may stand in it with several parameters.
                    if endpoints.last() != Some(&name) {
                        endpoints.push(name.clone());
                    }
                } else {
                    seen.push((history.path, change));
                    entries.push(described(history, change, name.clone()));
                }
            }
        }
    }
    entries
}

fn described(history: &TypeHistory, change: &TypeChange, endpoint: String) -> TypeEntry {
    let (law, loss) = match change.law {
        Law::Lossless => (Some("lossless"), None),
        Law::Defaulted => (Some("defaulted"), None),
        Law::Lossy(reason) => (Some("lossy"), Some(reason)),
        Law::Unclaimed => (None, None),
    };
    TypeEntry {
        name: history.name(),
        old: change.old,
        new: change.new,
        change: match change.verb {
            ChangeVerb::Added => "added",
            ChangeVerb::Changed => "changed",
            ChangeVerb::Removed => "removed",
            ChangeVerb::Renamed => "renamed",
            ChangeVerb::Replaced => "replaced",
            ChangeVerb::Retagged => "retagged",
            ChangeVerb::Constrained => "constrained",
        },
        breaking: (change.verb == ChangeVerb::Constrained).then_some("requests"),
        text: change.to_string(),
        note: change.note,
        law,
        loss,
        endpoints: vec![endpoint],
    }
}

fn behaviour(gates: &[Gate], before: Option<Date>, version: Date) -> Vec<BehaviourEntry> {
    let brought = |gate: &&Gate| before.is_none_or(|before| before < gate.date) && gate.date <= version;
    gates.iter().filter(brought).map(|gate| BehaviourEntry { name: gate.name, note: gate.note }).collect()
}

fn opaque(meta: &Meta) -> Option<OpaqueEntry> {
    if meta.range == Range::Neutral {
        return None;
    }
    let named = |history: &'static TypeHistory| {
        history.opaque.iter().map(|field| format!("{}.{field}", history.name()))
    };
    let fields: Vec<_> = histories(meta).into_iter().flat_map(named).collect();
    let bodies = meta.is_opaque || meta.types.iter().any(|history| history.is_unknown());
    (bodies || !fields.is_empty()).then(|| OpaqueEntry {
        method: meta.method.as_str(),
        path: meta.path.text,
        bodies,
        fields,
    })
}

fn ending(meta: &Meta) -> Option<EndingEndpoint> {
    (meta.deprecated.is_some() || meta.sunset.is_some()).then(|| EndingEndpoint {
        method: meta.method.as_str(),
        path: meta.path.text,
        deprecated: meta.deprecated,
        sunset: meta.sunset,
    })
}
