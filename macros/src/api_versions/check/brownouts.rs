//! What must hold for the brown-outs of a version.

use crate::api_versions::attr;
use crate::diag::{Sink, version_messages as messages};

pub(crate) fn check(version: &attr::Version, sink: &mut Sink) {
    let Some(brownouts) = &version.brownouts else { return };
    // #[version("2024-01-15", brownouts("2025-06-01T14:00Z" for "1h"))]
    let Some(sunset) = &version.sunset else {
        sink.push(messages::brownouts_without_sunset(&brownouts.key));
        return;
    };
    let mut previous: Option<&attr::Brownout> = None;
    for brownout in &brownouts.value {
        let attr::Brownout { from, length } = brownout;
        let end = sunset.value.date.unix_seconds();
        if length.duration.subsec_nanos() != 0 {
            // brownouts("2025-06-01T14:00Z" for "1500ms")
            sink.push(messages::brownout_not_in_seconds(length));
        } else if let Some(deprecated) = &version.deprecated
            && from.seconds < deprecated.value.date.unix_seconds()
        {
            // #[version("…", deprecated = "2025-06-02", sunset = "…", brownouts("2025-06-01T14:00Z" for "1h"))]
            sink.push(messages::brownout_before_deprecated(from, &deprecated.value));
        } else if from.seconds < version.date.date.unix_seconds() {
            // #[version("2025-06-02", sunset = "…", brownouts("2025-06-01T14:00Z" for "1h"))]
            sink.push(messages::brownout_before_version(from, &version.date));
        } else if from.seconds >= end {
            // #[version("…", sunset = "2025-06-01", brownouts("2025-06-01T14:00Z" for "1h"))]
            sink.push(messages::brownout_begins_after_sunset(from, &sunset.value));
        } else if brownout.until() > end {
            // #[version("…", sunset = "2025-06-02", brownouts("2025-06-01T23:00Z" for "2h"))]
            sink.push(messages::brownout_ends_after_sunset(length, &sunset.value));
        } else if let Some(previous) = previous
            && from.seconds < previous.until()
        {
            // brownouts("2025-06-15T14:00Z" for "4h", "2025-06-01T14:00Z" for "1h")
            // brownouts("2025-06-01T14:00Z" for "4h", "2025-06-01T16:00Z" for "1h")
            sink.push(if from.seconds < previous.from.seconds {
                messages::brownout_not_ascending(from, &previous.from)
            } else {
                messages::brownouts_overlap(from, previous)
            });
        } else {
            previous = Some(brownout);
        }
    }
}
