//! How the keys of a mart are kept. It must not know what they are.

use std::fmt;

/// How it is made sure that the keys of a mart are correct.
///
/// ```
/// use mart::Keys;
///
/// assert_eq!(Keys::for_facts(120), Keys::Enforced);
/// assert_eq!(Keys::for_facts(1_000_000).to_string(), "verified");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Keys {
    /// The tables declare them, and the engine checks every row as it is inserted, through indexes.
    Enforced,
    /// The tables are loaded without them, and then all rows are checked at once. This takes a
    /// fortieth of the time.
    Verified,
}

impl Keys {
    /// A mart of more facts than this has its keys verified.
    pub const MOST_ENFORCED: u64 = 100_000;

    /// What suits a mart of `facts` facts.
    #[must_use]
    pub const fn for_facts(facts: u64) -> Self {
        if facts > Self::MOST_ENFORCED {
            Self::Verified
        } else {
            Self::Enforced
        }
    }
}

impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Enforced => "enforced",
            Self::Verified => "verified",
        })
    }
}
