//! The build log: each statement that built the mart, with its time.

use leptos::prelude::*;

use crate::components::{Fold, ScrollX};
use crate::format;
use crate::workbench::{LoggedStep, Source, Workbench};

/// The log.
#[component]
pub fn BuildLog() -> impl IntoView {
    let workbench = Workbench::from_context();
    let source = move || workbench.log().with(|log| log.source.clone());
    let failed = move || workbench.log().with(|log| log.failed);
    let steps = move || {
        workbench
            .log()
            .with(|log| log.steps.iter().map(log_line).collect_view())
    };
    let line = Signal::derive(move || {
        let steps = workbench.log().with(|log| log.steps.len() as u64);
        let took = workbench
            .built()
            .with(|built| built.as_ref().map(|built| built.milliseconds));
        let took = took.map_or_else(String::new, |took| {
            format!(" in {}", format::duration(took))
        });
        format!("{} steps{took}", format::count(steps))
    });
    view! {
        <Fold heading="Build log" line>
            <p class="lead">
                {move || if workbench.source().with(Source::is_database) {
                    "The statement that opened "
                } else {
                    "The statements that built the mart, in order, in one transaction, from "
                }}{source}"."

                <Show when=failed>
                    <strong>" The last step failed, and all of them were undone."</strong>
                </Show>
            </p>
            <ScrollX label="Build log, steps">
                <table aria-label="Build log" class="log">
                    <thead>
                        <tr>
                            <th scope="col">"Step"</th>
                            <th scope="col" class="number">"Rows"</th>
                            <th scope="col" class="number">"Time"</th>
                            <th scope="col">"SQL"</th>
                        </tr>
                    </thead>
                    <tbody>{steps}</tbody>
                </table>
            </ScrollX>
        </Fold>
    }
}

fn log_line(step: &LoggedStep) -> impl IntoView + use<> {
    view! {
        <tr>
            <td>{step.title.clone()}</td>
            <td class="number">{step.rows.map(format::count)}</td>
            <td class="number">{format::duration(step.milliseconds)}</td>
            <td>
                <details>
                    <summary>"Show"</summary>
                    <pre tabindex="0"><code>{step.sql.clone()}</code></pre>
                </details>
            </td>
        </tr>
    }
}
