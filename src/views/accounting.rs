//! The accounts of the files that were loaded: read = loaded + set aside + skipped. It must not know how a
//! file is read.

use leptos::prelude::*;

use crate::components::{Panel, ScrollX};
use crate::format;
use crate::workbench::{Account, Workbench};

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
                </Panel>
            }
        })
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
