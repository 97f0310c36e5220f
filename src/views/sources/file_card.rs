//! A file that was understood: what it was taken for and why, its first rows as they will be read, and what
//! can be chosen instead. It must not know how a file is understood.

use ingest::{
    Choices, DateOrder, Delimiter, Encoding, Evidence, NumberStyle, Reject, Understanding,
};
use leptos::ev;
use leptos::prelude::*;

use super::file_columns::FileColumns;
use super::files::{file, has_types};
use crate::components::{ActionButton, ScrollX};
use crate::format;
use crate::workbench::{UnderstoodFile, Workbench};

/// What a choice is called while nothing is chosen.
const FOUND: &str = "as found";
/// The most rows that are listed here; all of them are in the quarantine once the file is loaded.
const MOST_LISTED: usize = 20;

/// The card of a file.
#[component]
pub fn FileCard(workbench: Workbench, number: u32) -> impl IntoView {
    let file = file(workbench, number);
    let name = file.with_untracked(|file| file.as_ref().map(UnderstoodFile::name));
    let name = StoredValue::new(name.unwrap_or_default());
    let has_types = has_types(file);
    let understanding = Signal::derive_local(move || file.get().map(|file| file.understanding));
    let summary = move || file.with(|file| file.as_ref().map(summary));
    let known = move || file.with(|file| file.as_ref().and_then(|file| file.known.clone()));
    let table = move || file.with(|file| file.as_ref().map(|file| file.table.to_string()));
    let of_understanding = move |show: fn(&Understanding, &str) -> AnyView| {
        move || {
            let understanding = understanding.get();
            understanding.map(|found| name.with_value(|name| show(&found, name)))
        }
    };
    view! {
        <section class="file-card" aria-label=move || name.get_value()>
            <div class="panel-head">
                <h3>{name.get_value()}</h3>
                <ActionButton
                    class="quiet"
                    label=format!("Remove {}", name.get_value())
                    on_click=move |()| workbench.remove_file(number)
                >
                    "Remove"
                </ActionButton>
            </div>
            <p>{summary}" Its table: "<code>{table}</code>"."</p>
            {move || known().map(|known| view! { <p class="lead">{known}</p> })}
            {of_understanding(evidence)}
            <Show when=move || !has_types><FileChoices workbench number /></Show>
            {of_understanding(first_rows)}
            {of_understanding(set_aside)}
            <FileColumns workbench number />
        </section>
    }
}

/// What the file is, in a sentence.
fn summary(file: &UnderstoodFile) -> String {
    let counts = &file.understanding.counts;
    let rules = counts.skipped.rules();
    let skipped: Vec<_> = rules
        .map(|(rule, skip)| {
            format!(
                ", {} skipped as {rule} ({})",
                format::count(skip.records),
                skip.lines()
            )
        })
        .collect();
    let part = if counts.read > 0 && file.is_whole() {
        "in the file"
    } else {
        "in the sample"
    };
    format!(
        "{}, {}. Of {} {part}: {} to load, {} to set aside{}.",
        format::file_size(file.size()),
        format::counted(file.understanding.plan.table.columns.len() as u64, "column"),
        format::counted(counts.read, "record"),
        format::count(counts.loaded),
        format::count(counts.set_aside),
        skipped.concat()
    )
}

fn evidence(understanding: &Understanding, name: &str) -> AnyView {
    let lines = understanding.evidence.iter().map(line).collect_view();
    view! { <ul class="evidence" aria-label=format!("How {name} was understood")>{lines}</ul> }
        .into_any()
}

fn line(evidence: &Evidence) -> impl IntoView + use<> {
    let column = evidence.column.clone();
    let column = column.map(|column| view! { <code>{column}</code>": " });
    let question = evidence.is_question.then_some("Please check: ");
    view! { <li class:question=evidence.is_question><strong>{question}</strong>{column}{evidence.text.clone()}</li> }
}

