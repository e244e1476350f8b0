use crate::diag::messages;
use steadfast_core::{Date, DateError};
use syn::LitStr;
use syn::parse::ParseStream;

/// A string literal that is a moment in UTC: `"2025-06-01T14:00Z"`, with seconds or without.
#[derive(Clone)]
pub(crate) struct InstantLit {
    /// Seconds from the Unix epoch.
    pub(crate) seconds: i64,
    pub(crate) literal: LitStr,
}

impl InstantLit {
    pub(crate) fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let literal: LitStr = input.parse()?;
        match seconds(&literal.value()) {
            Ok(seconds) => Ok(Self { seconds, literal }),
            Err(why) => Err(messages::bad_instant(&literal, why)),
        }
    }
}

/// Why a text is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InstantError {
    Form,
    NoSuchDay,
    NoSuchTime,
}

fn seconds(text: &str) -> Result<i64, InstantError> {
    let bytes = text.as_bytes();
    // `YYYY-MM-DDTHH:MMZ` or `YYYY-MM-DDTHH:MM:SSZ`.
    let time = match (bytes.len(), bytes.get(10), bytes.last()) {
        (17 | 20, Some(b'T'), Some(b'Z')) => &bytes[11..bytes.len() - 1],
        _ => return Err(InstantError::Form),
    };
    let date = Date::parse_bytes(&bytes[..10]).map_err(|error| match error {
        DateError::NoSuchDay => InstantError::NoSuchDay,
        _ => InstantError::Form,
    })?;
    // Hours, minutes and seconds, each below its limit.
    let limits = [24, 60, 60];
    let mut second_of_day = 0;
    for (place, limit) in limits.into_iter().enumerate() {
        let unit = match time.get(3 * place..) {
            None => 0,
            Some([tens @ b'0'..=b'9', ones @ b'0'..=b'9', rest @ ..])
                if matches!(rest.first(), None | Some(b':')) =>
            {
                i64::from(tens - b'0') * 10 + i64::from(ones - b'0')
            }
            Some(_) => return Err(InstantError::Form),
        };
        if unit >= limit {
            return Err(InstantError::NoSuchTime);
        }
        second_of_day = second_of_day * 60 + unit;
    }
    Ok(date.unix_seconds() + second_of_day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_day_and_a_time_in_utc() {
        assert_eq!(seconds("1970-01-01T00:00Z"), Ok(0));
        assert_eq!(seconds("1970-01-02T01:02Z"), Ok(86_400 + 3720));
        assert_eq!(seconds("1970-01-01T23:59:59Z"), Ok(86_399));
        for form in [
            "",
            "2025-06-01",
            "2025-06-01T14:00",
            "2025-06-01 14:00Z",
            "2025-06-01T14:00z",
            "2025-06-01T14:00+00:00",
            "2025-06-01T14:00:00.5Z",
            "2025-06-01T1400:00Z",
            "2025-06-01T14:00:0Z",
            "2025-06-01T14.00Z",
            "2025-06-01T14:00.00Z",
            "2025-06-01T+4:00Z",
            "2025/06/01T14:00Z",
            "２025-06-0T14:00Z",
        ] {
            assert_eq!(seconds(form), Err(InstantError::Form), "{form}");
        }
        assert_eq!(seconds("2025-02-29T14:00Z"), Err(InstantError::NoSuchDay));
        for time in ["2025-06-01T24:00Z", "2025-06-01T14:60Z", "2025-06-01T23:59:60Z"] {
            assert_eq!(seconds(time), Err(InstantError::NoSuchTime), "{time}");
        }
    }
}
