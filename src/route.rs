//! The pages and their addresses. Addresses are hashes, so that the page works from any folder
//! of any host; `leptos_router` 0.8 reads paths only. It must not know what a page shows.

use leptos::ev;
use leptos::prelude::*;
use web_sys::UrlSearchParams;

use crate::history;

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// The star, the answers and the build log.
    Mart,
    /// Where the rows come from.
    Sources,
    /// SQL statements.
    Sql,
    /// Tables, columns and checks.
    Inspect,
    /// Downloads.
    Export,
}

impl Page {
    /// All pages, in the order of the navigation.
    pub const ALL: [Self; 5] = [
        Self::Mart,
        Self::Sources,
        Self::Sql,
        Self::Inspect,
        Self::Export,
    ];

    /// Its name in the navigation.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mart => "Mart",
            Self::Sources => "Sources",
            Self::Sql => "SQL",
            Self::Inspect => "Inspect",
            Self::Export => "Export",
        }
    }

    /// Its address, for a link.
    pub const fn href(self) -> &'static str {
        match self {
            Self::Mart => "#/",
            Self::Sources => "#/sources",
            Self::Sql => "#/sql",
            Self::Inspect => "#/inspect",
            Self::Export => "#/export",
        }
    }

    /// The page at an address, if there is one.
    fn at(hash: &str) -> Option<Self> {
        let path = hash.split('?').next().unwrap_or_default();
        let path = path.trim_end_matches('/');
        Self::ALL
            .into_iter()
            .find(|page| page.href().trim_end_matches('/') == path)
            .or_else(|| path.is_empty().then_some(Self::Mart))
    }
}

/// The query in the address, as `#/sql?q=…`; `None` without one.
pub fn query_in_address() -> Option<String> {
    parameter("q")
}

/// Takes the query out of the address, so that it opens no second tab on the next visit.
pub fn forget_query() {
    if let Ok(history) = window().history() {
        let state = history.state().unwrap_or_default();
        // An address of the same document is never refused.
        drop(history.replace_state_with_url(&state, "", Some(Page::Sql.href())));
    }
}

/// The table in the address, as `#/inspect?table=…`; `None` without one.
pub fn table_in_address() -> Option<String> {
    parameter("table")
}

/// The part of the page Sources that the address can lead to.
const EXAMPLES: &str = "examples";

fn parameter(name: &str) -> Option<String> {
    let hash = window().location().hash().ok()?;
    let (_, parameters) = hash.split_once('?')?;
    let parameters = UrlSearchParams::new_with_str(parameters).ok()?;
    parameters.get(name)
}

/// The address of the SQL page with a query in it.
pub fn address_of_query(query: &str) -> String {
    let location = window().location();
    let page = location.href().unwrap_or_default();
    let page = page.split('#').next().unwrap_or_default();
    format!(
        "{page}{}?q={}",
        Page::Sql.href(),
        String::from(js_sys::encode_uri_component(query))
    )
}

/// The address of the examples.
pub fn address_of_examples() -> String {
    format!("{}?at={EXAMPLES}", Page::Sources.href())
}

/// Whether the address is that of the examples.
pub fn is_at_examples() -> bool {
    parameter("at").as_deref() == Some(EXAMPLES)
}

/// The address of the Inspect page at a table.
pub fn address_of_table(title: &str) -> String {
    let page = Page::Inspect.href();
    format!(
        "{page}?table={}",
        String::from(js_sys::encode_uri_component(title))
    )
}

/// The page of the address; `None` for an address without a page.
pub fn page() -> Option<Page> {
    Page::at(&window().location().hash().unwrap_or_default())
}

/// Goes to a page.
pub fn go(page: Page) {
    // An address of the same document is never refused.
    drop(window().location().set_hash(page.href()));
}

/// The page in the address bar; `None` for an address without a page.
pub fn current_page() -> Signal<Option<Page>> {
    let shown = RwSignal::new(page());
    history::keep_places();
    let moved = window_event_listener(ev::hashchange, move |_| {
        history::keep_place();
        // A page reads its address when it is shown; the dashboard follows it while it stays.
        let stays = [page(), shown.get_untracked()] == [Some(Page::Mart); 2];
        if !stays {
            shown.set(page());
        }
        history::enter();
    });
    let heard = [
        // A click may lead elsewhere.
        window_event_listener(ev::click, |_| history::show_latest()),
        window_event_listener(ev::wheel, |_| history::stay()),
        window_event_listener(ev::pointerdown, |_| history::stay()),
        window_event_listener(ev::keydown, |_| history::stay()),
    ];
    on_cleanup(move || {
        moved.remove();
        for listener in heard {
            listener.remove();
        }
    });
    shown.into()
}
