//! The results of all rounds, as tables: what each maker of a file took, and the ratios that have limits. It must not
//! know how a file is made.

use super::{SIZES, ends_of, peers_of, wholes_of};
use crate::cases::{Format, Size};
use crate::ends::End;
use crate::peers::InBrowser;
use crate::report::{Limit, Measure, Section};
use crate::visits::quotients;

/// Who makes a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Maker {
    Here,
    /// An older build of this app.
    Old,
    InBrowser(InBrowser),
    Native,
}

/// A file that was made, and the milliseconds it took.
pub(super) struct Made {
    pub(super) sales: Size,
    pub(super) format: Format,
    pub(super) end: End,
    pub(super) maker: Maker,
    pub(super) took: f64,
}

/// A file of several tables, and the milliseconds it took.
pub(super) struct Whole {
    pub(super) sales: Size,
    pub(super) name: &'static str,
    pub(super) maker: Maker,
    pub(super) took: f64,
}

/// The results of all rounds.
#[derive(Default)]
pub(super) struct Results {
    pub(super) generated: Vec<(Size, f64)>,
    pub(super) made: Vec<Made>,
    pub(super) wholes: Vec<Whole>,
    pub(super) longest_tasks: Vec<f64>,
    pub(super) memory: Vec<f64>,
    pub(super) cancelled: Vec<f64>,
    pub(super) files_left: Vec<f64>,
}

impl Results {
    /// All of it; with an older build, the comparison with it too.
    pub(super) fn sections(&self, has_old: bool) -> Vec<Section> {
        let mut sections = vec![
            self.files(has_old),
            Section::measures(
                "Exports of one million sales, round by round",
                self.ratios(),
            ),
            Section::measures("Generating, zips and database files", self.others()),
        ];
        if has_old {
            let title = "Exports, this build against the older build in the same run";
            sections.push(Section::measures(title, self.against_old()));
        }
        sections
    }

    /// What these files took, round by round.
    fn times(&self, sales: Size, format: Format, end: End, maker: Maker) -> Vec<f64> {
        let key = (sales, format, end, maker);
        self.made
            .iter()
            .filter(|made| (made.sales, made.format, made.end, made.maker) == key)
            .map(|made| made.took)
            .collect()
    }

    fn whole_times(&self, sales: Size, name: &str, maker: Maker) -> Vec<f64> {
        self.wholes
            .iter()
            .filter(|whole| (whole.sales, whole.name, whole.maker) == (sales, name, maker))
            .map(|whole| whole.took)
            .collect()
    }

    /// One line for each file of `fact_sales`: the medians of its makers.
    fn files(&self, has_old: bool) -> Section {
        let mut makers = vec![Maker::Here];
        makers.extend(has_old.then_some(Maker::Old));
        makers.extend(
            [InBrowser::Copy, InBrowser::ArrowJson, InBrowser::Bytes].map(Maker::InBrowser),
        );
        makers.push(Maker::Native);
        let mut lines = Vec::new();
        for (format, sales, end) in all_files() {
            let name = format!("{sales} as {format}, {}", end.name());
            let measure = |maker: &Maker| {
                let times = self.times(sales, format, end, *maker);
                Measure::new(
                    format!("{name}, {}", maker.name()),
                    "ms",
                    Limit::None,
                    times,
                )
            };
            lines.push((name.clone(), makers.iter().map(measure).collect()));
        }
        let head: Vec<&'static str> = makers.iter().map(|maker| maker.name()).collect();
        Section::medians("Exports of `fact_sales`", head, lines)
    }

    /// Ratios to the peers, and of ten million sales to one million.
    fn ratios(&self) -> Vec<Measure> {
        let mut measures = Vec::new();
        for format in Format::ALL {
            for end in ends_of(Size::Million) {
                measures.extend(self.against_peers(format, *end));
            }
        }
        measures.extend(Format::ALL.map(|format| self.growth(format)));
        measures
    }

