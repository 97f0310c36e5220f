//! The charts of a result: one for each column with numbers. It must not know where the rows come from.

use leptos::prelude::*;
use mart::Metric;
use results::chart::{self, Kind};

use super::Look;
use crate::components::{Chart, KindChoice, Meaning, Picking};
use crate::rows::Rows;
use crate::workbench::Workbench;

/// The most charts of one result, each with numbers of its own.
const MOST_CHARTS: usize = 6;

/// The kind of the charts as a part of how the result is shown.
pub fn kind_of(look: Signal<Look>, choose: Callback<Look>) -> KindChoice {
    KindChoice {
        kind: Signal::derive(move || look.get().kind),
        choose: Callback::new(move |kind: Kind| {
            choose.run(Look {
                kind: Some(kind),
                ..look.get_untracked()
            });
        }),
    }
}

/// A chart of each column with numbers, each with an axis of its own.
#[component]
pub fn Charts(
    /// The name of the result.
    title: String,
    /// The name of its files, without an ending.
    stem: String,
    /// Its rows.
    rows: Signal<Option<Rows>>,
    /// Who keeps the kind, the same for all.
    kind: KindChoice,
    /// What pointing at a value does, if anything.
    #[prop(optional_no_strip)]
    picking: Option<Picking>,
) -> impl IntoView {
    let workbench = Workbench::from_context();
    // Charts are drawn when no task is running, so that they delay neither a build nor its answers.
    let is_calm = workbench.is_idle();
    let meaning = meaning(workbench);
    let measures =
        Memo::new(move |_| rows.with(|rows| rows.as_ref().map_or_else(Vec::new, several)));
    let charts = move || {
        let measures = measures.get();
        let of_one = || {
            let (title, stem) = (title.clone(), stem.clone());
            view! { <Chart title stem rows is_calm picking kind meaning /> }.into_any()
        };
        if measures.is_empty() {
            return of_one();
        }
        let charts = measures.iter().take(MOST_CHARTS).map(|measure| {
            let label = label(workbench, measure);
            let measure = Some(measure.clone());
            let title = format!("{title}: {label}");
            let stem = format!("{stem}_{}", export::file_stem(&label));
            view! {
                <div class="multiple">
                    <h4>{label}</h4>
                    <Chart title stem rows is_calm picking kind measure meaning />
                </div>
            }
        });
        let more = measures
            .len()
            .checked_sub(MOST_CHARTS)
            .filter(|more| *more > 0);
        let more = more.map(|_| {
            let all = measures.len();
            view! { <p class="lead">{format!("Charts of the first {MOST_CHARTS} of {all} columns with numbers.")}</p> }
        });
        view! { <div class="multiples">{charts.collect_view()}{more}</div> }.into_any()
    };
    view! { {charts} }
}

/// The columns with numbers, where there are several.
fn several(rows: &Rows) -> Vec<String> {
    let fields = rows.schema().fields();
    let measures = chart::measures(rows.schema());
    let names = measures.iter().filter_map(|column| fields.get(*column));
    let names: Vec<_> = names.map(|field| field.name().clone()).collect();
    if names.len() > 1 { names } else { Vec::new() }
}

/// What a column is called above its chart: a metric by its label and unit.
fn label(workbench: Workbench, column: &str) -> String {
    with_metric(workbench, column, |metric| match metric.unit() {
        "" => metric.label().to_owned(),
        unit => format!("{} ({unit})", metric.label()),
    })
    .unwrap_or_else(|| column.to_owned())
}

fn with_metric<T>(
    workbench: Workbench,
    column: &str,
    read: impl FnOnce(&Metric) -> T,
) -> Option<T> {
    untrack(|| {
        workbench.with_model(|model| {
            let mut metrics = model.metrics().iter();
            metrics.find(|metric| metric.name() == column).map(read)
        })
    })
}

/// What the mart knows of columns: the values of its attributes, and which metrics add up.
fn meaning(workbench: Workbench) -> Meaning {
    Meaning {
        order: Callback::new(move |column: String| workbench.values_in_order(&column)),
        adds_up: Callback::new(move |column: String| {
            with_metric(workbench, &column, Metric::is_additive)
        }),
    }
}
