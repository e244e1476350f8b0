//! The sentences of `#[derive(ApiVersions)]`.

use crate::api_versions::attr::Brownout;
use crate::syntax::instant::InstantLit;
use crate::syntax::literals::{DateLit, DurationLit};
use std::fmt::Display;
use syn::{Error, Ident, LitStr};

fn at(literal: &LitStr, message: impl Display) -> Error {
    Error::new(literal.span(), message)
}

pub(crate) const GENERIC_TIMELINE: &str =
    "a timeline has no generic parameters, because it is one fixed list of versions\nhelp: remove them";

pub(crate) fn timeline_not_enum(ident: &Ident) -> Error {
    Error::new(
        ident.span(),
        format_args!(
            "`ApiVersions` is derived on an enum, because each version is a variant\nhelp: write `enum {ident}` with one variant per version, oldest first"
        ),
    )
}

pub(crate) fn empty_timeline(ident: &Ident) -> Error {
    Error::new(
        ident.span(),
        format_args!(
            "`{ident}` has no versions, because it has no variants\nhelp: add the first one: `#[version(\"2024-01-15\")] V2024_01_15`"
        ),
    )
}

pub(crate) fn repeated_attribute(name: &str) -> String {
    format!("`#[{name}]` is given twice, because it takes all its arguments at once\nhelp: join the two")
}

pub(crate) const API_VERSIONS_WITHOUT_ARGUMENTS: &str = "`api_versions` needs its arguments\nhelp: write `#[api_versions(policy(min_notice = \"180days\"))]`, or remove it";

pub(crate) fn not_required(literal: &LitStr) -> Error {
    at(literal, "this rule is either written as `\"required\"` or left out\nhelp: write `\"required\"`")
}

pub(crate) fn variant_with_fields(ident: &Ident) -> String {
    format!("a version has no fields, because it is a date and nothing else\nhelp: write `{ident}` alone")
}

pub(crate) const DISCRIMINANT: &str = "a version has no number of its own, because the order of the variants is the order of the dates\nhelp: remove it";

pub(crate) fn variant_without_date(ident: &Ident) -> Error {
    Error::new(
        ident.span(),
        format_args!(
            "the version `{ident}` has no date, because it lacks `#[version]`\nhelp: write `#[version(\"2024-12-18\")]` above it"
        ),
    )
}

pub(crate) const VERSION_WITHOUT_DATE: &str =
    "`version` needs the date that names the version\nhelp: write `#[version(\"2024-12-18\")]`";

pub(crate) fn version_without_date(error: &Error) -> Error {
    Error::new(
        error.span(),
        "`version` begins with the date that names the version\nhelp: write `#[version(\"2024-12-18\")]`",
    )
}

pub(crate) fn same_date_twice(later: &DateLit, earlier: &Ident) -> Error {
    at(
        &later.literal,
        format_args!(
            "{} is declared twice, because `{earlier}` has the same date\nhelp: give this version its own day, or remove it",
            later.date
        ),
    )
}

pub(crate) fn not_ascending(later: &DateLit, earlier: &DateLit) -> Error {
    at(
        &later.literal,
        format_args!(
            "{} must be later than the version above it ({}), because versions are declared oldest first\nhelp: move this variant up",
            later.date, earlier.date
        ),
    )
}

pub(crate) fn only_previews(preview: &Ident) -> Error {
    Error::new(
        preview.span(),
        "every version is a preview, so that no client could be served\nhelp: remove `preview` from the first version",
    )
}

pub(crate) fn preview_before_public(preview: &Ident, public: &DateLit) -> Error {
    Error::new(
        preview.span(),
        format_args!(
            "a preview must be later than every public version, because {} is public and holds its changes\nhelp: remove `preview`, or move this version behind {}",
            public.date, public.date
        ),
    )
}

pub(crate) fn deprecated_before_version(deprecated: &DateLit, version: &DateLit) -> Error {
    at(
        &deprecated.literal,
        format_args!(
            "`deprecated` ({}) must not be earlier than the version itself ({}), because nobody can use it before\nhelp: use a day from {} on",
            deprecated.date, version.date, version.date
        ),
    )
}

