//! A range with two ends to drag, over values that are numbered from 0. It must not know what they
//! are: their texts come from whoever uses it.

use std::time::Duration;

use leptos::prelude::*;

/// The time between two steps of a drag: whoever takes them needs some to show what they lead to.
const PACE: Duration = Duration::from_millis(80);

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
    let drag = Drag {
        latest: StoredValue::new(None),
        is_pausing: StoredValue::new(false),
        chosen,
        taken: StoredValue::new([0, 0]),
        take: Callback::new(move |(which, at): (usize, usize)| {
            let [start, end] = chosen.get_untracked();
            choose.run(if which == 0 {
                [at, end.max(at)]
            } else {
                [start.min(at), at]
            });
        }),
    };
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
                    drag.step((which, event_target_value(&event).parse().unwrap_or_default()));
                }
                on:change=move |_| drag.take_latest()
            />
        }
    });
    view! {
        <div class="range">
            {start} {end}
        </div>
    }
}

/// The steps of a drag, taken at a pace, and the last one whenever it ends.
#[derive(Clone, Copy)]
struct Drag {
    /// The step that is not taken yet: which end, and where it is.
    latest: StoredValue<Option<(usize, usize)>>,
    is_pausing: StoredValue<bool>,
    chosen: Signal<[usize; 2]>,
    /// What was chosen with the step that was taken last.
    taken: StoredValue<[usize; 2]>,
    take: Callback<(usize, usize)>,
}

impl Drag {
    fn step(self, step: (usize, usize)) {
        self.latest.set_value(Some(step));
        if !self.is_pausing.get_value() {
            self.take_latest();
            self.pause();
        }
    }

    /// Takes the latest step, unless something else was chosen meanwhile.
    fn take_latest(self) {
        let Some(step) = self.latest.try_update_value(Option::take).flatten() else {
            return;
        };
        if self.is_pausing.get_value() && self.chosen.get_untracked() != self.taken.get_value() {
            return;
        }
        self.take.run(step);
        self.taken.set_value(self.chosen.get_untracked());
    }

    /// Takes what comes meanwhile when the pause is over, unless the range has left the page.
    fn pause(self) {
        self.is_pausing.set_value(true);
        let go_on = move || match self.latest.try_get_value() {
            None => {}
            Some(None) => self.is_pausing.set_value(false),
            Some(Some(_)) => {
                self.take_latest();
                self.pause();
            }
        };
        set_timeout(go_on, PACE);
    }
}
