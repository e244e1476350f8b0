//! What must hold for one change. What must hold between it and its timeline is checked by the expansion.

use super::attr;
use super::model::Change;
use crate::diag::{Sink, change_messages as messages};

pub(crate) fn check(written: attr::Change, sink: &mut Sink) -> Option<Change> {
    let attr::Change { ident, name, timeline, date, note, doc } = written;
    // An error in an argument has been reported.
    if !sink.is_clean() {
        return None;
    }
    // #[change(Version, note = "Prices include tax.")]
    let Some(date) = date else {
        sink.push(messages::without_in(&name));
        return None;
    };
    let note = match note {
        // #[change(Version, in = "2025-09-30", note = " ")]
        Some(note) if note.value.value().trim().is_empty() => {
            sink.push(messages::empty_note(&note.value));
            return None;
        }
        Some(note) => note.value.value().trim().to_owned(),
        // #[change(Version, in = "2025-09-30")] without a doc comment
        None if doc.is_empty() => {
            sink.push(messages::without_note(&name));
            return None;
        }
        None => doc,
    };
    Some(Change { ident, timeline, date, note })
}