pub(crate) fn sunset_not_after_deprecated(sunset: &DateLit, deprecated: &DateLit) -> Error {
    at(
        &sunset.literal,
        format_args!(
            "`sunset` ({}) must be later than `deprecated` ({}), because clients need time to leave\nhelp: use a later day, or swap the two",
            sunset.date, deprecated.date
        ),
    )
}

pub(crate) fn sunset_not_after_version(sunset: &DateLit, version: &DateLit) -> Error {
    at(
        &sunset.literal,
        format_args!(
            "`sunset` ({}) must be later than the version itself ({}), because it would never be served\nhelp: use a later day, or remove `sunset`",
            sunset.date, version.date
        ),
    )
}

pub(crate) fn alias_looks_like_date(alias: &LitStr) -> Error {
    at(
        alias,
        format_args!(
            "{:?} cannot be an alias, because it looks like a date\nhelp: use a name such as \"v2\"",
            alias.value()
        ),
    )
}

pub(crate) fn alias_not_a_segment(alias: &LitStr) -> Error {
    at(
        alias,
        format_args!(
            "{:?} cannot be an alias, because an alias is one segment of a path: ASCII letters, digits, `-`, `.`, `_` and `~`, not dots alone\nhelp: use a name such as \"v2\"",
            alias.value()
        ),
    )
}

pub(crate) fn alias_twice(alias: &LitStr, earlier: &DateLit) -> Error {
    at(
        alias,
        format_args!(
            "the alias {:?} is given twice, because {} has it already\nhelp: give this version another alias",
            alias.value(),
            earlier.date
        ),
    )
}

pub(crate) fn guide_not_a_url(guide: &LitStr) -> Error {
    at(
        guide,
        format_args!(
            "{:?} is not the URL of a guide, because clients follow it from anywhere\nhelp: write an absolute one, as in \"https://example.com/migrate\"",
            guide.value()
        ),
    )
}

pub(crate) fn too_little_notice(sunset: &DateLit, deprecated: &DateLit, given: i64, asked: i64) -> Error {
    at(
        &sunset.literal,
        format_args!(
            "`sunset` ({}) is {given} days after `deprecated` ({}), because `min_notice` asks for {asked}\nhelp: move `sunset` to a later day",
            sunset.date, deprecated.date
        ),
    )
}

pub(crate) const MAX_LIVE_ZERO: &str =
    "`max_live` is zero, so that no version could be served\nhelp: write `max_live = 3`";

pub(crate) fn too_many_live(newest: &DateLit, live: &[String], limit: usize) -> Error {
    at(
        &newest.literal,
        format_args!(
            "on {} there are {} live versions ({}), because `max_live` allows {limit}\nhelp: give the oldest of them a `sunset` not later than {}",
            newest.date,
            live.len(),
            live.join(", "),
            newest.date
        ),
    )
}

pub(crate) fn deprecated_without_sunset(deprecated: &Ident, version: &DateLit) -> Error {
    Error::new(
        deprecated.span(),
        format_args!(
            "{} is deprecated without a `sunset`, because `policy(sunset = \"required\")` asks for one\nhelp: add `sunset = \"…\"`",
            version.date
        ),
    )
}

// Brown-outs.

pub(crate) fn brownout_without_length(from: &LitStr) -> Error {
    at(
        from,
        format_args!(
            "a brown-out needs its length, because clients must be served again behind it\nhelp: write `{:?} for \"1h\"`",
            from.value()
        ),
    )
}

pub(crate) fn empty_brownouts(key: &Ident) -> Error {
    Error::new(
        key.span(),
        format_args!(
            "`{key}` is empty, so that it says nothing\nhelp: write `{key}(\"2025-06-01T14:00Z\" for \"1h\")`, or remove it"
        ),
    )
}

pub(crate) fn brownouts_without_sunset(key: &Ident) -> Error {
    Error::new(
        key.span(),
        format_args!(
            "`{key}` needs a `sunset`, because a brown-out warns of the day on which the version ends\nhelp: add `sunset = \"2025-07-01\"`, or remove `{key}`"
        ),
    )
}

