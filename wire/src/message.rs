//! Error messages that constants make.

/// A sentence put together while compiling.
#[derive(Debug)]
pub struct Message {
    bytes: [u8; Self::CAPACITY],
    length: usize,
}

impl Message {
    const CAPACITY: usize = 1024;

    /// Begins with `text`.
    pub const fn new(text: &str) -> Self {
        Self { bytes: [0; Self::CAPACITY], length: 0 }.text(text)
    }

    /// Appends `text`; what does not fit is left out.
    #[must_use]
    pub const fn text(mut self, text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut i = 0;
        while i < bytes.len() && self.length < Self::CAPACITY {
            self.bytes[self.length] = bytes[i];
            self.length += 1;
            i += 1;
        }
        self
    }

    /// Appends `` `name` ``.
    #[must_use]
    pub const fn code(self, name: &str) -> Self {
        self.text("`").text(name).text("`")
    }

    /// Appends the date.
    #[must_use]
    pub const fn date(self, date: steadfast_core::Date) -> Self {
        match str::from_utf8(&date.to_bytes()) {
            Ok(text) => self.text(text),
            Err(_) => self,
        }
    }

    /// Appends the dates of the versions from this position on.
    #[must_use]
    pub const fn versions(self, timeline: &steadfast_core::Timeline, from: usize) -> Self {
        let mut this = self;
        let mut i = from;
        while i < timeline.releases.len() {
            this = this.text(if i == from { "" } else { ", " }).date(timeline.releases[i].date);
            i += 1;
        }
        this
    }

    /// Appends the number.
    #[must_use]
    pub const fn number(self, number: i64) -> Self {
        let mut digits = [0; 20];
        let mut first = digits.len();
        let mut rest = number.unsigned_abs();
        loop {
            first -= 1;
            digits[first] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        let this = if number < 0 { self.text("-") } else { self };
        match str::from_utf8(digits.split_at(first).1) {
            Ok(text) => this.text(text),
            Err(_) => this,
        }
    }

    /// Stops the compilation with this sentence.
    ///
    /// # Panics
    /// Always.
    #[track_caller]
    pub const fn fail(&self) -> ! {
        match str::from_utf8(self.bytes.split_at(self.length).0) {
            #[allow(clippy::panic, reason = "evaluated while compiling: this is the error message")]
            Ok(text) => panic!("{}", text),
            #[allow(clippy::panic, reason = "see above; reached if the last character did not fit")]
            Err(_) => panic!("this endpoint contradicts the timeline or another endpoint"),
        }
    }
}
