//! The form that adds a check to the mart. It must not know how a check is run.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use mart::{Severity, TestKind};

use crate::components::{Busy, Panel};
use crate::workbench::{CheckChange, NewCheck, Workbench};

/// The id of the message, which describes the form.
const MESSAGE: &str = "check-change";

/// The form: table, kind of check, what the kind needs, severity.
#[component]
pub fn AddCheck() -> impl IntoView {
    let workbench = Workbench::from_context();
    let Busy(is_busy) = expect_context();
    workbench.forget_check_change();
    let form = RwSignal::new(NewCheck::default());
    let tables = Memo::new(move |_| workbench.checkable_tables());
    let choose_table = move |table: String| {
        form.update(|form| workbench.with_model(|model| form.about(&table, model)));
    };
    // Another mart has other tables.
    Effect::new(move || {
        let tables = tables.get();
        let chosen = form.with_untracked(|form| form.table.clone());
        let chosen = Some(chosen).filter(|table| tables.contains(table));
        untrack(|| {
            choose_table(
                chosen
                    .or_else(|| tables.first().cloned())
                    .unwrap_or_default(),
            );
        });
    });
    let table = Memo::new(move |_| form.with(|form| form.table.clone()));
    let test = Memo::new(move |_| form.with(|form| form.test));
    let choose_test = move |words: String| {
        let mut kinds = TestKind::ALL.into_iter();
        if let Some(chosen) = kinds.find(|kind| in_words(*kind) == words) {
            form.update(|form| {
                form.test = chosen;
                form.columns.truncate(1);
                let table = form.table.clone();
                workbench.with_model(|model| form.about(&table, model));
            });
        }
    };
    let choose_severity = move |word: String| {
        form.update(|form| {
            form.severity = match word.as_str() {
                "warn" => Severity::Warn,
                _ => Severity::Error,
            };
        });
    };
    let severity = Signal::derive(move || match form.with(|form| form.severity) {
        Severity::Error => "error".to_owned(),
        Severity::Warn => "warn".to_owned(),
    });
    let add = move |event: SubmitEvent| {
        event.prevent_default();
        workbench.add_check(form.get_untracked());
    };
    view! {
        <Panel heading="Add a check">
            <form aria-describedby=MESSAGE on:submit=add>
                <div class="fields">
                    <List label="Table" options=tables chosen=table choose=choose_table />
                    <List
                        label="Kind of check"
                        options=Signal::stored(TestKind::ALL.map(in_words).to_vec())
                        chosen=Signal::derive(move || in_words(test.get()))
                        choose=choose_test
                    />
                    {move || needed(workbench, form, test.get(), &table.get())}
                    <List
                        label="Severity"
                        options=Signal::stored(vec!["error".to_owned(), "warn".to_owned()])
                        chosen=severity
                        choose=choose_severity
                    />
                    <button type="submit" aria-disabled=move || is_busy.get().to_string()>"Add check"</button>
                </div>
                <div id=MESSAGE>
                    // It is there before it says something, so that screen readers hear it.
                    <p class="lead" role="status">{move || done(workbench)}</p>
                    {move || refused(workbench).map(|reason| view! { <p class="notice" role="alert">{reason}</p> })}
                </div>
            </form>
        </Panel>
    }
}

/// A kind of check in its word, and in plain words.
fn in_words(test: TestKind) -> String {
    let words = match test {
        TestKind::Unique => "no value is there twice",
        TestKind::NotNull => "no value is missing",
        TestKind::Relationships => "each row finds what it refers to",
        TestKind::AcceptedValues => "each value is one of a list",
        TestKind::Range => "each value is within limits",
        TestKind::RowCount => "the number of rows is within limits",
        TestKind::Freshness => "the latest value is not old",
        TestKind::Expression => "a condition is true of each row",
        TestKind::Sql => "a query returns no row",
    };
    format!("{}: {words}", test.word())
}

/// What was done last.
fn done(workbench: Workbench) -> Option<String> {
    match workbench.check_change().get()? {
        CheckChange::Added(name) => {
            Some(format!("Added: {name}. The document of the mart has it."))
        }
        CheckChange::Removed(name) => Some(format!("Removed: {name}.")),
        CheckChange::Refused(_) => None,
    }
}

/// Why nothing was added.
fn refused(workbench: Workbench) -> Option<String> {
    match workbench.check_change().get()? {
        CheckChange::Refused(reason) => Some(format!("Not added. {reason}")),
        CheckChange::Added(_) | CheckChange::Removed(_) => None,
    }
}

