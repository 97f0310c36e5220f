//! The frame around the pages: header, navigation, status line and alert. It must not know what a page
//! shows.

use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use mart::Package;

use crate::components::{
    Busy, Notice, Progress, ThemeSwitch, focus_heading, focus_page, go_to_panel, keep_focus,
};
use crate::format;
use crate::route::{self, Page};
use crate::views;
use crate::workbench::{EngineState, Remedy, Workbench};

/// The app.
#[component]
pub fn App(
    /// The mart that is built first.
    package: Package,
) -> impl IntoView {
    let workbench = Workbench::new(package);
    provide_context(workbench);
    provide_context(Busy(Memo::new(move |_| workbench.is_busy()).into()));
    workbench.start();
    workbench.ask_before_leaving();
    keep_focus();
    let page = route::current_page();
    lead_to_mart(workbench, page);
    Effect::new(move || {
        let name = page.get().map_or("Not found", Page::name);
        document().set_title(&format!("{name} – Mini Data Mart"));
    });
    Effect::new(move |before: Option<Option<Page>>| {
        let now = page.get();
        if before.is_some_and(|before| before != now) {
            // Once the page stands in the place of the one before.
            set_timeout(focus_page, Duration::ZERO);
        }
        now
    });
    view! {
        <header class="header">
            <SkipLink page />
            <a class="brand" href=Page::Mart.href()>"Mini Data Mart"</a>
            <Navigation page />
            <ThemeSwitch />
        </header>
        <StatusLine workbench />
        <AlertArea workbench />
        <views::OpenTransaction />
        <views::Outdated />
        <main class="page">
            {move || match page.get() {
                Some(Page::Mart) => view! { <views::Mart /> }.into_any(),
                Some(Page::Sources) => view! { <views::Sources /> }.into_any(),
                Some(Page::Sql) => view! { <views::Sql /> }.into_any(),
                Some(Page::Inspect) => view! { <views::Inspect /> }.into_any(),
                Some(Page::Export) => view! { <views::Export /> }.into_any(),
                None => view! { <NotFound /> }.into_any(),
            }}
        </main>
        <views::DropTarget />
    }
}

/// Leads to the mart once files were loaded, unless the user has gone to another page meanwhile.
fn lead_to_mart(workbench: Workbench, page: Signal<Option<Page>>) {
    let is_active = Memo::new(move |_| workbench.activity().with(Option::is_some));
    let begun_on = StoredValue::new(None);
    Effect::new(move || {
        if is_active.get() {
            begun_on.set_value(page.get_untracked());
        }
    });
    Effect::watch(
        move || workbench.arrivals().get(),
        move |_, _, _| {
            let here = page.get_untracked();
            if here == Some(Page::Sources) {
                go_to_panel(views::FILES_HEADING);
            } else if here == begun_on.get_value() {
                route::go(Page::Sources);
            }
        },
        false,
    );
    Effect::watch(
        move || workbench.loads().get(),
        move |_, _, _| {
            let here = page.get_untracked();
            if here == Some(Page::Mart) {
                focus_heading();
            } else if here == begun_on.get_value() {
                route::go(Page::Mart);
            }
        },
        false,
    );
}

/// The first stop of the keyboard: past the navigation.
#[component]
fn SkipLink(page: Signal<Option<Page>>) -> impl IntoView {
    // Its address is the page's own: what comes after `#` names a page.
    let href = move || page.get().unwrap_or(Page::Mart).href();
    let skip = move |event: ev::MouseEvent| {
        event.prevent_default();
        focus_heading();
    };
    view! { <a class="skip-link" href=href on:click=skip>"Skip to content"</a> }
}

#[component]
fn Navigation(page: Signal<Option<Page>>) -> impl IntoView {
    let links = Page::ALL
        .map(|target| {
            let current = move || (page.get() == Some(target)).then_some("page");
            view! { <a href=target.href() aria-current=current>{target.name()}</a> }
        })
        .collect_view();
    view! { <nav class="nav" aria-label="Pages">{links}</nav> }
}

#[component]
fn StatusLine(workbench: Workbench) -> impl IntoView {
    let engine = move || match workbench.engine().get() {
        EngineState::Starting(_) => "Starting DuckDB…".to_owned(),
        EngineState::Ready { version } => format!("DuckDB {version} ready"),
        EngineState::Failed => "DuckDB is not running".to_owned(),
    };
    let built = move || {
        workbench.built().get().map(|built| {
            let took = format::duration(built.milliseconds);
            match built.loaded {
                Some(_) => format!("Mart built from {} in {took}", built.source),
                None => format!("{} opened in {took}", built.source),
            }
        })
    };
    view! {
        <div class="status-line">
            <p role="status" class="status">
                <span class="status-engine" class:ready=move || workbench.engine().with(EngineState::is_ready)>{engine}</span>
                <span>{built}</span>
            </p>
            <Ongoing workbench />
        </div>
    }
}

/// The progress of the engine's download or of the running task.
#[component]
fn Ongoing(workbench: Workbench) -> impl IntoView {
    let download = move || match workbench.engine().get() {
        EngineState::Starting(progress) => Some(progress),
        _ => None,
    };
    let is_starting = Memo::new(move |_| download().is_some());
    let is_active = Memo::new(move |_| workbench.activity().with(Option::is_some));
    let arrived = Signal::derive(move || match download().flatten() {
        Some(progress) => {
            format!("Loading DuckDB, {}", format::megabytes(progress.loaded))
        }
        None => "Loading DuckDB".to_owned(),
    });
    let arrived_part = Signal::derive(move || download().flatten()?.fraction());
    let doing = Signal::derive(move || {
        workbench.activity().with(|activity| match activity {
            Some(activity) if activity.detail.is_empty() => activity.title.clone(),
            Some(activity) => format!("{}: {}", activity.title, activity.detail),
            None => String::new(),
        })
    });
    #[expect(clippy::cast_precision_loss, reason = "a handful of steps")]
    let done_part = Signal::derive(move || {
        workbench.activity().with(|activity| {
            let activity = activity.as_ref()?;
            Some(activity.done as f64 / activity.of as f64)
        })
    });
    view! {
        <div class="ongoing">
            <Show when=move || is_starting.get()>
                <Progress label=arrived fraction=arrived_part />
            </Show>
            <Show when=move || is_active.get()>
                <Progress label=doing fraction=done_part />
                <button type="button" on:click=move |_| workbench.cancel()>"Cancel"</button>
            </Show>
        </div>
    }
}

#[component]
fn AlertArea(workbench: Workbench) -> impl IntoView {
    move || {
        workbench.alert().get().map(|alert| {
            let (button, on_click) = match alert.remedy {
                Remedy::TryAgain => ("Try again", Callback::new(move |()| workbench.start())),
                Remedy::Dismiss => ("Dismiss", Callback::new(move |()| workbench.dismiss())),
            };
            view! {
                <Notice
                    title=alert.title
                    message=alert.message
                    places=alert.places
                    details=alert.engine_message
                    button
                    on_click
                />
            }
        })
    }
}

#[component]
fn NotFound() -> impl IntoView {
    view! {
        <h1>"Page not found"</h1>
        <p>"This address has no page. "<a href=Page::Mart.href()>"Go to the mart"</a></p>
    }
}
