//! Where the keyboard is. The focus never falls to the body: when the element that has it is removed or
//! hidden, it goes back to the element that had it before, or to the heading of the page. It must not
//! know what a page shows.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{Element, FocusOptions, HtmlElement, MutationObserver, MutationObserverInit};

/// How many elements are remembered. The focus goes back to the latest that is still there.
const REMEMBERED: usize = 8;

/// The elements that had the focus, the latest last.
#[derive(Default)]
struct Trail {
    elements: VecDeque<HtmlElement>,
    /// Whether the user has left the latest by a click into nothing.
    is_left: bool,
}

/// Watches the focus for as long as the page lives.
pub fn keep_focus() {
    let trail = Rc::new(RefCell::new(Trail::default()));
    let entered = Rc::clone(&trail);
    let on_enter = window_event_listener(ev::focusin, move |event| {
        let element = event.target().and_then(|to| to.dyn_into().ok());
        entered.borrow_mut().enter(element);
    });
    let left = Rc::clone(&trail);
    let on_leave = window_event_listener(ev::focusout, move |event| {
        if event.related_target().is_none() {
            let left = Rc::clone(&left);
            // Whether the element is still there shows after the event.
            set_timeout(move || Trail::settle(&left), Duration::ZERO);
        }
    });
    let observer = watch_removals(trail);
    on_cleanup(move || {
        on_enter.remove();
        on_leave.remove();
    });
    // It lives as long as the page.
    std::mem::forget(observer);
}

/// Gives the focus to the heading of the page, unless something in the page has it.
pub fn focus_page() {
    let main = document().query_selector("main").ok().flatten();
    let active = document().active_element();
    let is_inside = main.is_some_and(|main| main.contains(active.as_deref()));
    if !is_inside {
        focus_heading();
    }
}

/// Gives the focus to the heading of the page, or to the page where it has none.
pub fn focus_heading() {
    let find = |what| document().query_selector(what).ok().flatten();
    let heading = find("main h1").or_else(|| find("main"));
    let Some(heading) = heading.and_then(|heading| heading.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    if !heading.has_attribute("tabindex") {
        heading.set_tab_index(-1);
    }
    focus(&heading);
}

/// Whether nothing but the heading of the page has the focus, so that something else can take it.
pub fn is_focus_free() -> bool {
    document()
        .active_element()
        .is_none_or(|active| active.matches("body, main, main h1").unwrap_or(false))
}

impl Trail {
    fn enter(&mut self, element: Option<HtmlElement>) {
        self.is_left = false;
        let Some(element) = element else { return };
        self.elements.retain(|known| *known != element);
        self.elements.push_back(element);
        if self.elements.len() > REMEMBERED {
            self.elements.pop_front();
        }
    }

    /// After the focus has gone to no element: by the user, who has clicked into nothing, or since the
    /// element that had it is gone.
    fn settle(trail: &Rc<RefCell<Self>>) {
        let is_left = {
            let mut trail = trail.borrow_mut();
            let is_there = trail.elements.back().is_some_and(is_visible);
            trail.is_left = is_there && is_lost();
            trail.is_left
        };
        if !is_left {
            Self::restore(trail);
        }
    }

    fn restore(trail: &Rc<RefCell<Self>>) {
        if !is_lost() || trail.borrow().is_left || trail.borrow().elements.is_empty() {
            return;
        }
        let back = {
            let mut trail = trail.borrow_mut();
            trail.elements.retain(is_visible);
            trail.elements.back().cloned()
        };
        match back {
            // It is put into the trail again while it takes the focus, so nothing is borrowed here.
            Some(element) => focus(&element),
            None => focus_heading(),
        }
    }
}

fn watch_removals(trail: Rc<RefCell<Trail>>) -> Option<(MutationObserver, Closure<dyn FnMut()>)> {
    let on_change = Closure::<dyn FnMut()>::new(move || {
        if is_lost() {
            let trail = Rc::clone(&trail);
            // Whoever has changed the page may give the focus to something first.
            set_timeout(move || Trail::restore(&trail), Duration::ZERO);
        }
    });
    let observer = MutationObserver::new(on_change.as_ref().unchecked_ref()).ok()?;
    let options = MutationObserverInit::new();
    options.set_child_list(true);
    options.set_subtree(true);
    observer
        .observe_with_options(document().body()?.as_ref(), &options)
        .ok()?;
    Some((observer, on_change))
}

/// Whether no element has the focus.
fn is_lost() -> bool {
    let active = document().active_element();
    active.is_none() || active == document().body().map(Into::into)
}

fn is_visible(element: &HtmlElement) -> bool {
    let element: &Element = element;
    element.is_connected() && element.get_client_rects().length() > 0
}

fn focus(element: &HtmlElement) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    // Where it cannot have the focus, nothing else is a better place.
    drop(element.focus_with_options(&options));
}
