//! What must hold between the versions of a timeline.

mod brownouts;

use super::attr;
use super::model::Timeline;
use crate::diag::{Sink, version_messages as messages};
use crate::syntax::literals::DateLit;
use steadfast_core::Date;

pub(crate) fn check(written: attr::Timeline, sink: &mut Sink) -> Option<Timeline> {
    let attr::Timeline { ident, versions, removed, policy } = written;
    if !sink.is_clean() {
        return None;
    }
    ascending(&versions, sink);
    previews_last(&versions, sink);
    for version in &versions {
        lifecycle(version, sink);
        alias_form(version, sink);
        guide_form(version, sink);
        brownouts::check(version, sink);
    }
    aliases_once(&versions, sink);
    removed_days(&removed, &versions, sink);
    let attr::Policy { min_notice, max_live, idempotency, sunset } = &policy;
    if let Some(notice) = min_notice {
        enough_notice(&versions, notice, sink);
    }
    if let Some(max) = max_live {
        not_too_many_live(&versions, max, sink);
    }
    if sunset.is_some() {
        sunset_announced(&versions, sink);
    }
    // Days in disorder would make nonsense of it.
    if sink.is_clean() {
        something_left(&versions, sink);
    }
    sink.is_clean().then(|| Timeline {
        ident,
        versions,
        removed,
        min_notice_days: min_notice.as_ref().map(whole_days),
        idempotency_required: idempotency.is_some(),
        sunset_required: sunset.is_some(),
    })
}

// #[version("2024-12-18")] A,
// #[version("2024-01-15")] B,
fn ascending(versions: &[attr::Version], sink: &mut Sink) {
    for pair in versions.windows(2) {
        if let [earlier, later] = pair {
            if later.date.date == earlier.date.date {
                sink.push(messages::same_date_twice(&later.date, &earlier.ident));
            } else if later.date.date < earlier.date.date {
                sink.push(messages::not_ascending(&later.date, &earlier.date));
            }
        }
    }
}

// #[version("2024-01-15", preview)] A,
// #[version("2024-12-18")] B,
fn previews_last(versions: &[attr::Version], sink: &mut Sink) {
    let last_public = versions.iter().rposition(|version| version.preview.is_none());
    match last_public {
        None => {
            if let Some(preview) = versions.first().and_then(|version| version.preview.as_ref()) {
                sink.push(messages::only_previews(preview));
            }
        }
        Some(last) => {
            for version in &versions[..last] {
                if let Some(preview) = &version.preview {
                    sink.push(messages::preview_before_public(preview, &versions[last].date));
                }
            }
        }
    }
}

// #[version("2024-01-15", deprecated = "2023-12-01")]
// #[version("2024-01-15", deprecated = "2025-07-01", sunset = "2025-01-01")]
// #[version("2024-01-15", sunset = "2024-01-01")]
fn lifecycle(version: &attr::Version, sink: &mut Sink) {
    let attr::Version { ident: _, date, alias: _, deprecated, sunset, guide: _, preview: _, brownouts: _ } =
        version;
    if let Some(deprecated) = deprecated
        && deprecated.value.date < date.date
    {
        sink.push(messages::deprecated_before_version(&deprecated.value, date));
        return;
    }
    let Some(sunset) = sunset else { return };
    match deprecated {
        Some(deprecated) if sunset.value.date <= deprecated.value.date => {
            sink.push(messages::sunset_not_after_deprecated(&sunset.value, &deprecated.value));
        }
        None if sunset.value.date <= date.date => {
            sink.push(messages::sunset_not_after_version(&sunset.value, date));
        }
        _ => {}
    }
}

// #[api_versions(removed("2023-01-15", "2022-06-01"))]
// #[api_versions(removed("2022-06-01", "2022-06-01"))]
// #[api_versions(removed("2024-01-15"))] with #[version("2024-01-15")]
fn removed_days(removed: &[DateLit], versions: &[attr::Version], sink: &mut Sink) {
    let mut latest: Option<&DateLit> = None;
    for day in removed {
        let declared = versions.iter().find(|version| version.date.date == day.date);
        if let Some(version) = declared {
            sink.push(messages::removed_is_declared(day, &version.ident));
            continue;
        }
        match latest {
            Some(latest) if day.date == latest.date => sink.push(messages::removed_twice(day)),
            Some(latest) if day.date < latest.date => sink.push(messages::removed_not_ascending(day, latest)),
            _ => latest = Some(day),
        }
    }
}

