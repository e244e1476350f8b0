//! Which statements of endpoints a test run has gone through.

#[cfg(not(feature = "testing"))]
use crate::endpoint_change::Statement;
#[cfg(not(feature = "testing"))]
use axum::response::Response;

/// Remembers what an answer of the newest handler goes through to an older version; `is_answered` if the handler was
/// entered.
#[cfg(not(feature = "testing"))]
#[inline(always)]
#[allow(clippy::inline_always, reason = "nothing of it may be left")]
pub(super) const fn exercised(_: &'static str, _: &'static [Statement], _: &Response, _is_answered: bool) {}

#[cfg(feature = "testing")]
pub(super) use counted::exercised;
#[cfg(feature = "testing")]
pub(crate) use counted::was_answered;

#[cfg(feature = "testing")]
mod counted {
    use crate::endpoint::amend::Past;
    use crate::endpoint_change::{Part, Statement};
    use axum::response::Response;
    use std::collections::BTreeSet;
    use std::sync::{Mutex, PoisonError};
    use steadfast_core::Date;

    /// The path of a handler, the date of its statement, and what of it was gone through.
    static SEEN: Mutex<BTreeSet<(&str, u32, Part)>> = Mutex::new(BTreeSet::new());

    /// Remembers what an answer of the newest handler goes through to an older version; `is_answered` if the handler
    /// was entered.
    pub(crate) fn exercised(
        endpoint: &'static str,
        statements: &'static [Statement],
        response: &Response,
        is_answered: bool,
    ) {
        let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
        for (i, statement) in statements.iter().enumerate() {
            // As the statements of newer dates leave it.
            let newer = statements.iter().take(i).take_while(|newer| newer.date > statement.date).count();
            let (status, names) = Past::new(statements.split_at(newer).0).left(response);
            for part in statement.parts {
                let applies = match part {
                    Part::Request | Part::Response => is_answered,
                    Part::Status { new, .. } => *new == status.as_u16(),
                    Part::Header { new, .. } => names.contains_key(*new),
                };
                if applies {
                    seen.insert((endpoint, statement.date.number(), *part));
                }
            }
        }
    }

    /// Whether an answer went through this part of a statement.
    pub(crate) fn was_answered(endpoint: &'static str, date: Date, part: Part) -> bool {
        SEEN.lock().unwrap_or_else(PoisonError::into_inner).contains(&(endpoint, date.number(), part))
    }
}
