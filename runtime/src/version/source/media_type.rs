use super::{Named, Place, Reading};
use crate::problem::Kind;
use crate::version::resolve::{Refused, serve};
use http::header::{ACCEPT, CONTENT_TYPE, Entry};
use http::{HeaderMap, HeaderName, HeaderValue};
use mediatype::{MediaTypeList, ReadParams};
use steadfast_core::{Date, Release, Timeline};

/// The media type that names the version, such as `MediaType("application/vnd.acme+json")`.
///
/// Both forms are read, in `Accept` and in the `Content-Type` of a request:
/// `application/vnd.acme+json; version=2024-12-18` and `application/vnd.acme.v2+json`, each with a date or an alias. In
/// `Accept` the version of the greatest `q` that is served counts, `q=0` does not (RFC 9110 section 12.4.2). If none of
/// the named versions is served the answer is 406; in `Content-Type` it is 415. An answer in JSON names its version in
/// its own `Content-Type`, in the form that the request used.
///
/// ```
/// use steadfast::{ApiVersions, MediaType, VersionPolicy};
///
/// #[derive(ApiVersions)]
/// enum Version {
///     #[version("2024-01-15", alias = "v1")]
///     V2024_01_15,
/// }
///
/// let policy: VersionPolicy<Version, ()> =
///     MediaType("application/vnd.acme+json").or_default(Version::V2024_01_15);
/// ```
///
/// # Panics
/// The methods panic if the text is not a media type without parameters (RFC 9110 section 8.3.1).
#[derive(Debug, Clone, Copy)]
pub struct MediaType(pub &'static str);

impl MediaType {
    pub(super) fn media(self) -> Media {
        let parsed =
            mediatype::MediaType::parse(self.0).ok().filter(|parsed| parsed.params().next().is_none());
        #[allow(clippy::panic, reason = "a mistake in the program, found when it starts")]
        let Some(parsed) = parsed else {
            panic!("{:?} is not a media type such as `application/vnd.acme+json`", self.0)
        };
        let suffix = parsed.suffix.map(|suffix| suffix.as_str());
        let suffix_at = parsed.ty.as_str().len() + "/".len() + parsed.subty.as_str().len();
        let end = suffix_at + suffix.map_or(0, |suffix| "+".len() + suffix.len());
        Media {
            text: &self.0[..end],
            suffix_at,
            ty: parsed.ty.as_str(),
            subtype: parsed.subty.as_str(),
            suffix,
        }
    }
}

/// The parts of a [`MediaType`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Media {
    text: &'static str,
    /// Where the suffix begins in the text, with its `+`.
    suffix_at: usize,
    ty: &'static str,
    subtype: &'static str,
    suffix: Option<&'static str>,
}

/// How a media type names a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `…; version=2024-12-18`
    Parameter { alias: bool },
    /// `….v2+json`
    Subtype { alias: bool },
}

/// A version that a media type names, known or not.
struct Read {
    date: Option<Date>,
    form: Form,
    /// In thousandths; `None` if what is written is no quality.
    quality: Option<u16>,
}