/// The fields that a kind of check needs.
fn needed(workbench: Workbench, form: RwSignal<NewCheck>, test: TestKind, table: &str) -> AnyView {
    let columns = untrack(|| workbench.columns_of(table));
    let column = || one_column(form, columns.clone());
    match test {
        TestKind::Unique => several_columns(form, columns),
        TestKind::NotNull => column(),
        TestKind::Relationships => {
            let known = untrack(|| workbench.relationships_of(table));
            let chosen = Signal::derive(move || form.with(|form| form.relationship.clone()));
            let choose = move |name: String| form.update(|form| form.relationship = name);
            view! { <List label="Relationship" options=Signal::stored(known) chosen choose /> }
                .into_any()
        }
        TestKind::AcceptedValues => {
            let values = text_area(form, "Values, one a line", |form| &mut form.values);
            view! { {column()}{values} }.into_any()
        }
        TestKind::Range => view! { {column()}{limits(form)} }.into_any(),
        TestKind::RowCount => limits(form),
        TestKind::Freshness => {
            let days = text_field(form, "Days old at most", |form| &mut form.days);
            view! { {column()}{days} }.into_any()
        }
        TestKind::Expression => {
            text_field(form, "Condition, such as a > 0", |form| &mut form.condition)
        }
        TestKind::Sql => text_area(form, "SELECT of the rows that fail", |form| &mut form.sql),
    }
}

fn one_column(form: RwSignal<NewCheck>, columns: Vec<String>) -> AnyView {
    let chosen =
        Signal::derive(move || form.with(|form| form.columns.first().cloned().unwrap_or_default()));
    let choose = move |column: String| form.update(|form| form.columns = vec![column]);
    view! { <List label="Column" options=Signal::stored(columns) chosen choose /> }.into_any()
}

/// The columns that are unique together.
fn several_columns(form: RwSignal<NewCheck>, columns: Vec<String>) -> AnyView {
    let switch = |column: String| {
        let (shown, name) = (column.clone(), column.clone());
        let is_chosen = move || form.with(|form| form.columns.contains(&shown));
        let change = move |event| {
            let is_chosen = event_target_checked(&event);
            form.update(|form| {
                form.columns.retain(|one| *one != column);
                if is_chosen {
                    form.columns.push(column.clone());
                }
            });
        };
        view! {
            <label class="switch">
                <input type="checkbox" prop:checked=is_chosen on:change=change />
                {name}
            </label>
        }
    };
    view! {
        <fieldset>
            <legend>"Columns, together"</legend>
            <div class="fields">{columns.into_iter().map(switch).collect_view()}</div>
        </fieldset>
    }
    .into_any()
}

fn limits(form: RwSignal<NewCheck>) -> AnyView {
    view! {
        {text_field(form, "Min", |form| &mut form.min)}
        {text_field(form, "Max", |form| &mut form.max)}
    }
    .into_any()
}

/// A text of the form.
type Text = fn(&mut NewCheck) -> &mut String;

fn text_field(form: RwSignal<NewCheck>, label: &'static str, text: Text) -> AnyView {
    let value = move || text(&mut form.get()).clone();
    let change = move |event| form.update(|form| *text(form) = event_target_value(&event));
    view! {
        <label class="field">
            {label}
            <input type="text" prop:value=value on:input=change />
        </label>
    }
    .into_any()
}

fn text_area(form: RwSignal<NewCheck>, label: &'static str, text: Text) -> AnyView {
    let value = move || text(&mut form.get()).clone();
    let change = move |event| form.update(|form| *text(form) = event_target_value(&event));
    view! {
        <label class="field">
            {label}
            <textarea rows="3" cols="40" spellcheck="false" prop:value=value on:input=change></textarea>
        </label>
    }
    .into_any()
}

/// A list of which one option is chosen.
#[component]
fn List(
    label: &'static str,
    #[prop(into)] options: Signal<Vec<String>>,
    #[prop(into)] chosen: Signal<String>,
    #[prop(into)] choose: Callback<String>,
) -> impl IntoView {
    let options = move || {
        let options = options.get().into_iter();
        options
            .map(|option| {
                let value = option.clone();
                let is_chosen = move || chosen.with(|chosen| *chosen == value);
                view! { <option value=option.clone() prop:selected=is_chosen>{option.clone()}</option> }
            })
            .collect_view()
    };
    view! {
        <label class="field">
            {label}
            <select on:change=move |event| choose.run(event_target_value(&event))>{options}</select>
        </label>
    }
}
