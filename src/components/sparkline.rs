//! A trend as a small line, without axes. It must not know what it is of.

use leptos::prelude::*;

/// Its width and height, in pixels.
const SIZE: [f64; 2] = [72.0, 28.0];

/// The line. It repeats what a table says, so screen readers pass over it.
#[component]
pub fn Sparkline(
    /// The values, in the order of time.
    values: Signal<Vec<f64>>,
) -> impl IntoView {
    let [width, height] = SIZE;
    view! {
        <svg
            class="sparkline"
            viewBox=format!("0 0 {width} {height}")
            width=width
            height=height
            aria-hidden="true"
        >
            <path d=move || values.with(|values| path(values)) />
        </svg>
    }
}

#[expect(clippy::cast_precision_loss, reason = "as many points as pixels")]
fn path(values: &[f64]) -> String {
    let [width, height] = SIZE;
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let step = (width - 2.0) / (values.len().max(2) - 1) as f64;
    let points = values.iter().enumerate().map(|(at, value)| {
        let share = if most > least {
            (value - least) / (most - least)
        } else {
            0.5
        };
        let letter = if at == 0 { 'M' } else { 'L' };
        format!(
            "{letter}{:.1} {:.1}",
            1.0 + at as f64 * step,
            height - 2.0 - share * (height - 4.0)
        )
    });
    points.collect()
}