impl Media {
    /// Where the version is named, for who names none.
    pub(super) fn text(&self) -> &'static str {
        self.text
    }

    pub(super) fn read(
        &self,
        timeline: &Timeline,
        headers: &HeaderMap,
        reading: Reading,
    ) -> Result<Option<Named>, Refused> {
        let accepted = self.accepted(timeline, headers, reading)?;
        let sent = self.sent(timeline, headers, reading)?;
        match (accepted, sent) {
            (Some(accepted), Some(sent)) if accepted.date != sent.date => Err(Refused::new(
                Kind::AmbiguousVersion,
                "`accept` and `content-type` name different versions",
            )),
            (accepted, sent) => Ok(accepted.or(sent)),
        }
    }

    /// The served version of the greatest quality.
    fn accepted(
        &self,
        timeline: &Timeline,
        headers: &HeaderMap,
        reading: Reading,
    ) -> Result<Option<Named>, Refused> {
        let (mut best, mut ambiguous): (Option<(u16, Named)>, bool) = (None, false);
        let mut refused = None;
        self.each(timeline, headers, &ACCEPT, |Read { date, form, quality }| {
            let Some(quality) = quality.filter(|quality| *quality > 0) else { return Ok(()) };
            let named = match served(timeline, date, Place::Accept(form), reading) {
                Ok(named) => named,
                Err(why) => {
                    refused.get_or_insert(why);
                    return Ok(());
                }
            };
            match best {
                Some((better, _)) if better > quality => {}
                Some((equal, other)) if equal == quality => ambiguous |= other.date != named.date,
                _ => (best, ambiguous) = (Some((quality, named)), false),
            }
            Ok(())
        })?;
        match best {
            Some(_) if ambiguous => Err(Refused::new(
                Kind::AmbiguousVersion,
                "`accept` names several versions with the same quality",
            )),
            Some((_, named)) => Ok(Some(named)),
            None => refused.map_or(Ok(None), Err),
        }
    }

    /// The version of the request's own body.
    fn sent(
        &self,
        timeline: &Timeline,
        headers: &HeaderMap,
        reading: Reading,
    ) -> Result<Option<Named>, Refused> {
        let mut found: Option<Named> = None;
        // A gateway that receives the header twice may join it (RFC 9110 section 5.3).
        self.each(timeline, headers, &CONTENT_TYPE, |Read { date, form, .. }| {
            let named = served(timeline, date, Place::ContentType(form), reading)?;
            if found.is_some_and(|other| other.date != named.date) {
                return Err(Refused::new(
                    Kind::AmbiguousVersion,
                    "`content-type` is given more than once, with different versions",
                ));
            }
            found = Some(named);
            Ok(())
        })?;
        Ok(found)
    }

    /// Hands over each version that is named in a header, until one is refused.
    fn each(
        &self,
        timeline: &Timeline,
        headers: &HeaderMap,
        name: &HeaderName,
        mut judge: impl FnMut(Read) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        for value in headers.get_all(name) {
            if let Some(read) = value.to_str().ok().and_then(|text| self.alone(timeline, text)) {
                judge(read)?;
                continue;
            }
            for range in MediaTypeList::new(&String::from_utf8_lossy(value.as_bytes())).flatten() {
                self.version_of(timeline, &range).map_or(Ok(()), &mut judge)?;
            }
        }
        Ok(())
    }

    /// The version in a header that names a declared one and nothing else, as most do. To parse a list of media types takes
    /// several times as long.
    fn alone(&self, timeline: &Timeline, text: &str) -> Option<Read> {
        let (name, suffix) = self.text.split_at(self.suffix_at);
        let rest = text.strip_prefix(name)?;
        let (text, form): (&str, fn(bool) -> Form) = match rest.strip_prefix('.') {
            Some(rest) => (rest.strip_suffix(suffix)?, |alias| Form::Subtype { alias }),
            None => {
                (rest.strip_prefix(suffix)?.strip_prefix("; version=")?, |alias| Form::Parameter { alias })
            }
        };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        let (date, alias) = known(timeline, text).filter(|_| text.bytes().all(plain))?;
        Some(Read { date: Some(date), form: form(alias), quality: Some(1000) })
    }

    /// The version in a media type; `None` if it is another type, or names none.
    fn version_of(&self, timeline: &Timeline, range: &mediatype::MediaType<'_>) -> Option<Read> {
        let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        let suffix = range.suffix.map(|suffix| suffix.as_str());
        let suffixes = match (suffix, self.suffix) {
            (Some(a), Some(b)) => same(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        if !same(range.ty.as_str(), self.ty) || !suffixes {
            return None;
        }
        let subtype = range.subty.as_str();
        if same(subtype, self.subtype) {
            let mut named = range.params().filter(|(name, _)| same(name.as_str(), "version"));
            let (_, value) = named.next()?;
            let text = value.unquoted_str();
            let known = known(timeline, &text);
            let date = known.map(|(date, _)| date).filter(|_| named.next().is_none());
            let form = Form::Parameter { alias: known.is_some_and(|(_, alias)| alias) };
            return Some(Read { date, form, quality: quality(range) });
        }
        let (head, tail) = subtype.split_at_checked(self.subtype.len())?;
        let text = tail.strip_prefix('.').filter(|_| same(head, self.subtype))?;
        let known = known(timeline, text);
        // `vnd.acme.invoice+json` is another type of the same vendor.
        let like_a_version =
            text.strip_prefix(['v', 'V']).unwrap_or(text).starts_with(|c: char| c.is_ascii_digit());
        (known.is_some() || like_a_version).then(|| Read {
            date: known.map(|(date, _)| date),
            form: Form::Subtype { alias: known.is_some_and(|(_, alias)| alias) },
            quality: quality(range),
        })
    }

    /// Names the version in the media type of an answer, if that is JSON.
    pub(crate) fn name_in_answer(&self, form: Form, release: &Release, headers: &mut HeaderMap) {
        let Entry::Occupied(mut entry) = headers.entry(CONTENT_TYPE) else { return };
        let Ok(content) = entry.get().to_str() else { return };
        let essence = content.split(';').next().unwrap_or(content).trim();
        if (essence.eq_ignore_ascii_case("application/json") || essence.eq_ignore_ascii_case(self.text))
            && let Ok(named) = HeaderValue::try_from(self.named(form, release))
        {
            entry.insert(named);
        }
    }

    /// The media type with a version.
    // Joined from bytes: a format takes several times as long, and every answer has one.
    fn named(&self, form: Form, release: &Release) -> Vec<u8> {
        let date = release.date.to_bytes();
        let version = |alias: bool| release.alias.filter(|_| alias).map_or(date.as_slice(), str::as_bytes);
        let (name, suffix) = self.text.as_bytes().split_at(self.suffix_at);
        match form {
            Form::Parameter { alias } => [name, suffix, b"; version=", version(alias)].concat(),
            Form::Subtype { alias } => [name, b".", version(alias), suffix].concat(),
        }
    }
}

/// What is named, if it is served.
fn served(timeline: &Timeline, date: Option<Date>, place: Place, reading: Reading) -> Result<Named, Refused> {
    let unknown = || match place {
        Place::ContentType(_) => Refused::new(
            Kind::VersionMediaTypeUnsupported,
            "`content-type` names neither a date nor the alias of a version",
        ),
        _ => Refused::new(
            Kind::VersionNotAcceptable,
            "`accept` names neither a date nor the alias of a version",
        ),
    };
    let named = Named { date: date.ok_or_else(unknown)?, place };
    serve(timeline, named, reading).map(|_| named)
}

/// A date, or the alias of a declared version and then `true`.
fn known(timeline: &Timeline, text: &str) -> Option<(Date, bool)> {
    if let Ok(date) = Date::parse(text) {
        return Some((date, false));
    }
    // Media types have no case (RFC 9110 section 8.3.1), but two aliases may differ by nothing else.
    let named = |same: fn(&str, &str) -> bool| {
        timeline.releases.iter().find(|release| release.alias.is_some_and(|alias| same(alias, text)))
    };
    let found = named(|alias, text| alias == text).or_else(|| named(str::eq_ignore_ascii_case));
    found.map(|release| (release.date, true))
}

/// The weight in thousandths (RFC 9110 section 12.4.2); `None` if it is not one.
fn quality(range: &mediatype::MediaType<'_>) -> Option<u16> {
    let mut weights = range.params().filter(|(name, _)| name.as_str().eq_ignore_ascii_case("q"));
    let Some((_, weight)) = weights.next() else { return Some(1000) };
    let text = weight.as_str();
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    if rest.len() > 3 || !rest.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let rest: u16 = format!("{rest:0<3}").parse().ok()?;
    match whole {
        "0" => Some(rest),
        "1" if rest == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MediaType;
    use steadfast_core::Policy;

    const fn release(day: u32) -> Release {
        let Some(date) = Date::from_ymd(2024, 1, day) else { panic!() };
        Release {
            name: "V",
            date,
            alias: None,
            deprecated: None,
            sunset: None,
            guide: None,
            preview: false,
            brownouts: &[],
        }
    }

    const OLD: Date = release(15).date;
    const NEW: Date = release(16).date;
    static TIMELINE: Timeline = Timeline {
        name: "Version",
        releases: &[release(15), release(16)],
        removed: &[],
        policy: Policy { min_notice_days: None, idempotency_required: false, sunset_required: false },
    };

    #[test]
    fn content_types_are_judged_on_lines_of_their_own_like_joined() {
        let media = MediaType("application/vnd.acme+json").media();
        let of = |date| format!("application/vnd.acme+json; note=\"a, b\"; version={date}");
        for (dates, expected) in [
            (vec![OLD], Ok(Some(OLD))),
            (vec![OLD, OLD], Ok(Some(OLD))),
            (vec![OLD, NEW], Err(Kind::AmbiguousVersion)),
        ] {
            let lines: Vec<String> = dates.into_iter().map(of).collect();
            for lines in [lines.clone(), vec![lines.join(", ")]] {
                let mut headers = HeaderMap::new();
                for line in &lines {
                    headers.append(CONTENT_TYPE, line.parse().unwrap());
                }
                let found = media.read(&TIMELINE, &headers, Reading::default());
                let found =
                    found.map(|named| named.map(|named| named.date)).map_err(|refused| refused.kind());
                assert_eq!(found, expected, "{lines:?}");
            }
        }
    }
}
