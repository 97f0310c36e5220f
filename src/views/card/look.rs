//! How a result is shown: table, chart or both, and the kind of the chart. Written as a text, so that an
//! address or the browser's memory can keep it. It must not know where that is.

use results::chart::Kind;

/// What is shown of a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// The table alone.
    Table,
    /// The chart alone.
    Chart,
    /// Both, beside each other where there is room.
    #[default]
    Both,
}

impl Shown {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Both, Self::Table, Self::Chart];

    /// Its name on the page.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Table => "Table",
            Self::Chart => "Chart",
            Self::Both => "Table and chart",
        }
    }

    /// Its name in an address.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Chart => "chart",
            Self::Both => "both",
        }
    }

    /// The one of a name in an address.
    pub fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shown| shown.text() == text)
    }
}

/// How a result is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Table, chart or both.
    pub shown: Shown,
    /// The kind of the chart; `None` for the one that suits the result.
    pub kind: Option<Kind>,
}

impl Look {
    /// As a text: `both`, `chart Bars`.
    pub fn text(self) -> String {
        let shown = self.shown.text();
        self.kind.map_or_else(
            || shown.to_owned(),
            |kind| format!("{shown} {}", kind.name()),
        )
    }

    /// What a text says; the default for what it does not say.
    pub fn read(text: &str) -> Self {
        let (shown, kind) = text.split_once(' ').unwrap_or((text, ""));
        Self {
            shown: Shown::read(shown).unwrap_or_default(),
            kind: Kind::named(kind),
        }
    }
}
