//! Why a story fails, as a message for the test's output.

use std::error::Error;
use std::fmt;

/// What went wrong, in one text: nobody acts on the kind of it.
pub struct Failure(String);

/// How a story, or a step of one, ends.
pub type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// A failure in our own words.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl<E: Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
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
