//! The load plan: the SQL statements that build a mart, one step each, in order. Whoever runs it
//! does so on one connection inside one transaction, so that a plan that fails leaves the mart
//! that was there. It must not know how a statement is run, timed or shown.

use super::batches::{Batch, drop_kept};
use super::{check, ddl, fill};
use crate::model::{GeneratedSize, Generator, Keys, Model};
use crate::sql::{Identifier, fill as filled_in, statements};
use crate::{Package, Rows, SourceFile};

/// What to run, in order, between `BEGIN TRANSACTION` and `COMMIT`.
///
/// ```
/// use mart::{Effect, Plan};
///
/// let shipped = mart::shipped::built_in();
/// let plan = Plan::shipped(&shipped);
/// let step = plan.steps.iter().find(|step| step.title == "Insert 120 rows into fact_sales").unwrap();
/// assert!(matches!(step.effect, Effect::Load { .. }));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The steps.
    pub steps: Vec<Step>,
    /// How many rows of the sources each fact must have afterwards, by its title, where that is
    /// known beforehand.
    pub loaded: Vec<(String, u64)>,
    /// How it is made sure that the keys are correct.
    pub keys: Option<Keys>,
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it does, for the build log.
    pub title: String,
    /// Exactly one statement, without a semicolon.
    pub sql: String,
    /// What it does, for the program.
    pub effect: Effect,
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It drops what an earlier build left.
    Drop,
    /// It creates a table.
    Create {
        /// The place of the table in the model.
        table: usize,
    },
    /// It reads a file into a staging table; the rows that it writes are the rows of the source.
    Stage {
        /// The place of the source in the model.
        source: usize,
    },
    /// It must return no row; if it does, the staged file is wrong.
    VerifyStaged {
        /// The place of the source in the model.
        source: usize,
    },
    /// It fills a table.
    Load {
        /// The place of the table in the model.
        table: usize,
    },
    /// It is a part of a generator's work.
    Generate,
    /// It must return no row; if it does, a key is wrong.
    VerifyKey,
    /// It drops what only the plan needs.
    CleanUp,
    /// It keeps rows of a load, sets some aside, or finds those that count.
    Keep,
}

impl Effect {
    /// Whether the statement is a query that must return no row.
    #[must_use]
    pub const fn must_be_empty(self) -> bool {
        matches!(self, Self::VerifyStaged { .. } | Self::VerifyKey)
    }
}

impl Plan {
    /// Builds the mart from the rows that come with it.
    #[must_use]
    pub fn shipped(package: &Package) -> Self {
        let model = package.model();
        let mut steps = Vec::new();
        let mut loaded = Vec::new();
        for (at, table) in model.tables.iter().enumerate() {
            let Some(rows) = package.rows(at).filter(|rows| !rows.is_empty()) else {
                continue;
            };
            if table.role == crate::Role::Fact {
                loaded.push((table.title(), rows.len() as u64));
            }
            steps.push(Step {
                title: format!(
                    "Insert {} {} into {}",
                    rows.len(),
                    plural(rows.len()),
                    table.title()
                ),
                sql: fill::from_rows(table, rows),
                effect: Effect::Load { table: at },
            });
        }
        Self::anew(model, Keys::Enforced, steps, loaded)
    }

    /// Builds the mart from generated rows of a size.
    #[must_use]
    pub fn generated(package: &Package, generator: &Generator, size: &GeneratedSize) -> Self {
        let model = package.model();
        let values: Vec<_> = size
            .values
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        let files = generator
            .statements
            .iter()
            .filter_map(|path| package.file(path));
        let steps = files.flat_map(statements).map(|statement| Step {
            title: filled_in(&statement.title, &values),
            sql: filled_in(&statement.sql, &values),
            effect: Effect::Generate,
        });
        let fact = model.tables.get(generator.fact);
        let loaded = fact.map(|fact| (fact.title(), size.rows));
        Self::anew(
            model,
            Keys::for_facts(size.rows),
            steps.collect(),
            loaded.into_iter().collect(),
        )
    }