fn first_rows(understanding: &Understanding, name: &str) -> AnyView {
    let columns = understanding.plan.table.columns.iter();
    let heads = columns
        .filter(|column| !column.ignored)
        .map(|column| view! { <th scope="col">{column.name.clone()}</th> })
        .collect_view();
    let lines = understanding
        .first_rows
        .iter()
        .map(|row| {
            let cells = row.iter().map(|text| cell(text.as_deref())).collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    let label = format!("First rows of {name}");
    view! {
        <ScrollX label=format!("{label}, rows")>
            <table class="first-rows" aria-label=label><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>
        </ScrollX>
    }
    .into_any()
}

fn cell(text: Option<&str>) -> AnyView {
    match text {
        Some(text) => view! { <td>{text.to_owned()}</td> }.into_any(),
        None => view! { <td class="null">"NULL"</td> }.into_any(),
    }
}

fn set_aside(understanding: &Understanding, _: &str) -> AnyView {
    let rejects = &understanding.rejects;
    if rejects.is_empty() {
        return ().into_any();
    }
    let lines = rejects
        .iter()
        .take(MOST_LISTED)
        .map(reject_line)
        .collect_view();
    let more = rejects.len().saturating_sub(MOST_LISTED);
    let more = (more > 0).then(|| {
        let more = format!(
            "and {} more; all are listed after loading.",
            format::count(more as u64)
        );
        view! { <p class="lead">{more}</p> }
    });
    view! {
        <h4>"Rows that will be set aside"</h4>
        <ScrollX label="Set aside, rows">
            <table aria-label="Set aside">
                <thead><tr>
                    <th scope="col" class="number">"Line"</th>
                    <th scope="col">"Column"</th>
                    <th scope="col">"Value"</th>
                    <th scope="col">"What is wrong"</th>
                    <th scope="col">"Row"</th>
                </tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </ScrollX>
        {more}
    }
    .into_any()
}

fn reject_line(reject: &Reject) -> impl IntoView + use<> {
    view! {
        <tr>
            <td class="number">{format::count(reject.line)}</td>
            <td>{reject.column.clone()}</td>
            <td>{reject.value.clone()}</td>
            <td>{reject.fault.message()}</td>
            <td><code>{reject.raw.clone()}</code></td>
        </tr>
    }
}

/// The choices for the whole file.
#[component]
fn FileChoices(workbench: Workbench, number: u32) -> impl IntoView {
    let file = file(workbench, number);
    let name = file.with_untracked(|file| file.as_ref().map(UnderstoodFile::name));
    let name = StoredValue::new(name.unwrap_or_default());
    let choices = move |read: fn(&Choices) -> String| {
        Signal::derive_local(move || {
            file.with(|file| file.as_ref().map(|file| read(&file.choices)))
                .unwrap_or_default()
        })
    };
    let choose = move |change: fn(&mut Choices, &str)| {
        Callback::new(move |value: String| {
            workbench.choose(number, move |choices| change(choices, &value));
        })
    };
    let label = move |what: &str| format!("{what} of {}", name.get_value());
    let is_cut = move || {
        let topic = ingest::Topic::Compression;
        file.with(|file| {
            let evidence = file.iter().flat_map(|file| &file.understanding.evidence);
            evidence
                .into_iter()
                .any(|one| one.topic == topic && one.is_question)
        })
    };
    view! {
        <div class="fields">
            <Choice
                text="Encoding" label=label("Encoding") options=encodings()
                value=choices(|choices| choices.encoding.as_ref().map(|one| one.name().to_owned()).unwrap_or_default())
                on_choose=choose(|choices, value| choices.encoding = (!value.is_empty()).then(|| Encoding::named(value)))
            />
            <Choice
                text="Between fields" label=label("Delimiter") options=delimiters()
                value=choices(|choices| delimiter_value(choices.delimiter))
                on_choose=choose(|choices, value| choices.delimiter = delimiter(value))
            />
            <Choice
                text="Header" label=label("Header") options=headers()
                value=choices(|choices| choices.header.map(|count| count.to_string()).unwrap_or_default())
                on_choose=choose(|choices, value| choices.header = value.parse().ok())
            />
            <Choice
                text="Dates" label=label("Dates") options=date_orders()
                value=choices(|choices| position(&DATE_ORDERS, choices.date_order))
                on_choose=choose(|choices, value| choices.date_order = at(&DATE_ORDERS, value))
            />
            <Choice
                text="Numbers" label=label("Numbers") options=styles()
                value=choices(|choices| position(&NumberStyle::ALL, choices.number_style))
                on_choose=choose(|choices, value| choices.number_style = at(&NumberStyle::ALL, value))
            />
            <Choice
                text="Short rows" label=label("Short rows") options=vec![("null".to_owned(), "NULL for what is missing".to_owned())]
                first="set aside"
                value=choices(|choices| if choices.short_rows_are_null { "null".to_owned() } else { String::new() })
                on_choose=choose(|choices, value| choices.short_rows_are_null = value == "null")
            />
            <Choice
                text="Refuse the file above" label=label("Limit") options=limits() first="no limit"
                value=choices(|choices| choices.most_set_aside.map(|most| most.to_string()).unwrap_or_default())
                on_choose=choose(|choices, value| choices.most_set_aside = value.parse().ok())
            />
            <Show when=is_cut>
                <Choice
                    text="Missing end" label=label("Missing end") options=vec![("load".to_owned(), "load the rows before it".to_owned())]
                    first="load nothing"
                    value=choices(|choices| if choices.accepts_cut { "load".to_owned() } else { String::new() })
                    on_choose=choose(|choices, value| choices.accepts_cut = value == "load")
                />
            </Show>
        </div>
    }
}

/// A choice of one among several.
#[component]
pub fn Choice(
    /// Its text on the page.
    text: &'static str,
    /// Its name.
    label: String,
    /// The values and their texts, beside none.
    options: Vec<(String, String)>,
    /// What none is called.
    #[prop(default = FOUND)]
    first: &'static str,
    /// The value that is chosen; empty for none.
    value: Signal<String, LocalStorage>,
    /// Chooses a value.
    on_choose: Callback<String>,
) -> impl IntoView {
    let options = options.into_iter().map(|(option, text)| {
        let own = option.clone();
        view! { <option value=option selected=move || value.get() == own>{text}</option> }
    });
    view! {
        <label class="field">
            {text}
            <select aria-label=label on:change=move |event: ev::Event| on_choose.run(event_target_value(&event))>
                <option value="" selected=move || value.get().is_empty()>{first}</option>
                {options.collect_view()}
            </select>
        </label>
    }
}

const DATE_ORDERS: [DateOrder; 3] = [
    DateOrder::YearFirst,
    DateOrder::DayFirst,
    DateOrder::MonthFirst,
];

fn date_orders() -> Vec<(String, String)> {
    numbered(DATE_ORDERS.iter().map(ToString::to_string))
}

fn styles() -> Vec<(String, String)> {
    numbered(NumberStyle::ALL.iter().map(ToString::to_string))
}

fn numbered(texts: impl Iterator<Item = String>) -> Vec<(String, String)> {
    texts
        .enumerate()
        .map(|(at, text)| (at.to_string(), text))
        .collect()
}

fn position<T: PartialEq>(all: &[T], chosen: Option<T>) -> String {
    let at = chosen.and_then(|chosen| all.iter().position(|one| *one == chosen));
    at.map(|at| at.to_string()).unwrap_or_default()
}

fn at<T: Copy>(all: &[T], value: &str) -> Option<T> {
    let at: usize = value.parse().ok()?;
    all.get(at).copied()
}

/// How many rows may be set aside.
fn limits() -> Vec<(String, String)> {
    let limits = [0, 1, 5, 10, 25];
    let text = |limit| match limit {
        0 => "any row set aside".to_owned(),
        limit => format!("{limit} % of rows set aside"),
    };
    limits
        .iter()
        .map(|limit| (limit.to_string(), text(*limit)))
        .collect()
}

fn headers() -> Vec<(String, String)> {
    let texts = ["none", "1 record", "2 records", "3 records"];
    numbered(texts.into_iter().map(str::to_owned))
}

fn encodings() -> Vec<(String, String)> {
    const NAMES: [&str; 20] = [
        "UTF-8",
        "UTF-16LE",
        "UTF-16BE",
        "windows-1252",
        "windows-1250",
        "ISO-8859-2",
        "windows-1251",
        "KOI8-R",
        "ISO-8859-5",
        "IBM866",
        "windows-1253",
        "windows-1254",
        "windows-1255",
        "windows-1256",
        "windows-1257",
        "ISO-8859-15",
        "macintosh",
        "Shift_JIS",
        "GBK",
        "EUC-KR",
    ];
    let pairs = NAMES
        .iter()
        .map(|name| ((*name).to_owned(), (*name).to_owned()));
    pairs.collect()
}

fn delimiters() -> Vec<(String, String)> {
    let named = [
        (",", "commas"),
        (";", "semicolons"),
        ("\t", "tabs"),
        ("|", "bars"),
        (":", "colons"),
        ("^", "carets"),
        ("~", "tildes"),
        (" ", "blanks"),
        ("none", "nothing: one column"),
    ];
    let pairs = named
        .iter()
        .map(|(value, text)| ((*value).to_owned(), (*text).to_owned()));
    pairs.collect()
}

fn delimiter(value: &str) -> Option<Delimiter> {
    match value {
        "none" => Some(Delimiter::OneColumn),
        value => value.chars().next().map(Delimiter::Character),
    }
}

fn delimiter_value(chosen: Option<Delimiter>) -> String {
    match chosen {
        None => String::new(),
        Some(Delimiter::OneColumn) => "none".to_owned(),
        Some(Delimiter::Character(c)) => c.to_string(),
    }
}
