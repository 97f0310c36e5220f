//! The accounts of what was loaded. Of files: read = loaded + set aside + skipped. Of a star that keeps its loads also
//! those of its measures and relationships, in which each number leads to its rows. It must not know how a file is
//! read, nor how a number is found.

use leptos::prelude::*;

use crate::components::{ActionButton, Panel, ScrollX};
use crate::format;
use crate::route::{Page, go};
use crate::workbench::{Account, MeasureLine, RelationshipLine, StarAccount, Workbench};

/// The table of the accounts; nothing where no file has one.
#[component]
pub fn Accounting() -> impl IntoView {
    let workbench = Workbench::from_context();
    move || {
        let accounts = workbench.accounts().get();
        (!accounts.is_empty()).then(|| {
            let lines = accounts.iter().map(line).collect_view();
            view! {
                <Panel heading="Accounting">
                    <p class="lead">"Each record of a file is loaded, set aside or skipped by a rule."</p>
                    <ScrollX label="Accounting, rows">
                        <table aria-label="Accounting">
                            <thead><tr>
                                <th scope="col">"File"</th>
                                <th scope="col">"Table"</th>
                                <th scope="col" class="number">"Read"</th>
                                <th scope="col" class="number">"Loaded"</th>
                                <th scope="col" class="number">"Set aside"</th>
                                <th scope="col" class="number">"Skipped"</th>
                                <th scope="col">"Skipped by"</th>
                            </tr></thead>
                            <tbody>{lines}</tbody>
                        </table>
                    </ScrollX>
                    {move || workbench.star_account().get().map(|account| star(workbench, &account))}
                </Panel>
            }
        })
    }
}

/// The measures and the relationships of a star.
fn star(workbench: Workbench, account: &StarAccount) -> impl IntoView + use<> {
    let measures = account
        .measures
        .iter()
        .map(|line| measure(workbench, line))
        .collect_view();
    let relationships = account
        .relationships
        .iter()
        .map(|line| relationship(workbench, line))
        .collect_view();
    view! {
        <h3>"Measures"</h3>
        <p class="lead">"The total in the files is that in the mart, and what is set aside or replaced by later rows. Rows that could not be read have no total. A number leads to its rows."</p>
        <ScrollX label="Account of the measures, rows">
            <table aria-label="Account of the measures">
                <thead><tr>
                    <th scope="col">"Measure"</th>
                    <th scope="col" class="number">"In the files"</th>
                    <th scope="col" class="number">"In the mart"</th>
                    <th scope="col" class="number">"Set aside"</th>
                    <th scope="col" class="number">"Replaced"</th>
                    <th scope="col">"Check"</th>
                </tr></thead>
                <tbody>{measures}</tbody>
            </table>
        </ScrollX>
        <Show when={
            let has_some = !account.relationships.is_empty();
            move || has_some
        }>
            <h3>"Relationships"</h3>
        </Show>
        <ScrollX label="Account of the relationships, rows">
            <table aria-label="Account of the relationships">
                <thead><tr>
                    <th scope="col">"Rows of"</th>
                    <th scope="col">"Refer to"</th>
                    <th scope="col" class="number">"Found"</th>
                    <th scope="col" class="number">"Unknown"</th>
                    <th scope="col" class="number">"Without a key"</th>
                    <th scope="col" class="number">"Set aside"</th>
                </tr></thead>
                <tbody>{relationships}</tbody>
            </table>
        </ScrollX>
    }
}

fn measure(workbench: Workbench, line: &MeasureLine) -> impl IntoView + use<> {
    let name = format!("{}.{}", line.fact, line.measure);
    let totals = line
        .totals
        .iter()
        .zip(["in the files", "in the mart", "set aside", "replaced"]);
    let totals = totals.map(|((total, sql), what)| {
        let label = format!("Rows of {name} {what}: {}", format::rounded(*total));
        number(workbench, format::rounded(*total), label, sql.clone())
    });
    let totals = totals.collect_view();
    view! {
        <tr>
            <td><code>{name.clone()}</code></td>
            {totals}
            <td>{if line.adds_up { "adds up" } else { "does not add up" }}</td>
        </tr>
    }
}

fn relationship(workbench: Workbench, line: &RelationshipLine) -> impl IntoView + use<> {
    let counts = line
        .counts
        .iter()
        .zip(["found", "unknown", "without a key", "set aside"]);
    let counts = counts.map(|((count, sql), what)| {
        let label = format!(
            "Rows of {} to {} {what}: {}",
            line.from,
            line.to,
            format::count(*count)
        );
        number(workbench, format::count(*count), label, sql.clone())
    });
    let counts = counts.collect_view();
    view! {
        <tr>
            <td><code>{line.from.clone()}</code></td>
            <td><code>{line.to.clone()}</code></td>
            {counts}
        </tr>
    }
}

/// A number that leads to its rows.
fn number(workbench: Workbench, text: String, label: String, sql: String) -> impl IntoView {
    let show = move |()| {
        go(Page::Sql);
        workbench.show_rows(sql.clone());
    };
    view! {
        <td class="number">
            <ActionButton class="quiet" label=label on_click=show>{text}</ActionButton>
        </td>
    }
}

fn line(account: &Account) -> impl IntoView + use<> {
    let counts = &account.counts;
    let rules: Vec<_> = counts
        .skipped
        .rules()
        .map(|(rule, skip)| format!("{} {rule} ({})", format::count(skip.records), skip.lines()))
        .collect();
    view! {
        <tr>
            <td class="file-name">{account.file.clone()}</td>
            <td class="file-name"><code>{account.table.clone()}</code></td>
            <td class="number">{format::count(counts.read)}</td>
            <td class="number">{format::count(counts.loaded)}</td>
            <td class="number">{format::count(counts.set_aside)}</td>
            <td class="number">{format::count(counts.skipped.all())}</td>
            <td>{rules.join("; ")}</td>
        </tr>
    }
}
