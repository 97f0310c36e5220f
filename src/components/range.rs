//! A range with two ends to drag, over values that are numbered from 0. It must not know what they
//! are: their texts come from whoever uses it.

use leptos::prelude::*;

/// The range. An end that is dragged past the other one takes it along.
#[component]
pub fn Range(
    /// The names of its ends.
    labels: [&'static str; 2],
    /// The number of the last value.
    last: usize,
    /// The ends that are chosen.
    chosen: Signal<[usize; 2]>,
    /// Takes the ends when one of them is dragged.
    choose: Callback<[usize; 2]>,
    /// The text of a value.
    text: Callback<usize, String>,
) -> impl IntoView {
    let [start, end] = [0, 1].map(|which: usize| {
        let at = move || chosen.with(|chosen| chosen.get(which).copied().unwrap_or_default());
        view! {
            <input
                type="range"
                aria-label=labels.get(which).copied()
                aria-valuetext=move || text.run(at())
                min="0"
                max=last
                prop:value=move || at().to_string()
                on:input=move |event| {
                    let at = event_target_value(&event).parse().unwrap_or_default();
                    let [start, end] = chosen.get_untracked();
                    choose.run(if which == 0 { [at, end.max(at)] } else { [start.min(at), at] });
                }
            />
        }
    });
    view! {
        <div class="range">
            {start} {end}
        </div>
    }
}
