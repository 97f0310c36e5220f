//! How sources are loaded again: what a second row with the same key becomes, how attributes change, what a key
//! that is found nowhere means. It must not know SQL.

use serde::{Deserialize, Serialize};

use super::is_default;

/// How sources are read and kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// The texts that stand for NULL, without the blanks around them. An empty text always does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub null_texts: Vec<String>,
    /// Whether the rows of the sources are kept beside the star, each with the number of the load that brought it.
    /// Later loads add to them, and any load can be taken back.
    #[serde(default, skip_serializing_if = "is_default")]
    pub batches: bool,
    /// Whether a check of the severity `error` that fails ends a load, so that the mart before stays.
    #[serde(default, skip_serializing_if = "is_default")]
    pub stop_on_error: bool,
}

/// What the rows of a load do to those that were loaded before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LoadMode {
    /// They take the place of all: the file is the whole of its table.
    #[default]
    Replace,
    /// They are added.
    Append,
    /// They are added, each in the place of the row that has its key.
    Merge,
}

/// What happens to the attributes of a dimension when a later row of the same key has others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum History {
    /// The first values stay.
    First,
    /// The last values count, for all facts.
    Last,
    /// Each change is a row of its own, and facts refer to the one that was valid when they were loaded: a slowly
    /// changing dimension of type 2.
    Versions,
}

/// Of several rows with the same key in one load, the one that is loaded. The others are set aside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Duplicates {
    /// The first.
    #[default]
    KeepFirst,
    /// The last.
    KeepLast,
}

/// What a row becomes whose key is found nowhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Orphans {
    /// It refers to the unknown member until a later load brings the row.
    #[default]
    Unknown,
    /// It is set aside until a later load brings the row.
    Quarantine,
}

/// What is known of a version of a row in a dimension with [`History::Versions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum VersionPart {
    /// The number of the load from which on it is valid; 0 for the first version, which facts of earlier loads
    /// refer to, too.
    FromBatch,
    /// The number of the load that brought the next version; NULL without one.
    ToBatch,
    /// When it was loaded, in UTC.
    From,
    /// When the next version was loaded, in UTC; NULL without one.
    To,
    /// Whether there is no later version.
    Current,
    /// Whether a whole file came without the row: the values are those before.
    Deleted,
}
