//! Edits and what was found about them as sentences. It must not know what an edit does.

use std::fmt;

use mart::Additivity;

use super::{Change, Edit, Found};
use crate::profile::{counted, grouped, quoted};

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Relationship {
                from,
                columns,
                to,
                is_used,
            } => {
                let verb = if *is_used { "refers" } else { "does not refer" };
                write!(f, "{from}.{} {verb} to {to}", list(columns))
            }
            Self::Role { table, role } => write!(f, "{table} is a {role}"),
            Self::Key { table, columns } if columns.is_empty() => {
                write!(f, "nothing identifies the rows of {table}")
            }
            Self::Key { table, columns } => {
                write!(f, "the key of {table} is {}", list(columns))
            }
            Self::Grain { table, grain } => write!(f, "{table} has {grain}"),
            Self::RenameTable { table, name } => write!(f, "{table} is called {}", quoted(name)),
            Self::IgnoreTable { table, is_ignored } => write!(f, "{table} {}", kept(*is_ignored)),
            Self::RenameColumn {
                table,
                column,
                name,
            } => write!(f, "{table}.{} is called {}", quoted(column), quoted(name)),
            Self::Retype {
                table,
                column,
                data_type,
            } => write!(f, "{table}.{} is {data_type}", quoted(column)),
            Self::IgnoreColumn {
                table,
                column,
                is_ignored,
            } => write!(f, "{table}.{} {}", quoted(column), kept(*is_ignored)),
            Self::Additivity {
                table,
                column,
                additivity,
            } => {
                let how = match additivity {
                    Additivity::Additive => "can be summed",
                    Additivity::SemiAdditive => "is summed at one time, not over time",
                    Additivity::NonAdditive => "is never summed",
                };
                write!(f, "{table}.{} {how}", quoted(column))
            }
            Self::Split {
                table,
                name,
                is_used: true,
            } => write!(f, "{name} is a dimension of its own, taken out of {table}"),
            Self::Split {
                table,
                name,
                is_used: false,
            } => write!(f, "{name} stays in the rows of {table}"),
            Self::NewSplit {
                table,
                name,
                key,
                columns,
            } => {
                let with = if columns.is_empty() {
                    String::new()
                } else {
                    format!(", with {}", list(columns))
                };
                write!(
                    f,
                    "{name} is a dimension taken out of {table} by {}{with}",
                    quoted(key)
                )
            }
            Self::RenameSplit { split, name, .. } => {
                write!(f, "the dimension {split} is called {name}")
            }
            Self::Merge { name, into, .. } => write!(f, "{name} becomes part of {into}"),
            Self::Move {
                table,
                column,
                to: Some(to),
            } => write!(f, "{table}.{} goes to {to}", quoted(column)),
            Self::Move {
                table,
                column,
                to: None,
            } => write!(f, "{table}.{} stays in the rows", quoted(column)),
            Self::Metric { metric, .. } => {
                write!(f, "{} is {}", metric.label, metric.expression)
            }
            Self::DropMetric { name } => write!(f, "the metric {name} is left out"),
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Matches {
                values,
                missing_values,
                missing_rows,
                empty_rows,
                examples,
                duplicates,
            } => {
                write!(
                    f,
                    "{} of {}",
                    grouped(values.saturating_sub(*missing_values)),
                    counted(*values, "value", "values")
                )?;
                if *missing_rows > 0 {
                    let rows = counted(*missing_rows, "row is", "rows are");
                    write!(f, ", {rows} unknown ({examples})")?;
                }
                if *empty_rows > 0 {
                    let rows = counted(*empty_rows, "row has", "rows have");
                    write!(f, ", {rows} none")?;
                }
                if *duplicates > 0 {
                    let rows = counted(*duplicates, "row", "rows");
                    write!(f, "; the key of {rows} is there before")?;
                }
                Ok(())
            }
            Self::Unique {
                rows,
                duplicates,
                empty_rows,
                examples,
            } => {
                if *duplicates == 0 && *empty_rows == 0 {
                    return write!(f, "{} differ by it", counted(*rows, "row", "rows"));
                }
                if *duplicates > 0 {
                    let repeated = counted(*duplicates, "row has", "rows have");
                    write!(f, "{repeated} the key of another ({examples})")?;
                }
                if *empty_rows > 0 {
                    let comma = if *duplicates > 0 { ", " } else { "" };
                    let empty = counted(*empty_rows, "row has", "rows have");
                    write!(f, "{comma}{empty} none")?;
                }
                Ok(())
            }
            Self::Fits {
                values,
                misfits,
                rounded,
                examples,
            } => {
                if *misfits == 0 {
                    write!(f, "all {} fit", counted(*values, "value", "values"))?;
                } else {
                    write!(
                        f,
                        "{} of {} do not fit and are left empty ({examples})",
                        grouped(*misfits),
                        counted(*values, "value", "values")
                    )?;
                }
                if *rounded > 0 {
                    write!(f, ", {} rounded", counted(*rounded, "is", "are"))?;
                }
                Ok(())
            }
            Self::Depends {
                values,
                contradicting,
                examples,
            } => {
                if *contradicting == 0 {
                    return write!(f, "each of {} has one", counted(*values, "value", "values"));
                }
                write!(
                    f,
                    "{} of {} carry several ({examples}), of which one is kept",
                    grouped(*contradicting),
                    counted(*values, "value", "values")
                )
            }
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.found {
            Some(found) => write!(f, "{}: {found}", self.edit),
            None => write!(f, "{}", self.edit),
        }
    }
}

fn list(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| quoted(name)).collect();
    names.join(", ")
}

const fn kept(is_ignored: bool) -> &'static str {
    if is_ignored { "is left out" } else { "is kept" }
}