    /// The first part of building the mart from files: each is read, and every row checked. A wrong
    /// file fails here, before anything is dropped. How many rows there are decides on the second
    /// part, [`load`](Self::load).
    #[must_use]
    pub fn stage(model: &Model, files: &[&SourceFile]) -> Self {
        let mut steps = Vec::new();
        for file in files {
            let mut sources = model.sources.iter();
            let Some(source) = sources.position(|source| source == file.source()) else {
                continue;
            };
            steps.push(Step {
                title: format!("Stage {}", file.file_name()),
                sql: file.stage(),
                effect: Effect::Stage { source },
            });
            steps.extend(file.verifications().into_iter().map(|(what, sql)| Step {
                title: format!("Verify that {what}"),
                sql,
                effect: Effect::VerifyStaged { source },
            }));
        }
        Self {
            steps,
            ..Self::default()
        }
    }

    /// The second part of building the mart from files, of which `staged` rows were read by source:
    /// to be run after [`stage`](Self::stage), in the same transaction.
    ///
    /// ```
    /// let shipped = mart::shipped::built_in();
    /// let plan = mart::Plan::load(shipped.model(), &[(0, 500_000)]);
    /// let last = plan.steps.last().unwrap();
    /// assert_eq!(last.title, "Verify that every fact_sales.order_date is in dim_date");
    /// ```
    #[must_use]
    pub fn load(model: &Model, staged: &[(usize, u64)]) -> Self {
        Self::from_staged(model, |_| None, staged, &[])
    }

    /// The same from the loads that a mart keeps, whose rows that count are there by [`current`](Self::current):
    /// `rows` of each source.
    #[must_use]
    pub fn load_batches(model: &Model, batches: &[Batch], rows: &[(usize, u64)]) -> Self {
        Self::from_staged(model, |_| None, rows, batches)
    }

    /// The same for a mart of which some tables have no source: they get the rows that come with it.
    ///
    /// ```
    /// let shipped = mart::shipped::built_in();
    /// let plan = mart::Plan::load_with_rows(&shipped, &[(0, 3)]);
    /// assert_eq!(plan, mart::Plan::load(shipped.model(), &[(0, 3)])); // all its tables have one
    /// ```
    #[must_use]
    pub fn load_with_rows(package: &Package, staged: &[(usize, u64)]) -> Self {
        Self::from_staged(package.model(), |table| package.rows(table), staged, &[])
    }

