//! Which row stands at which scroll position. Browsers limit the height of an element in device pixels,
//! so the rows of a large result are scrolled in less height than they take. It must not know of elements.

/// The greatest height of the rows in device pixels: well below the limit of Firefox, 17.8 million, which
/// is the least.
const MOST_DEVICE_PIXELS: i32 = 12_000_000;
/// Ratios of device pixels to those of the page, zoom included, in steps.
const RATIOS: [i32; 9] = [1, 2, 3, 4, 6, 9, 12, 16, 24];
/// So far from both ends, a pixel of the scroll bar is a pixel of the rows, so that both are reached.
const NEAR: i32 = 4_000;

/// The greatest height of the rows at a ratio of device pixels to those of the page.
pub(super) fn most_pixels(ratio: f64) -> i32 {
    let step = RATIOS.into_iter().find(|step| f64::from(*step) >= ratio);
    MOST_DEVICE_PIXELS / step.unwrap_or(32)
}

/// Maps the position of the scroll bar to that in the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    /// The greatest position of the scroll bar.
    pub most: i32,
    /// By how much the rows are higher than what is scrolled.
    pub hidden: i32,
}

impl Scale {
    /// The position in the rows.
    pub fn rows_at(self, bar: i32) -> i32 {
        let bar = bar.clamp(0, self.most.max(0));
        if bar <= NEAR || self.hidden == 0 {
            bar
        } else if bar >= self.most - NEAR {
            bar + self.hidden
        } else {
            NEAR + scaled(bar - NEAR, self.middle() + self.hidden, self.middle())
        }
    }

    /// The position of the scroll bar, where [`Scale::rows_at`] is the nearest.
    pub fn bar_at(self, rows: i32) -> i32 {
        let rows = rows.clamp(0, self.most_rows());
        if rows <= NEAR || self.hidden == 0 {
            rows
        } else if rows >= self.most_rows() - NEAR {
            rows - self.hidden
        } else {
            NEAR + scaled(rows - NEAR, self.middle(), self.middle() + self.hidden)
        }
    }

    /// The greatest position in the rows.
    pub fn most_rows(self) -> i32 {
        self.most.max(0) + self.hidden
    }

    fn middle(self) -> i32 {
        (self.most - 2 * NEAR).max(1)
    }
}

fn scaled(value: i32, to: i32, from: i32) -> i32 {
    let scaled = i64::from(value) * i64::from(to) / i64::from(from);
    i32::try_from(scaled).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_are_reached_at_every_ratio() {
        let rows = 28_000_000;
        for ratio in [0.5, 1.0, 1.25, 2.0, 3.0, 6.0, 9.0, 40.0] {
            let height = most_pixels(ratio);
            assert!(f64::from(height) * ratio <= 17_000_000.0, "{ratio}");
            let scale = Scale {
                most: height - 500,
                hidden: rows - height,
            };
            assert_eq!(scale.rows_at(0), 0);
            assert_eq!(scale.rows_at(scale.most), rows - 500);
            for position in [
                0,
                27,
                5_000,
                3_999_999,
                14_000_000,
                rows - 4_100,
                rows - 500,
            ] {
                let again = scale.rows_at(scale.bar_at(position));
                let step = scale.hidden / scale.most + 2;
                assert!(
                    (again - position).abs() <= step,
                    "{ratio}: {position} {again}"
                );
            }
            let bars = (0..=scale.most).step_by(997).map(|bar| scale.rows_at(bar));
            assert!(bars.is_sorted(), "{ratio}");
        }
    }

    #[test]
    fn what_is_low_enough_is_not_scaled() {
        let scale = Scale {
            most: 9_000,
            hidden: 0,
        };
        for position in [0, 3_999, 4_001, 9_000] {
            assert_eq!(scale.rows_at(position), position);
            assert_eq!(scale.bar_at(position), position);
        }
    }
}
