//! The stars of the mart: one diagram for each fact, with links to Inspect and buttons that ask for
//! a metric. It must not know how a diagram is drawn.

use std::collections::BTreeMap;

use export::file_stem;
use leptos::prelude::*;
use mart::star::Star;
use mart::{Attribute, Column, Key, Metric, Model, Table};

use super::ask::ASK;
use super::filter::in_sentence;
use crate::components::{
    ColumnAction, DiagramColumn, DiagramTable, StarDiagram, TableAction, go_to_panel,
};
use crate::format;
use crate::route::{self, Page};
use crate::workbench::Workbench;

/// The stars of all facts.
#[component]
pub fn Stars() -> impl IntoView {
    let workbench = Workbench::from_context();
    let counts = Memo::new(move |_| workbench.row_counts().get());
    move || counts.with(|counts| stars(workbench, counts))
}

fn stars(workbench: Workbench, counts: &BTreeMap<String, u64>) -> AnyView {
    let is_built = workbench.built().with_untracked(Option::is_some);
    workbench.with_model(|model| {
        let details = Details {
            workbench,
            counts,
            is_built,
            model,
        };
        let facts: Vec<_> = model.facts().collect();
        let is_only = facts.len() == 1;
        let facts = facts.into_iter();
        let stars: Vec<_> = facts.map(|fact| star(&details, fact, is_only)).collect();
        if stars.is_empty() {
            return view! {
                <p class="empty">
                    "No key joins one table to another, so there is no star. "
                    <a href=Page::Inspect.href()>"Inspect"</a>" shows all tables."
                </p>
            }
            .into_any();
        }
        stars.into_any()
    })
}

fn star(details: &Details<'_>, fact: &Table, is_only: bool) -> AnyView {
    let star = Star::of(details.model.tables(), fact);
    let tables = star.tables.iter();
    let tables: Vec<_> = tables.map(|table| details.table(table)).collect();
    let names = tables.iter();
    let names: Vec<_> = names
        .map(|table| format!("{} ({})", table.name, table.size))
        .collect();
    let (title, save_label, stem) = if is_only {
        (
            "Star schema".to_owned(),
            "Save star as SVG".to_owned(),
            "star".to_owned(),
        )
    } else {
        let fact = fact.title();
        (
            format!("Star schema of {fact}"),
            format!("Save star of {fact} as SVG"),
            format!("{}_star", file_stem(&fact)),
        )
    };
    view! {
        <StarDiagram
            title
            save_label
            stem
            description=star.description(&names)
            tables
            beside=star.beside()
            stacked=star.stacked()
        />
    }
    .into_any()
}

/// What a diagram shows beside the shape of the model.
struct Details<'a> {
    workbench: Workbench,
    /// The number of rows by the title of a table.
    counts: &'a BTreeMap<String, u64>,
    is_built: bool,
    model: &'a Model,
}

impl Details<'_> {
    fn table(&self, table: &Table) -> DiagramTable {
        let title = table.title();
        DiagramTable {
            size: self.size(&title),
            action: TableAction::Link {
                href: route::address_of_table(&title),
                label: format!("Inspect {title}"),
            },
            name: title,
            columns: self.columns(table),
        }
    }

    fn size(&self, title: &str) -> String {
        match self.counts.get(title) {
            Some(1) => "1 row".to_owned(),
            Some(rows) => format!("{} rows", format::count(*rows)),
            None if self.is_built => "MISSING".to_owned(),
            None => "… rows".to_owned(),
        }
    }

    fn columns(&self, table: &Table) -> Vec<DiagramColumn> {
        let columns = table.columns.iter().enumerate();
        columns
            .map(|(at, column)| {
                let mut attributes = self.model.attributes().iter();
                let attribute = attributes.find(|attribute| attribute.is_of(self.model, table, at));
                DiagramColumn {
                    key: mark(column),
                    name: column.name.to_string(),
                    data_type: column.data_type.to_string(),
                    action: attribute.and_then(|attribute| self.action(attribute)),
                }
            })
            .collect()
    }

    /// The question that a click on an attribute asks: the first metric that it can group.
    fn action(&self, attribute: &Attribute) -> Option<ColumnAction> {
        let mut metrics = self.model.metrics().iter();
        let metric = metrics.find(|metric| attribute.is_of_fact(metric.fact()))?;
        let (workbench, by) = (self.workbench, attribute.clone());
        Some(ColumnAction {
            label: label(metric, attribute),
            run: Callback::new(move |()| ask_by(workbench, by.clone())),
        })
    }
}

/// The mark of a column that is part of a key. A key to another table is the more important one.
pub(super) fn mark(column: &Column) -> Option<&'static str> {
    column.keys.iter().max().map(|key| match key {
        Key::Primary => "PK",
        Key::Foreign { .. } => "FK",
    })
}

fn label(metric: &Metric, attribute: &Attribute) -> String {
    format!("{} by {}", metric.label(), in_sentence(attribute.label()))
}

/// Asks for a metric by an attribute, and goes to the answer.
fn ask_by(workbench: Workbench, attribute: Attribute) {
    workbench.ask_by(attribute);
    go_to_panel(ASK);
}
