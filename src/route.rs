//! The pages and their addresses. Addresses are hashes, so that the page works from any folder
//! of any host: `leptos_router` 0.8 reads paths only, which is why this is not its work.

use leptos::ev;
use leptos::prelude::*;

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// The star, the build and the answers.
    Mart,
    /// Where the rows come from.
    Sources,
    /// Tables, columns and checks.
    Inspect,
    /// Files to take away.
    Export,
}

impl Page {
    /// All pages, in the order of the navigation.
    pub const ALL: [Self; 4] = [Self::Mart, Self::Sources, Self::Inspect, Self::Export];

    /// The word in the navigation.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mart => "Mart",
            Self::Sources => "Sources",
            Self::Inspect => "Inspect",
            Self::Export => "Export",
        }
    }

    /// The address, as a link has it.
    pub const fn href(self) -> &'static str {
        match self {
            Self::Mart => "#/",
            Self::Sources => "#/sources",
            Self::Inspect => "#/inspect",
            Self::Export => "#/export",
        }
    }

    /// The page at an address; `None` where there is none.
    fn at(hash: &str) -> Option<Self> {
        let path = hash.split('?').next().unwrap_or_default();
        let path = path.trim_end_matches('/');
        Self::ALL
            .into_iter()
            .find(|page| page.href().trim_end_matches('/') == path)
            .or_else(|| path.is_empty().then_some(Self::Mart))
    }
}

/// The page that the address bar names now; `None` for an address that leads nowhere.
pub fn current_page() -> Signal<Option<Page>> {
    let here = || Page::at(&window().location().hash().unwrap_or_default());
    let page = RwSignal::new(here());
    let listener = window_event_listener(ev::hashchange, move |_| page.set(here()));
    on_cleanup(move || listener.remove());
    page.into()
}
