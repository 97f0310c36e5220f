//! Why a story fails, as a message for the test's output.

use std::error::Error;
use std::fmt;

/// What went wrong, in one text.
pub struct Failure(String);

/// How a story, or a step of one, ends.
pub type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// A failure in our own words.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether the tab is gone, so that nothing that is asked of it can be answered any more.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.0.contains("invalid session id") || self.0.contains("tab crashed")
    }

    /// Whether the browser has ended, not only the tab, and nobody had closed it.
    #[must_use]
    pub fn is_of_a_lost_browser(&self) -> bool {
        self.0.contains("the browser has closed the connection")
    }
}

impl<E: Error> From<E> for Failure {
    fn from(error: E) -> Self {
        let text = error.to_string();
        // A driver adds where in its own code it was: addresses without names.
        let words = text.split("Stacktrace:").next().unwrap_or_default();
        Self(words.trim_end().to_owned())
    }
}

// The test runner prints the Debug form.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
