//! What every answer must be, and what this one must be.

use super::app::{Config, ECHOES};
use super::declared::{BY_HANDLER, CONDITION, QUERY, SERVED};
use super::input::Sent;
use super::model::{Expected, Model, VERSIONS, decoded};
use super::send::Received;
use axum::http::header::{CONTENT_LOCATION, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LINK, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const BASE: &str = "urn:steadfast:problem:";
/// What bad input can be answered; everything else is a fault of the service.
const STATUSES: [u16; 11] = [200, 201, 204, 304, 400, 404, 405, 406, 410, 415, 422];

struct Documented {
    status: u16,
    retryable: bool,
    title: &'static str,
}

/// The catalogue, from the page that users read.
static CATALOGUE: LazyLock<BTreeMap<&'static str, Documented>> = LazyLock::new(|| {
    let page = include_str!("../../runtime/src/docs/problems.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let status = cells[1].parse().unwrap();
        (cells[0], Documented { status, retryable: cells[2] == "true", title: cells[3] })
    })
    .collect()
});

pub(crate) fn check(config: &Config, sent: &Sent, model: &Model, (answer, body): &Received) {
    let text = |name: &HeaderName| answer.headers.get(name).and_then(|value| value.to_str().ok());
    let (status, handler, echo) = (answer.status.as_u16(), text(&BY_HANDLER), text(&echo_of(config)));
    let what = || format!("{sent:?}\n-> {answer:?}\n{}\n{model:?}", String::from_utf8_lossy(body));

    assert!(STATUSES.contains(&status), "status {status}: {}", what());
    for name in ECHOES {
        let fits = text(&name).is_none_or(|echo| name == config.echo && VERSIONS.contains_key(echo));
        assert!(fits, "`{name}` names no version: {}", what());
    }
    assert!(sent.method != Method::HEAD || body.is_empty(), "an answer to HEAD has a body: {}", what());
    let slug = match handler {
        Some(_) => None,
        None => of_framework(sent, status, &answer.headers, body)
            .unwrap_or_else(|fault| panic!("{fault}: {}", what())),
    };

    match &model.expected {
        None => {}
        Some(Expected::Handler(name, served)) => {
            assert_eq!((handler, text(&SERVED), echo), (Some(*name), *served, *served), "{}", what());
        }
        Some(Expected::Body(name, served)) => {
            assert_eq!(echo, Some(*served), "{}", what());
            let bodily = ["malformed-body", "invalid-body", "unsupported-media-type"];
            let fits = handler == Some(name) || slug.as_deref().is_some_and(|slug| bodily.contains(&slug));
            assert!(fits, "{}", what());
        }
        Some(Expected::Framework(expected, served)) => {
            // HEAD has no body that could say which.
            let fits = slug.as_deref().is_none_or(|slug| slug == *expected);
            assert!(fits && handler.is_none() && status == CATALOGUE[expected].status, "{}", what());
            assert_eq!(echo.unwrap_or_default(), *served, "{}", what());
        }
        Some(Expected::Nobody) => {
            let by_fallback = handler == Some("fallback") && status == 404;
            assert!(
                by_fallback || handler.is_none() && [400, 404, 406, 410, 415].contains(&status),
                "{}",
                what()
            );
        }
        Some(Expected::Options) => assert_eq!((status, handler), (204, None), "{}", what()),
        Some(Expected::Refused(slugs)) => {
            let fits = match slug.as_deref() {
                Some(slug) => slugs.contains(slug),
                None => handler.is_none() && slugs.iter().any(|slug| CATALOGUE[slug].status == status),
            };
            assert!(fits && echo.is_none(), "{}", what());
        }
    }
    if handler.is_some_and(|handler| handler != "fallback") {
        of_handler(sent, model, &answer.headers).unwrap_or_else(|fault| panic!("{fault}: {}", what()));
    }
}

fn echo_of(config: &Config) -> HeaderName {
    HeaderName::from_static(config.echo)
}

/// An answer that no handler made: its problem, if it is one and has a body.
fn of_framework(
    sent: &Sent,
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Option<String>, String> {
    if status < 400 {
        let options = status == 204 && sent.method == Method::OPTIONS && headers.contains_key("allow");
        return if options { Ok(None) } else { Err(format!("nobody answered {status}")) };
    }
    if headers.get(CONTENT_TYPE).is_none_or(|value| value != "application/problem+json") {
        return Err("an error is no problem document".to_owned());
    }
    if sent.method == Method::HEAD {
        return Ok(None);
    }
    let document: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let slug = document["type"].as_str().and_then(|uri| uri.strip_prefix(BASE)).ok_or("another type")?;
    let Documented { status: own, retryable, title } =
        CATALOGUE.get(slug).ok_or("a problem that is not in the catalogue")?;
    let as_documented = *own == status
        && document["status"] == *own
        && document["retryable"] == *retryable
        && document["title"] == *title;
    if as_documented { Ok(Some(slug.to_owned())) } else { Err("not as the catalogue says".to_owned()) }
}

/// What the handler was told, and what became of what it said.
fn of_handler(sent: &Sent, model: &Model, headers: &HeaderMap) -> Result<(), &'static str> {
    let Some(served) = headers.get(SERVED).and_then(|served| served.to_str().ok()) else { return Ok(()) };
    let handler = headers.get(BY_HANDLER);
    if handler.is_some_and(|handler| handler == "query") {
        let seen = headers.get(QUERY).and_then(|query| query.to_str().ok()).unwrap_or_default();
        let is_it = |pair: &&str| decoded(pair.split('=').next().unwrap_or_default()) == b"api-version";
        let others = sent.uri.query().unwrap_or_default().split('&').filter(|pair| !is_it(pair));
        let odd = sent.uri.query().is_some_and(|query| !query.is_ascii());
        if !odd && seen != others.collect::<Vec<_>>().join("&") {
            return Err("the handler saw another query");
        }
    }
    if handler.is_some_and(|handler| handler == "tagged") {
        let mark = format!("~{served}\"");
        if headers.get(ETAG).is_none_or(|tag| !tag.as_bytes().ends_with(mark.as_bytes())) {
            return Err("the tag is not marked");
        }
        let plain = |value: &HeaderValue| value.to_str().ok().map(|value| value.replace(&mark, "\""));
        let sent = sent.headers.get_all(IF_NONE_MATCH).iter().map(plain);
        let seen = headers.get_all(CONDITION).iter().map(|value| value.to_str().ok().map(str::to_owned));
        if !sent.eq(seen) {
            return Err("the handler saw other conditions");
        }
    }
    if headers.get_all(LINK).iter().any(HeaderValue::is_empty)
        && sent.headers.get("x-to").is_none_or(|to| !to.is_empty())
    {
        return Err("a link that was lost");
    }
    for name in [LOCATION, CONTENT_LOCATION] {
        let (Some(said), Some(given)) = (sent.headers.get("x-to"), headers.get(&name)) else { continue };
        let (Ok(said), Ok(given)) = (said.to_str(), given.to_str()) else { continue };
        let known = model.segment.map(|segment| given.replacen(&format!("/{segment}"), "", 1));
        let translated = known.is_some_and(|plain| plain == said);
        if model.expected.is_some() && given != said && !translated {
            return Err("a reference became another one");
        }
    }
    Ok(())
}