    /// This app's time for a million sales beside the others', round by round.
    fn against_peers(&self, format: Format, end: End) -> Vec<Measure> {
        let times = |maker| self.times(Size::Million, format, end, maker);
        let here = times(Maker::Here);
        let peers = peers_of(format, Size::Million, end).iter();
        let makers = peers.copied().map(Maker::InBrowser).chain([Maker::Native]);
        let ratio = |maker: Maker| {
            let (relation, limit) = match (maker, format) {
                (Maker::InBrowser(InBrowser::Copy), _) => ("faster than", Limit::AtLeast(3.0)),
                (Maker::InBrowser(InBrowser::ArrowJson), _) => ("faster than", Limit::AtLeast(4.0)),
                (Maker::Native, Format::Parquet) => ("against", Limit::AtMost(4.0)),
                (Maker::Native, _) => ("against", Limit::AtMost(2.5)),
                (Maker::InBrowser(InBrowser::Bytes) | Maker::Here | Maker::Old, _) => {
                    ("against", Limit::None)
                }
            };
            let ratios = match limit {
                Limit::AtLeast(_) => quotients(&times(maker), &here),
                _ => quotients(&here, &times(maker)),
            };
            let name = format!("{format}, {}, {relation} {}", end.name(), maker.name());
            Measure::new(name, "x", limit, ratios)
        };
        makers.map(ratio).collect()
    }

    fn growth(&self, format: Format) -> Measure {
        let times = |sales| self.times(sales, format, End::Disk, Maker::Here);
        Measure::new(
            format!("{format}, to disk, 10 million against 1 million"),
            "x",
            Limit::AtMost(12.0),
            quotients(&times(Size::TenMillion), &times(Size::Million)),
        )
    }

    fn others(&self) -> Vec<Measure> {
        let mut measures: Vec<Measure> = Size::ALL.map(|sales| self.generating(sales)).into();
        for (sales, name) in all_wholes() {
            let times = self.whole_times(sales, name, Maker::Here);
            measures.push(Measure::new(
                format!("{sales}, {name}"),
                "ms",
                Limit::None,
                times,
            ));
        }
        let one =
            |name, unit, limit, values: &[f64]| Measure::new(name, unit, limit, values.to_vec());
        measures.extend([
            // The browser reports none below 50 ms.
            one(
                "longest task over 50 ms in an export",
                "ms",
                Limit::Never(0.0),
                &self.longest_tasks,
            ),
            one(
                "10 million as CSV, memory beyond DuckDB's",
                "MB",
                Limit::Never(150.0),
                &self.memory,
            ),
            one(
                "`Cancel` of 10 million as CSV",
                "ms",
                Limit::Never(500.0),
                &self.cancelled,
            ),
            one("files left by it", "", Limit::Never(0.0), &self.files_left),
        ]);
        measures
    }

    fn generating(&self, sales: Size) -> Measure {
        let limit = match sales {
            Size::Million => Limit::AtMost(1_500.0),
            Size::TenMillion => Limit::AtMost(10_000.0),
            Size::TenThousand | Size::HundredThousand => Limit::None,
        };
        let took = self.generated.iter().filter(|(size, _)| *size == sales);
        let name = format!("{sales} sales generated, to answers repainted");
        Measure::new(name, "ms", limit, took.map(|(_, took)| *took).collect())
    }

    /// How often as long as the older build each file took, round by round.
    fn against_old(&self) -> Vec<Measure> {
        const LIMIT: Limit = Limit::AtMost(1.05);
        let mut measures = Vec::new();
        for (format, sales, end) in all_files() {
            let times = |maker| self.times(sales, format, end, maker);
            let ratios = quotients(&times(Maker::Here), &times(Maker::Old));
            let name = format!("{sales} as {format}, {}", end.name());
            measures.push(Measure::new(name, "x", LIMIT, ratios));
        }
        for (sales, name) in all_wholes() {
            let times = |maker| self.whole_times(sales, name, maker);
            let ratios = quotients(&times(Maker::Here), &times(Maker::Old));
            measures.push(Measure::new(format!("{sales}, {name}"), "x", LIMIT, ratios));
        }
        measures
    }
}

/// Each file of `fact_sales` that is made.
fn all_files() -> impl Iterator<Item = (Format, Size, End)> {
    Format::ALL.into_iter().flat_map(|format| {
        SIZES.into_iter().flat_map(move |(sales, _)| {
            let ends = ends_of(sales).iter();
            ends.map(move |end| (format, sales, *end))
        })
    })
}

/// Each file of several tables that is made.
fn all_wholes() -> impl Iterator<Item = (Size, &'static str)> {
    SIZES
        .into_iter()
        .flat_map(|(sales, _)| wholes_of(sales).map(move |(name, ..)| (sales, name)))
}

impl Maker {
    fn name(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Old => "older build",
            Self::InBrowser(InBrowser::Copy) => "DuckDB-Wasm's COPY",
            Self::InBrowser(InBrowser::ArrowJson) => "apache-arrow",
            Self::InBrowser(InBrowser::Bytes) => "only writing it",
            Self::Native => "native DuckDB",
        }
    }
}
