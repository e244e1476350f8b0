use std::fmt;
use std::str::FromStr;

/// A day of the proleptic Gregorian calendar, years 0001 to 9999, written `YYYY-MM-DD`.
///
/// A version is named by such a day, and lifecycle phases begin on one. The order is the calendar's.
///
/// ```
/// use steadfast_core::Date;
///
/// let day = Date::parse("2024-12-18").unwrap();
/// assert_eq!(day.to_string(), "2024-12-18");
/// assert!(day < Date::parse("2025-07-01").unwrap());
/// assert!(Date::parse("2025-02-29").is_err());
/// ```
// `YYYYMMDD` as one number: comparing two dates is comparing two integers, also on the wire of a `match`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(u32);

/// Why a text is not a [`Date`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DateError {
    /// The text is not four digits, a hyphen, two digits, a hyphen, two digits.
    Form,
    /// The form is right, but the calendar has no such day.
    NoSuchDay,
}

impl Date {
    /// Reads `YYYY-MM-DD`: ASCII, exactly ten bytes, a day that exists.
    ///
    /// # Errors
    /// [`DateError::Form`] for any other form, [`DateError::NoSuchDay`] for `2025-02-29` and the like.
    pub const fn parse(text: &str) -> Result<Self, DateError> {
        Self::parse_bytes(text.as_bytes())
    }

    /// [`Date::parse`] for bytes that need not be UTF-8, such as a header value.
    ///
    /// # Errors
    /// As [`Date::parse`].
    pub const fn parse_bytes(text: &[u8]) -> Result<Self, DateError> {
        if text.len() != 10 || text[4] != b'-' || text[7] != b'-' {
            return Err(DateError::Form);
        }
        let mut number = 0;
        let mut i = 0;
        while i < 10 {
            if i != 4 && i != 7 {
                if !text[i].is_ascii_digit() {
                    return Err(DateError::Form);
                }
                number = number * 10 + (text[i] - b'0') as u32;
            }
            i += 1;
        }
        match Self::from_ymd(number / 10_000, number / 100 % 100, number % 100) {
            Some(date) => Ok(date),
            None => Err(DateError::NoSuchDay),
        }
    }

    /// The day with this year (1 to 9999), month and day of the month, if the calendar has it.
    pub const fn from_ymd(year: u32, month: u32, day: u32) -> Option<Self> {
        if year == 0 || year > 9999 || month == 0 || month > 12 || day == 0 || day > days_in(year, month) {
            return None;
        }
        Some(Self(year * 10_000 + month * 100 + day))
    }

    /// The day that holds this instant, in UTC; `None` outside the years 0001 to 9999.
    pub const fn from_unix_seconds(seconds: i64) -> Option<Self> {
        // Days are counted from 0000-03-01, so that a leap day is the last day of its year. An era is 400 years.
        let days = seconds.div_euclid(86_400) + 719_468;
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
        if year < 1 || year > 9999 {
            return None;
        }
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "bounded by the line above"
        )]
        Self::from_ymd(year as u32, month as u32, day as u32)
    }

    /// Seconds from the Unix epoch to 00:00:00 UTC at the start of this day; negative before 1970.
    pub const fn unix_seconds(self) -> i64 {
        let (year, month, day) = (self.year() as i64, self.month() as i64, self.day() as i64);
        let shifted_year = if month <= 2 { year - 1 } else { year };
        let (era, year_of_era) = (shifted_year.div_euclid(400), shifted_year.rem_euclid(400));
        let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        (era * 146_097 + day_of_era - 719_468) * 86_400
    }

    /// Whole days from `earlier` to this day; negative if this day is before it.
    pub const fn days_since(self, earlier: Self) -> i64 {
        (self.unix_seconds() - earlier.unix_seconds()) / 86_400
    }

    /// The year, 1 to 9999.
    pub const fn year(self) -> u32 {
        self.0 / 10_000
    }

    /// The month, 1 to 12.
    pub const fn month(self) -> u32 {
        self.0 / 100 % 100
    }

    /// The day of the month, 1 to 31.
    pub const fn day(self) -> u32 {
        self.0 % 100
    }

    /// The day as the number `YYYYMMDD`, which orders as the calendar does.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The day that has this number, which a macro has read.
    #[doc(hidden)]
    pub const fn known(number: u32) -> Self {
        Self(number)
    }

    /// The day that has this [`number`](Self::number), if the calendar has it.
    pub const fn from_number(number: u32) -> Option<Self> {
        Self::from_ymd(number / 10_000, number / 100 % 100, number % 100)
    }

    /// The day as the ten ASCII bytes of `YYYY-MM-DD`.
    pub const fn to_bytes(self) -> [u8; 10] {
        let mut text = *b"0000-00-00";
        let mut rest = self.0;
        let mut i = 10;
        while i > 0 {
            i -= 1;
            if i != 4 && i != 7 {
                text[i] = b'0' + (rest % 10) as u8;
                rest /= 10;
            }
        }
        text
    }
}

const fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(std::str::from_utf8(&self.to_bytes()).unwrap_or_default())
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        Self::parse(text)
    }
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "a date is written YYYY-MM-DD",
            Self::NoSuchDay => "the calendar has no such day",
        })
    }
}

impl std::error::Error for DateError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn only_the_exact_form_is_a_date() {
        for text in [
            "",
            "2024-1-1",
            "20240101",
            "2024-01-01T00:00:00",
            " 2024-01-01",
            "2024/01/01",
            "+024-01-01",
            "２024-01-0",
        ] {
            assert_eq!(Date::parse(text), Err(DateError::Form), "{text}");
        }
        for text in
            ["2024-13-01", "2024-00-01", "2024-02-30", "2025-02-29", "1900-02-29", "0000-01-01", "2024-04-31"]
        {
            assert_eq!(Date::parse(text), Err(DateError::NoSuchDay), "{text}");
        }
        assert_eq!(date("2000-02-29").to_string(), "2000-02-29");
    }

    #[test]
    fn every_day_of_the_calendar_survives_the_trip_through_seconds_and_text() {
        let mut seconds = date("0001-01-01").unix_seconds();
        let mut previous = None;
        let mut days = 0;
        while let Some(day) = Date::from_unix_seconds(seconds) {
            assert_eq!(day.unix_seconds(), seconds);
            assert_eq!(Date::parse(&day.to_string()), Ok(day));
            assert!(previous < Some(day));
            previous = Some(day);
            (seconds, days) = (seconds + 86_400, days + 1);
        }
        assert_eq!(previous, Some(date("9999-12-31")));
        // 400 years have 146,097 days; the last era lacks the year 10000.
        assert_eq!(days, 25 * 146_097 - 366);
    }

    #[test]
    fn known_instants() {
        assert_eq!(date("1970-01-01").unix_seconds(), 0);
        assert_eq!(date("2025-07-01").unix_seconds(), 1_751_328_000);
        assert_eq!(Date::from_unix_seconds(1_751_327_999), Some(date("2025-06-30")));
        assert_eq!(date("2025-07-01").days_since(date("2024-12-18")), 195);
    }
}