// #[version("2024-01-15", sunset = "2025-07-01")] alone
fn something_left(versions: &[attr::Version], sink: &mut Sink) {
    let public = || versions.iter().filter(|version| version.preview.is_none());
    let Some(newest) = public().next_back() else { return };
    if let Some(sunset) = &newest.sunset
        && public().all(|version| version.sunset.is_some())
    {
        sink.push(messages::nothing_left(&sunset.value, &newest.date));
    }
}

// #[version("2024-01-15", alias = "2024-12-18")]
// #[version("2024-01-15", alias = "v 1")]
fn alias_form(version: &attr::Version, sink: &mut Sink) {
    let Some(alias) = &version.alias else { return };
    let text = alias.value();
    let digits_and_hyphens = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if digits_and_hyphens && !text.is_empty() {
        sink.push(messages::alias_looks_like_date(alias));
    } else if text.is_empty()
        || [".", ".."].contains(&text.as_str())
        || !text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
    {
        sink.push(messages::alias_not_a_segment(alias));
    }
}

// #[version("2024-01-15", guide = "migrating")]
fn guide_form(version: &attr::Version, sink: &mut Sink) {
    let Some(guide) = &version.guide else { return };
    let text = guide.value();
    let absolute = ["https://", "http://"].iter().any(|scheme| {
        text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
    });
    // A URI has no space, control character, quote or angle bracket (RFC 3986); these would break the `Link` header.
    if !absolute || !text.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"\\^`{|}".contains(&byte)) {
        sink.push(messages::guide_not_a_url(guide));
    }
}

// #[version("2024-01-15", alias = "v1")] A,
// #[version("2024-12-18", alias = "v1")] B,
fn aliases_once(versions: &[attr::Version], sink: &mut Sink) {
    for (i, version) in versions.iter().enumerate() {
        let Some(alias) = &version.alias else { continue };
        let earlier = versions[..i]
            .iter()
            .find(|earlier| earlier.alias.as_ref().is_some_and(|other| other.value() == alias.value()));
        if let Some(earlier) = earlier {
            sink.push(messages::alias_twice(alias, &earlier.date));
        }
    }
}

// #[api_versions(policy(min_notice = "180days"))]
// #[version("2024-01-15", deprecated = "2024-12-18", sunset = "2025-01-18")]
fn enough_notice(versions: &[attr::Version], notice: &crate::syntax::literals::DurationLit, sink: &mut Sink) {
    let days = i64::from(whole_days(notice));
    for version in versions {
        if let (Some(deprecated), Some(sunset)) = (&version.deprecated, &version.sunset) {
            let given = sunset.value.date.days_since(deprecated.value.date);
            if given < days {
                sink.push(messages::too_little_notice(&sunset.value, &deprecated.value, given, days));
            }
        }
    }
}

// #[api_versions(policy(max_live = 2))] with three versions, none of them sunset
fn not_too_many_live(
    versions: &[attr::Version],
    max: &crate::syntax::args::Arg<syn::LitInt>,
    sink: &mut Sink,
) {
    let Some(limit) = sink.ok(max.value.base10_parse::<usize>()) else { return };
    if limit == 0 {
        sink.error(&max.value, messages::MAX_LIVE_ZERO);
        return;
    }
    let public = || versions.iter().filter(|version| version.preview.is_none());
    for newest in public() {
        let live_on = |day: Date| {
            public().filter(move |version| {
                version.date.date <= day
                    && version.sunset.as_ref().is_none_or(|sunset| sunset.value.date > day)
            })
        };
        let live: Vec<String> =
            live_on(newest.date.date).map(|version| version.date.date.to_string()).collect();
        if live.len() > limit {
            sink.push(messages::too_many_live(&newest.date, &live, limit));
            return;
        }
    }
}

// #[api_versions(policy(sunset = "required"))]
// #[version("2024-01-15", deprecated = "2024-12-18")]
fn sunset_announced(versions: &[attr::Version], sink: &mut Sink) {
    for version in versions {
        if let (Some(deprecated), None) = (&version.deprecated, &version.sunset) {
            sink.push(messages::deprecated_without_sunset(&deprecated.key, &version.date));
        }
    }
}

fn whole_days(duration: &crate::syntax::literals::DurationLit) -> u32 {
    u32::try_from(duration.duration.as_secs().div_ceil(86_400)).unwrap_or(u32::MAX)
}
