//! Statuses and headers as they were in older versions.

use crate::endpoint_change::{Part, Statement, by_date, old_status};
use axum::body::Body;
use axum::response::Response;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

/// What the statements of one date say about headers: each by its name, and what it was called, if it was there.
type Renamed = Vec<(HeaderName, Option<HeaderName>)>;

/// The statements that a version is older than.
pub(super) struct Past {
    /// Newest first.
    pub(super) statements: &'static [Statement],
    /// By date, newest first; made when the program starts.
    headers: Vec<Renamed>,
}

impl Past {
    pub(super) fn new(statements: &'static [Statement]) -> Self {
        let headers = by_date(statements).map(renamed).collect();
        Self { statements, headers }
    }

    /// The status and the headers that an answer is left with, without changing it.
    #[cfg(feature = "testing")]
    pub(super) fn left(&self, response: &Response) -> (StatusCode, HeaderMap) {
        let mut headers = response.headers().clone();
        self.headers.iter().for_each(|renamed| rename(renamed, &mut headers));
        (old_status(self.statements, response.status()), headers)
    }

    /// Gives an answer the status and the headers that it had.
    pub(super) fn amend(&self, response: &mut Response) {
        let status = response.status();
        let old = old_status(self.statements, status);
        if old != status {
            *response.status_mut() = old;
            leave_out_body(old, response);
        }
        for renamed in &self.headers {
            rename(renamed, response.headers_mut());
        }
    }
}

/// An answer with some statuses has no body (RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5).
fn leave_out_body(status: StatusCode, response: &mut Response) {
    match status {
        StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT => {
            response.headers_mut().remove(CONTENT_TYPE);
        }
        // What it says of the content is that of the answer it stands for.
        StatusCode::NOT_MODIFIED => {}
        _ => return,
    }
    response.headers_mut().remove(CONTENT_LENGTH);
    *response.body_mut() = Body::empty();
}

fn renamed(group: &[Statement]) -> Renamed {
    // The macro has checked the names.
    let name = |text: &str| HeaderName::from_bytes(text.as_bytes()).ok();
    let parts = group.iter().flat_map(|statement| statement.parts);
    parts
        .filter_map(|part| match part {
            Part::Header { new, old } => Some((name(new)?, old.and_then(name))),
            _ => None,
        })
        .collect()
}

/// All are taken away before any is given its old name: two may have swapped theirs.
fn rename(renamed: &Renamed, headers: &mut HeaderMap) {
    let mut values: Vec<(&HeaderName, HeaderValue)> = Vec::new();
    for (new, old) in renamed {
        if let Some(old) = old {
            values.extend(headers.get_all(new).iter().map(|value| (old, value.clone())));
        }
        headers.remove(new);
    }
    for (old, value) in values {
        headers.append(old, value);
    }
}
