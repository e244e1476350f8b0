//! The changes of an endpoint, as data.

use http::StatusCode;
use std::fmt;
use steadfast_core::Date;

/// One `changed(..)` of an endpoint: what versions before a date see another way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement {
    /// The version that brought it.
    pub date: Date,
    /// What changed.
    pub parts: &'static [Part],
    /// What clients are told about it.
    pub note: Option<&'static str>,
}

/// One part of a [`Statement`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The arguments of the handler were read from other places.
    Request,
    /// The answer was put together in another way.
    Response,
    /// A status was another.
    Status {
        /// What the handler answers.
        new: u16,
        /// What older clients hear.
        old: u16,
    },
    /// A header of the answer had another name, or was not there.
    Header {
        /// What the handler calls it.
        new: &'static str,
        /// What older clients know it as.
        old: Option<&'static str>,
    },
}

/// What changed, in words: `the request has another form and the status 201 was 200`.
impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, part) in self.parts.iter().enumerate() {
            f.write_str(match i {
                0 => "",
                _ if i + 1 == self.parts.len() => " and ",
                _ => ", ",
            })?;
            part.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request => f.write_str("the request has another form"),
            Self::Response => f.write_str("the answer has another form"),
            Self::Status { new, old } => write!(f, "the status {new} was {old}"),
            Self::Header { new, old: Some(old) } => write!(f, "the header `{new}` was `{old}`"),
            Self::Header { new, old: None } => write!(f, "the header `{new}` was added"),
        }
    }
}

/// By the statements of one date after the other, newest first. Those of one date change a status once.
pub(crate) fn old_status(statements: &[Statement], status: StatusCode) -> StatusCode {
    by_date(statements).fold(status, |status, group| {
        let mut parts = group.iter().flat_map(|statement| statement.parts);
        let old = parts.find_map(|part| match part {
            Part::Status { new, old } if *new == status.as_u16() => StatusCode::from_u16(*old).ok(),
            _ => None,
        });
        old.unwrap_or(status)
    })
}

pub(crate) fn by_date(statements: &[Statement]) -> impl Iterator<Item = &[Statement]> {
    statements.chunk_by(|a, b| a.date == b.date)
}
