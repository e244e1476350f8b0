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
    let Turn { came, mut went } = Turn::of(metas, releases, at);
    let moves = moves(metas, releases, at);
    let mut entries = Vec::new();
    for meta in metas {
        let was = before.and_then(|before| answering(metas, meta, before));
        let is = answering(metas, meta, version);
        if let (Some(last), Some(now)) = (was, is)
            && std::ptr::eq(now, *meta)
            && !std::ptr::eq(last, now)
        {
            entries.push(entry(EndpointChange::Replaced, meta));
        }
    }
    for meta in came {
        if let Some((old, _)) = moves.iter().find(|(_, new)| std::ptr::eq(*new, meta)) {
            went.retain(|meta| !std::ptr::eq(*meta, *old));
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

/// The endpoints whose method and path one version answers, and the one beside it does not.
struct Turn<'a> {
    came: Vec<&'a Meta>,
    went: Vec<&'a Meta>,
}

impl<'a> Turn<'a> {
    fn of(metas: &[&'a Meta], releases: &[Release], at: usize) -> Self {
        let (version, before) = (releases[at].date, at.checked_sub(1).map(|before| releases[before].date));
        let only = |here: Option<Date>, there: Option<Date>| -> Vec<&'a Meta> {
            let is_at = |meta: &Meta, version: Option<Date>| {
                version.is_some_and(|version| answering(metas, meta, version).is_some())
            };
            let here = move |meta: &&'a Meta| here.is_some_and(|here| answers(meta, here));
            metas.iter().copied().filter(here).filter(|meta| !is_at(meta, there)).collect()
        };
        Self { came: only(Some(version), before), went: only(before, Some(version)) }
    }
}

/// The endpoints that are at another path from a version on, each as it was and as it is.
///
/// Only the name of a handler says so, and a name such as `list` is that of many. So one is the other if no second
/// endpoint has the name at either version, or if they alone of those that came and went have it and share a type.
fn moves<'a>(metas: &[&'a Meta], releases: &[Release], at: usize) -> Vec<(&'a Meta, &'a Meta)> {
    let Some(before) = at.checked_sub(1).map(|before| releases[before].date) else { return Vec::new() };
    let Turn { came, went } = Turn::of(metas, releases, at);
    let is_alike = |a: &Meta, b: &Meta| a.method == b.method && function(a) == function(b);
    let is_alone = |meta: &Meta, version: Date| {
        metas.iter().filter(|other| answers(other, version) && is_alike(other, meta)).count() == 1
    };
    // The endpoint that was at the path before is its past, however long ago.
    let is_new = |meta: &Meta| !releases[..at].iter().any(|had| answering(metas, meta, had.date).is_some());
    let is_moved = |old: &Meta, new: &Meta| {
        let is_only = || is_alone(old, before) && is_alone(new, releases[at].date);
        is_alike(old, new) && is_new(new) && (is_only() || share_a_type(old, new))
    };
    let pairs = went.iter().filter_map(|old| {
        let new = only(came.iter().copied().filter(|new| is_moved(old, new)))?;
        only(went.iter().filter(|other| is_moved(other, new)))?;
        Some((*old, new))
    });
    pairs.collect()
}

/// Returns the item of an iterator that has exactly one.
fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    all.next().filter(|_| all.next().is_none())
}

fn share_a_type(a: &Meta, b: &Meta) -> bool {
    let known = histories(a);
    histories(b)
        .iter()
        .any(|history| !history.path.is_empty() && known.iter().any(|known| known.id == history.id))
}

/// Returns the last version before this one that had the endpoint, perhaps at another path, with the endpoint as it was.
fn last_with<'a>(
    metas: &[&'a Meta],
    moves: &[(&'a Meta, &'a Meta)],
    meta: &'a Meta,
    releases: &[Release],
) -> Option<(Date, &'a Meta)> {
    let had = |release: &Release| answering(metas, meta, release.date).map(|had| (release.date, had));
    let elsewhere = || {
        let (old, _) = moves.iter().find(|(_, new)| std::ptr::eq(*new, meta))?;
        Some((releases.last()?.date, *old))
    };
    releases.iter().rev().find_map(had).or_else(elsewhere)
}

/// What changed about the types of endpoints since the last version that had them: what is new has no past.
fn types(metas: &[&'static Meta], releases: &[Release], at: usize) -> Vec<TypeEntry> {
    let version = releases[at].date;
    let mut seen: Vec<(&str, &TypeChange)> = Vec::new();
    let mut entries: Vec<TypeEntry> = Vec::new();
    let moves = moves(metas, releases, at);
    for meta in metas.iter().filter(|meta| answers(meta, version)) {
        let Some((before, was)) = last_with(metas, &moves, meta, &releases[..at]) else { continue };
        let had = histories(was);
        // With other parameters it is the same type: its changes are those of what stood in its place.
        let of = |history: &TypeHistory| history.changes.first().map(|change| change.of);
        let is_known = |history: &TypeHistory| had.iter().any(|had| of(had) == of(history));
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