    fn from_staged<'p>(
        model: &Model,
        rows: impl Fn(usize) -> Option<&'p Rows>,
        staged: &[(usize, u64)],
        batches: &[Batch],
    ) -> Self {
        let rows_of = |source: usize| {
            staged
                .iter()
                .find(|(known, _)| *known == source)
                .map(|(_, rows)| *rows)
        };
        let mut steps = Vec::new();
        let mut loaded = Vec::new();
        let mut most = 0;
        for (at, table) in model.tables.iter().enumerate() {
            let sql = fill::from_staged(model, table, batches);
            let shipped = rows(at).filter(|rows| !rows.is_empty());
            let Some(sql) = sql.or_else(|| Some(fill::from_rows(table, shipped?))) else {
                continue;
            };
            if let Some(rows) = table
                .source
                .and_then(rows_of)
                .filter(|_| fill::is_row_by_row(table))
            {
                most = most.max(rows);
                if table.role == crate::Role::Fact {
                    loaded.push((table.title(), rows));
                }
            }
            steps.push(Step {
                title: format!("Fill {}", table.title()),
                sql,
                effect: Effect::Load { table: at },
            });
        }
        let kind = if model.keeps_batches { "VIEW" } else { "TABLE" };
        steps.extend(model.sources.iter().map(|source| Step {
            title: format!("Drop the staged {}", source.row.many),
            sql: format!("DROP {kind} IF EXISTS {}", source.staged().sql()),
            effect: Effect::CleanUp,
        }));
        Self::anew(model, Keys::for_facts(most), steps, loaded)
    }

    /// Verifies the keys of a mart that exists.
    ///
    /// ```
    /// let shipped = mart::shipped::built_in();
    /// let plan = mart::Plan::verify(shipped.model());
    /// assert_eq!(plan.steps.len(), 7);
    /// assert!(plan.steps.iter().all(|step| step.effect.must_be_empty()));
    /// ```
    #[must_use]
    pub fn verify(model: &Model) -> Self {
        let steps = check::keys(model).into_iter().map(|check| Step {
            title: format!("Verify that {}", check.clause()),
            sql: format!("{}\nHAVING failing > 0", check.sql),
            effect: Effect::VerifyKey,
        });
        Self {
            steps: steps.collect(),
            ..Self::default()
        }
    }

    /// Drops what an earlier build left, creates and fills the tables, and verifies the keys that
    /// the engine does not enforce.
    fn anew(model: &Model, keys: Keys, fill: Vec<Step>, loaded: Vec<(String, u64)>) -> Self {
        let mut steps = drop_tables(model);
        steps.extend(create(model, keys));
        steps.extend(fill);
        if keys == Keys::Verified {
            steps.extend(Self::verify(model).steps);
        }
        Self {
            steps,
            loaded,
            keys: Some(keys),
        }
    }

    /// The same plan, dropping first what is left of the mart that was built before, whose tables may
    /// refer to those that this plan drops.
    ///
    /// ```
    /// use mart::{Document, Model, Plan, shipped};
    ///
    /// let mart = shipped::built_in();
    /// let before = r#"{ "version": 1, "name": "before", "origin": "database", "datasets": [
    ///     { "name": "visits", "role": "table", "fields": [{ "name": "page", "type": "VARCHAR" }] }] }"#;
    /// let before = Model::resolve(&Document::read(before).unwrap()).unwrap();
    /// let plan = Plan::shipped(&mart).replacing(&before);
    /// assert_eq!(plan.steps[0].title, "Drop visits");
    /// assert_eq!(plan.steps[1].title, "Drop fact_sales");
    /// assert_eq!(Plan::shipped(&mart).replacing(mart.model()), Plan::shipped(&mart));
    /// ```
    #[must_use]
    pub fn replacing(mut self, before: &Model) -> Self {
        let mut drops = drop_tables(before);
        drops.extend(drop_kept(before));
        self.steps.retain(|step| !drops.contains(step));
        self.steps.splice(0..0, drops);
        self
    }

    /// The same plan, dropping those views first. `DROP TABLE IF EXISTS` is an error where a view
    /// has the table's name; [`catalog::views_in_the_way`](crate::catalog::views_in_the_way) finds
    /// them.
    #[must_use]
    pub fn dropping_views(mut self, views: &[Identifier]) -> Self {
        let drops = views.iter().map(|view| Step {
            title: format!("Drop the view {view}"),
            sql: format!("DROP VIEW IF EXISTS {}", view.sql()),
            effect: Effect::Drop,
        });
        self.steps.splice(0..0, drops);
        self
    }
}

impl Model {
    /// The statements that create the tables, with all their keys: the title of each, and its SQL.
    #[must_use]
    pub fn create_statements(&self) -> Vec<(String, String)> {
        let steps = create(self, Keys::Enforced).into_iter();
        steps.map(|step| (step.title, step.sql)).collect()
    }
}

/// Drops the tables: facts before the dimensions that they refer to.
fn drop_tables(model: &Model) -> Vec<Step> {
    let tables = model.tables.iter().rev();
    tables
        .map(|table| Step {
            title: format!("Drop {}", table.title()),
            sql: format!("DROP TABLE IF EXISTS {}", table.sql()),
            effect: Effect::Drop,
        })
        .collect()
}

/// The statements that create the tables, each with the title of its step.
fn create(model: &Model, keys: Keys) -> Vec<Step> {
    let tables = model.tables.iter().enumerate();
    tables
        .map(|(at, table)| {
            let title = table.title();
            Step {
                title: match keys {
                    Keys::Enforced => format!("Create {title}"),
                    Keys::Verified => format!("Create {title}, without keys"),
                },
                sql: ddl::create(model, table, keys),
                effect: Effect::Create { table: at },
            }
        })
        .collect()
}

const fn plural(rows: usize) -> &'static str {
    if rows == 1 { "row" } else { "rows" }
}
