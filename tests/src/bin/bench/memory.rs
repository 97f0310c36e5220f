//! The memory of a tab without that of DuckDB, as Linux counts it. Of the page's processes the mappings are read
//! from `/proc`; DuckDB's own memory is the WebAssembly memory that holds the tables, which is one mapping, and by far
//! the largest when the mart is big. Its pages are left out of the sum, wherever they lie.
//!
//! What is summed is the proportional set size: a page that several processes share counts in parts. What the browser
//! keeps of a file that is being written is in its own process or in the kernel, not in the tab.

use browser_tests::{Failure, Outcome};
use std::fs;
use std::path::Path;

/// The processes of a tab, and where DuckDB's memory lies in one of them.
pub(crate) struct Tab {
    processes: Vec<u32>,
    engine: Mapping,
}

/// A range of addresses of a process.
#[derive(Clone, Debug, PartialEq)]
struct Mapping {
    process: u32,
    start: String,
    megabytes: f64,
}

impl Tab {
    /// The tab of the browser that descends from this process; nothing where there is no `/proc`.
    pub(crate) fn of_browser(ancestor: u32) -> Outcome<Option<Self>> {
        if !Path::new("/proc/self/smaps").is_file() {
            return Ok(None);
        }
        let processes: Vec<u32> = descendants(ancestor)?
            .into_iter()
            .filter(|process| is_renderer(*process))
            .collect();
        let largest = all_mappings(&processes)?
            .into_iter()
            .max_by(|one, other| one.megabytes.total_cmp(&other.megabytes));
        let engine = largest.ok_or_else(|| Failure::new("the browser has no tab"))?;
        Ok(Some(Self { processes, engine }))
    }

    /// Megabytes beyond those of DuckDB.
    pub(crate) fn beyond_duckdb(&self) -> Outcome<f64> {
        let mappings = all_mappings(&self.processes)?;
        let is_engine = |mapping: &&Mapping| {
            mapping.process == self.engine.process && mapping.start == self.engine.start
        };
        if !mappings.iter().any(|mapping| is_engine(&mapping)) {
            return Err(Failure::new("DuckDB's memory has moved"));
        }
        Ok(mappings
            .iter()
            .filter(|mapping| !is_engine(mapping))
            .map(|mapping| mapping.megabytes)
            .sum())
    }
}

fn descendants(ancestor: u32) -> Outcome<Vec<u32>> {
    let mut parents = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let process = entry?.file_name().to_string_lossy().parse::<u32>();
        let Ok(process) = process else { continue };
        // It may have ended meanwhile.
        let Ok(status) = fs::read_to_string(format!("/proc/{process}/status")) else {
            continue;
        };
        let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"));
        if let Some(parent) = parent.and_then(|parent| parent.trim().parse().ok()) {
            parents.push((process, parent));
        }
    }
    let mut family = vec![ancestor];
    loop {
        let born: Vec<u32> = parents
            .iter()
            .filter(|(process, parent)| family.contains(parent) && !family.contains(process))
            .map(|(process, _)| *process)
            .collect();
        if born.is_empty() {
            return Ok(family);
        }
        family.extend(born);
    }
}

fn is_renderer(process: u32) -> bool {
    let line = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
    // A process that was forked has spaces between its words instead of zeros.
    line.split(|byte| matches!(byte, 0 | b' '))
        .any(|word| word == b"--type=renderer")
}

fn all_mappings(processes: &[u32]) -> Outcome<Vec<Mapping>> {
    let mut all = Vec::new();
    for process in processes {
        let text = fs::read_to_string(format!("/proc/{process}/smaps"))?;
        all.extend(mappings(*process, &text));
    }
    Ok(all)
}

/// Each mapping is a line of its own, `START-END …`, and lines of what is known of it, `Pss:  12 kB` among them.
fn mappings(process: u32, smaps: &str) -> Vec<Mapping> {
    let mut mappings: Vec<Mapping> = Vec::new();
    for line in smaps.lines() {
        let first = line.split_whitespace().next().unwrap_or_default();
        if let Some((start, _)) = first.split_once('-') {
            mappings.push(Mapping {
                process,
                start: start.to_owned(),
                megabytes: 0.0,
            });
        } else if let Some(size) = line.strip_prefix("Pss:") {
            let kibibytes = size.trim().trim_end_matches(" kB").parse::<f64>();
            if let (Some(mapping), Ok(kibibytes)) = (mappings.last_mut(), kibibytes) {
                mapping.megabytes = kibibytes * 1024.0 / 1e6;
            }
        }
    }
    mappings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings_as_linux_writes_them() {
        let smaps = "\
10a400000000-10a500000000 rw-p 00000000 00:00 0
Size:            4194304 kB
Rss:              500000 kB
Pss:              500000 kB
Pss_Dirty:        500000 kB
7f0000000000-7f0000010000 r--s 00000000 00:1a 7  /usr/share/icu-data
Pss:                   8 kB
VmFlags: rd mr
";
        let mapping = |start: &str, megabytes| Mapping {
            process: 7,
            start: start.to_owned(),
            megabytes,
        };
        assert_eq!(
            mappings(7, smaps),
            [
                mapping("10a400000000", 512.0),
                mapping("7f0000000000", 0.008_192)
            ]
        );
    }
}