pub(crate) fn brownout_not_in_seconds(length: &DurationLit) -> Error {
    at(
        &length.literal,
        format_args!(
            "{:?} is no whole number of seconds, because HTTP has no shorter time\nhelp: write it as in \"1h\" or \"90s\"",
            length.literal.value()
        ),
    )
}

pub(crate) fn brownout_before_deprecated(from: &InstantLit, deprecated: &DateLit) -> Error {
    at(
        &from.literal,
        format_args!(
            "a brown-out must not begin before `deprecated` ({}), because clients must have been told to leave\nhelp: move the brown-out to a later day, or `deprecated` to an earlier one",
            deprecated.date
        ),
    )
}

pub(crate) fn brownout_before_version(from: &InstantLit, version: &DateLit) -> Error {
    at(
        &from.literal,
        format_args!(
            "a brown-out must not begin before the version itself ({}), because nobody can use it before\nhelp: move the brown-out to a later day",
            version.date
        ),
    )
}

pub(crate) fn brownout_begins_after_sunset(from: &InstantLit, sunset: &DateLit) -> Error {
    at(
        &from.literal,
        format_args!(
            "a brown-out must begin before the `sunset` ({} 00:00 UTC), because the version is gone from then on\nhelp: move it to an earlier day, or remove it",
            sunset.date
        ),
    )
}

pub(crate) fn brownout_ends_after_sunset(length: &DurationLit, sunset: &DateLit) -> Error {
    at(
        &length.literal,
        format_args!(
            "a brown-out must not end after the `sunset` ({} 00:00 UTC), because the version is gone from then on\nhelp: make it shorter, or move it to an earlier time",
            sunset.date
        ),
    )
}

pub(crate) fn brownout_not_ascending(from: &InstantLit, earlier: &InstantLit) -> Error {
    at(
        &from.literal,
        format_args!(
            "a brown-out must begin after the one in front of it ({}), because they are listed in the order in which they come\nhelp: move it forward",
            earlier.literal.value()
        ),
    )
}

pub(crate) fn brownouts_overlap(from: &InstantLit, earlier: &Brownout) -> Error {
    at(
        &from.literal,
        format_args!(
            "a brown-out must begin after the end of the one in front of it ({} for {}), because two at once are one\nhelp: join the two, or move this one to a later time",
            earlier.from.literal.value(),
            earlier.length.literal.value()
        ),
    )
}

// Versions that are gone, or will be.

pub(crate) fn empty_removed(key: &Ident) -> Error {
    Error::new(
        key.span(),
        format_args!(
            "`{key}` is empty, so that it says nothing\nhelp: write the days of the versions that are declared no more, as in `{key}(\"2022-06-01\")`, or remove it"
        ),
    )
}

pub(crate) fn removed_is_declared(day: &DateLit, variant: &Ident) -> Error {
    at(
        &day.literal,
        format_args!(
            "{} is not removed, because `{variant}` declares it\nhelp: remove the variant `{variant}`, or this day",
            day.date
        ),
    )
}

pub(crate) fn removed_twice(day: &DateLit) -> Error {
    at(
        &day.literal,
        format_args!(
            "{} is given twice, because a version is removed once\nhelp: remove one of the two",
            day.date
        ),
    )
}

pub(crate) fn removed_not_ascending(day: &DateLit, latest: &DateLit) -> Error {
    at(
        &day.literal,
        format_args!(
            "{} must be later than the day in front of it ({}), because removed versions are listed oldest first\nhelp: move this day forward",
            day.date, latest.date
        ),
    )
}

pub(crate) fn nothing_left(sunset: &DateLit, newest: &DateLit) -> Error {
    at(
        &sunset.literal,
        format_args!(
            "the newest public version ({}) must not have a `sunset`, because every public one has one and no version would be left\nhelp: remove this `sunset`, or declare the version that follows",
            newest.date
        ),
    )
}
