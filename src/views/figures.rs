//! The key figures: every metric of the mart with its trend and its change. It must not know how they
//! are computed.

use leptos::prelude::*;
use mart::{Days, NumberFormat};

use crate::components::Sparkline;
use crate::format;
use crate::workbench::{KeyFigure, Workbench};

/// The strip of key figures.
#[component]
pub fn KeyFigures() -> impl IntoView {
    let workbench = Workbench::from_context();
    let metrics = Memo::new(move |_| workbench.with_model(|model| model.metrics().to_vec()));
    let figures = Memo::new(move |_| workbench.key_figures());
    let strip = move || {
        (0..metrics.with(Vec::len))
            .map(|at| figure(Memo::new(move |_| figures.with(|all| all.get(at).cloned()))))
            .collect_view()
    };
    view! {
        <section class="figures-section" aria-labelledby="key-figures-heading">
            <h2 id="key-figures-heading" class="visually-hidden">"Key figures"</h2>
            <div class="figures" role="group" aria-label="Key figures">{strip}</div>
        </section>
    }
}

fn figure(figure: Memo<Option<KeyFigure>>) -> impl IntoView {
    let label = move || figure.with(|figure| Some(figure.as_ref()?.metric.label().to_owned()));
    let description =
        move || figure.with(|figure| Some(figure.as_ref()?.metric.description().to_owned()));
    let value = move || figure.with(|figure| value(figure.as_ref()?));
    let change = move || figure.with(|figure| change(figure.as_ref()?));
    let trend = Signal::derive(move || {
        figure.with(|figure| {
            figure
                .as_ref()
                .map_or_else(Vec::new, |one| one.trend.clone())
        })
    });
    // A space keeps the place of what is not known yet.
    let or_space = |text: Option<String>| text.unwrap_or_else(|| "\u{a0}".to_owned());
    view! {
        <div class="figure" title=description>
            <span class="figure-label">{label}</span>
            <span class="figure-value">
                <strong>{move || or_space(value())}</strong>
            </span>
            <Sparkline values=trend />
            <span class="figure-change">{move || or_space(change())}</span>
        </div>
    }
}

/// The total with its unit.
fn value(figure: &KeyFigure) -> Option<String> {
    let (rows, at) = figure.total.as_ref()?;
    let shown = format::metric(&figure.metric, &rows.cell(0, *at));
    Some(shown.unwrap_or_else(|| "none".to_owned()))
}

/// The change against the range of days before; else the days that are counted.
fn change(figure: &KeyFigure) -> Option<String> {
    let Some((before, days)) = &figure.before else {
        let [first, last] = figure.days.as_ref()?;
        return Some(format!("{first} to {last}"));
    };
    let (rows, at) = figure.total.as_ref()?;
    let now: f64 = rows.cell(0, *at).to_string().parse().ok()?;
    Some(compared(now, *before, days, figure.metric.format()))
}

fn compared(now: f64, before: f64, days: &Days, number: NumberFormat) -> String {
    let days = days.words();
    if number == NumberFormat::Percent {
        // Shares differ by points, not by a share of themselves.
        let points = format::signed((now - before) * 100.0);
        format!("{points} points against {days}")
    } else if before == 0.0 {
        format!("0 in {days}")
    } else {
        let change = format::change((now - before) / before.abs());
        format!("{change} vs {days}")
    }
}
