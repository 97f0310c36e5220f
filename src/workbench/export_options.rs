//! How exported files look, which the browser remembers. It must not know what is exported.

use export::Options;
use leptos::prelude::*;

use super::Workbench;
use crate::memory;

/// The name of the settings in the browser's memory.
const OPTIONS: &str = "export options";

/// How files looked on the last visit.
pub(super) fn remembered() -> Options {
    memory::recall(OPTIONS)
}

impl Workbench {
    /// How exported files are written.
    pub fn export_options(self) -> ReadSignal<Options> {
        self.export_options.read_only()
    }

    /// Changes how exported files are written, on later visits too.
    pub fn change_export_options(self, change: impl FnOnce(&mut Options)) {
        self.export_options.update(change);
        self.export_options
            .with_untracked(|options| memory::remember(OPTIONS, options));
    }

    /// Whether exports are of the facts within the filter, where there is one.
    pub fn exports_filtered(self) -> ReadSignal<bool> {
        self.exports_filtered.read_only()
    }

    /// Exports the facts within the filter, or all.
    pub fn choose_exports(self, are_filtered: bool) {
        self.exports_filtered.set(are_filtered);
    }
}
