//! How much of the processors' time the host gave to other machines while something was measured: absolute times say
//! little where it is much. Linux counts it, where it runs in a virtual machine. It must not know what was measured.

use std::fs;

/// Jiffies since the machine was started: all, and those that were given to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Time {
    all: u64,
    stolen: u64,
}

impl Time {
    /// Until now; nothing where there is no `/proc`.
    pub(crate) fn now() -> Option<Self> {
        Self::read(&fs::read_to_string("/proc/stat").ok()?)
    }

    /// From the sums of all processors: user, nice, system, idle, iowait, irq, softirq, steal.
    fn read(stat: &str) -> Option<Self> {
        let sums = stat.lines().next()?.strip_prefix("cpu ")?;
        let sums: Vec<u64> = sums
            .split_whitespace()
            .take(8)
            .map_while(|sum| sum.parse().ok())
            .collect();
        Some(Self {
            all: sums.iter().sum(),
            stolen: *sums.get(7)?,
        })
    }

    /// The percentage that was given to others since an earlier time.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a machine does not run for as many jiffies"
    )]
    pub(crate) fn stolen_since(self, earlier: Self) -> f64 {
        let all = self.all.saturating_sub(earlier.all).max(1);
        100.0 * self.stolen.saturating_sub(earlier.stolen) as f64 / all as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stolen_time_is_a_part_of_all_time() {
        let earlier = Time::read("cpu  100 0 50 800 20 0 10 20 7 0\ncpu0 1 1").expect("sums");
        let later = Time::read("cpu  150 0 60 900 20 0 10 60 9 0\n").expect("sums");
        assert_eq!(earlier.all, 1_000);
        assert!((later.stolen_since(earlier) - 20.0).abs() < 1e-9);
        assert!(earlier.stolen_since(later).abs() < 1e-9);
        assert_eq!(Time::read("cpu  1 2 3"), None);
        assert_eq!(Time::read("intr 1 2 3 4 5 6 7 8"), None);
    }
}
