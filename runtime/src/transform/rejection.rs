use crate::problem::{Kind, Problem};
use crate::wire::place;
use axum::extract::rejection::BytesRejection;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};
use std::fmt;

/// Why a body was not read: the refusal of [`Versioned`](super::Versioned).
///
/// It answers a [`Problem`]: 415 for another media type, 413 for a body over the limit, 400 for text that is not
/// JSON, 422 for JSON that does not have the shape of the served version. The last has the member `pointer`, which
/// names the place in the field names of the client's own version (RFC 6901).
#[derive(Debug, Clone)]
pub struct BodyRejection(Problem);

impl BodyRejection {
    pub(super) fn media_type() -> Self {
        Self(
            Kind::UnsupportedMediaType
                .because("the body must be `application/json`, or a type that ends in `+json`"),
        )
    }

    pub(crate) fn unread(rejection: &BytesRejection) -> Self {
        Self(match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::of(Kind::BodyTooLarge),
            _ => Problem::of(Kind::IncompleteBody),
        })
    }

    /// What is wrong with a body that did not parse. Parses once more, for the place: bodies that are right need none.
    pub(crate) fn unparsed<T: DeserializeOwned>(body: &[u8], error: serde_json::Error) -> Self {
        let mut deserializer = serde_json::Deserializer::from_slice(body);
        let read = place::tracked(|| serde_path_to_error::deserialize::<_, T>(&mut deserializer));
        Self::at(body, error, read.err())
    }

    /// Makes the problem from the error of the parser and, if there is one, the error with the place.
    fn at(
        body: &[u8],
        error: serde_json::Error,
        traced: Option<serde_path_to_error::Error<serde_json::Error>>,
    ) -> Self {
        let (path, error) = match traced {
            Some(traced) => (Some(traced.path().clone()), traced.into_inner()),
            // The value is right and the text goes on behind it.
            None => (None, error),
        };
        // serde_json blames the text for a `null` in the place of an enum, and leaves what is behind it unread.
        let well_formed = || serde_json::from_slice::<IgnoredAny>(body).is_ok();
        match (error.classify(), path) {
            (category, path) if category == Category::Data || well_formed() => {
                let message = without_position(&error);
                let pointer = path.as_ref().map(pointer).unwrap_or_default() + place::of(&message);
                Self(Kind::InvalidBody.because(message).member("pointer", pointer))
            }
            _ => Self(Kind::MalformedBody.because(error.to_string())),
        }
    }

    /// The problem that is answered.
    pub fn problem(&self) -> &Problem {
        &self.0
    }

    /// The problem that is answered, to be extended.
    pub fn into_problem(self) -> Problem {
        self.0
    }
}

/// The place as a JSON pointer.
pub(crate) fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        let token = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
            // A variant that is a member of its object is told by the key; what is unknown ends the path.
            Segment::Enum { variant } => variant.replace('~', "~0").replace('/', "~1"),
            Segment::Unknown => break,
        };
        pointer.push('/');
        pointer.push_str(&token);
    }
    pointer
}

/// The message without ` at line 1 column 2`: the pointer says where.
fn without_position(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    message.strip_suffix(&position).unwrap_or(&message).to_owned()
}

impl IntoResponse for BodyRejection {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

impl From<Problem> for BodyRejection {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<BodyRejection> for Problem {
    fn from(rejection: BodyRejection) -> Self {
        rejection.0
    }
}

impl fmt::Display for BodyRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for BodyRejection {}
