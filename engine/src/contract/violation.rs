use std::fmt;

/// A check that a store did not pass.
#[derive(Debug)]
pub struct Violation {
    pub(super) check: &'static str,
    pub(super) why: String,
}

impl Violation {
    /// Returns the name of the check.
    pub fn check(&self) -> &'static str {
        self.check
    }

    /// Returns what was expected of the store, and what was found.
    pub fn why(&self) -> &str {
        &self.why
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.check, self.why)
    }
}

impl std::error::Error for Violation {}
