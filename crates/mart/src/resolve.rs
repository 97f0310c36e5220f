//! From a [`Document`] to a [`Model`]: every name is looked up, every type, key and expression is
//! checked, and every mistake is reported at once. It must not know how a model is compiled.

mod attributes;
pub(crate) mod batches;
mod checks;
mod expressions;
mod metrics;
mod names;
mod origins;
mod questions;
mod relationships;
mod sources;
mod tables;
mod ways;

use std::collections::HashMap;

use crate::catalog;
use crate::document::{Document, Origin};
use crate::mistake::quoted;
use crate::model::{Model, Relationship, Source, Table, same_name};
use crate::sql::Identifier;
use crate::{LISTED_MISTAKES, Mistake, VERSION};

use ways::Ways;

/// The most tables of a mart that is built, and of a database that is opened.
const MOST_TABLES: (usize, usize) = (1_000, 20_000);
/// The most elements of any other list of a document.
const MOST_ELEMENTS: usize = 20_000;
/// The most names that a wrong one is compared with.
const MOST_COMPARED: usize = 2_000;

impl Model {
    /// Checks a document and finds what its names refer to.
    ///
    /// ```
    /// use mart::{Document, Model};
    ///
    /// let document = Document::read(r#"{
    ///     "version": 1, "name": "shop",
    ///     "datasets": [{
    ///         "name": "fact_order", "role": "fact", "rows": "orders.csv", "primary_key": ["id"],
    ///         "fields": [{ "name": "id", "type": "INTEGER" }, { "name": "total", "type": "DOUBLE" }]
    ///     }],
    ///     "metrics": [{ "name": "turnover", "dataset": "fact_order", "expression": "sum(totl)" }]
    /// }"#).unwrap();
    /// let mistakes = Model::resolve(&document).unwrap_err();
    /// assert_eq!(
    ///     mistakes[0].to_string(),
    ///     "/metrics/0/expression: `fact_order` has no field `totl`; did you mean `total`?"
    /// );
    /// ```
    ///
    /// # Errors
    /// All mistakes of the document, in its order.
    pub fn resolve(document: &Document) -> Result<Self, Vec<Mistake>> {
        let mut resolver = Resolver {
            document,
            mistakes: Vec::new(),
        };
        let model = resolver.model();
        match model {
            Some(model) if resolver.mistakes.is_empty() => Ok(model),
            _ => Err(resolver.mistakes),
        }
    }
}

/// The document and what was found wrong with it so far.
struct Resolver<'a> {
    document: &'a Document,
    mistakes: Vec<Mistake>,
}

/// The parts of a model that metrics, attributes and questions refer to.
#[derive(Default)]
struct Tables {
    all: Vec<Table>,
    /// The place in `all` of each title, in lower case.
    by_title: HashMap<String, usize>,
    /// The place in `all` of each dataset of the document.
    places: Vec<usize>,
    relationships: Vec<Relationship>,
    sources: Vec<Source>,
}

impl Tables {
    /// The place of the dataset of this title, in any case; or of this name, as it is, in the schema
    /// `main`.
    fn find(&self, name: &str) -> Option<usize> {
        at_title(&self.by_title, name)
    }

    /// The table at a place.
    fn at(&self, place: usize) -> Option<&Table> {
        self.all.get(place)
    }
}

/// What stands at the title that a document names. A name in the schema `main` needs no quotes
/// there, although its title has them where it has a dot.
fn at_title(places: &HashMap<String, usize>, name: &str) -> Option<usize> {
    let in_main = || catalog::title(None, "main", name).to_lowercase();
    let place = places.get(&name.to_lowercase());
    place.or_else(|| places.get(&in_main())).copied()
}

impl Resolver<'_> {
    fn model(&mut self) -> Option<Model> {
        if !self.are_lists_short() {
            return None;
        }
        let document = self.document;
        if document.version != VERSION {
            let problem = format!(
                "version {} is not {VERSION}, which this page reads",
                document.version
            );
            self.mistake("/version", problem);
        }
        let name = self.identifier("/name", &document.name);
        let sources = self.sources();
        let tables = self.tables(sources)?;
        self.batches(&tables);
        let metrics = self.metrics(&tables);
        let ways = Ways::of(&tables, &metrics);
        let attributes = self.attributes(&tables, &ways);
        let hierarchies = self.hierarchies(&attributes);
        let questions = self.questions(&tables, &ways, &metrics, &attributes);
        let checks = self.checks(&tables);
        let generators = self.generators(&tables);
        Some(Model {
            name: name?,
            label: label(document.label.as_ref(), &document.name),
            description: document.description.clone().unwrap_or_default(),
            origin: document.origin,
            sources: tables.sources,
            tables: tables.all,
            relationships: tables.relationships,
            metrics,
            attributes,
            hierarchies,
            questions,
            checks,
            generators,
            keeps_batches: document.load.batches,
        })
    }

    fn are_lists_short(&mut self) -> bool {
        let document = self.document;
        let most_tables = match document.origin {
            Origin::Built => MOST_TABLES.0,
            Origin::Database => MOST_TABLES.1,
        };
        let fields = document.datasets.iter().map(|dataset| dataset.fields.len());
        let lists = [
            ("/datasets", document.datasets.len(), most_tables),
            ("/datasets", fields.sum(), 20 * MOST_ELEMENTS),
            ("/sources", document.sources.len(), most_tables),
            (
                "/relationships",
                document.relationships.len(),
                MOST_ELEMENTS,
            ),
            ("/metrics", document.metrics.len(), MOST_ELEMENTS),
            ("/attributes", document.attributes.len(), MOST_ELEMENTS),
            ("/hierarchies", document.hierarchies.len(), MOST_ELEMENTS),
            ("/questions", document.questions.len(), MOST_TABLES.0),
            ("/checks", document.checks.len(), MOST_ELEMENTS),
            ("/generators", document.generators.len(), 10),
        ];
        for (pointer, length, most) in lists {
            if length > most {
                self.mistake(
                    pointer,
                    format!("there are {length}, and there may be {most} in all"),
                );
            }
        }
        self.mistakes.is_empty()
    }

    fn mistake(&mut self, pointer: impl Into<String>, problem: impl Into<String>) {
        self.mistakes.push(Mistake::new(pointer, problem));
    }

    /// Whether the document has a metric of this name. If it was not made, its own mistake says why, and
    /// what refers to it is not wrong.
    fn declares_metric(&self, name: &str) -> bool {
        let mut metrics = self.document.metrics.iter();
        metrics.any(|one| same_name(&one.name, name))
    }

    /// The same for an attribute.
    fn declares_attribute(&self, name: &str) -> bool {
        let mut attributes = self.document.attributes.iter();
        attributes.any(|one| same_name(&one.name, name))
    }

    /// Whether the document has a relationship of this name that could not be made.
    fn is_unresolved(&self, relationship: &str, tables: &Tables) -> bool {
        let is_it = |name: &str| same_name(name, relationship);
        let mut declared = self.document.relationships.iter();
        let mut made = tables.relationships.iter();
        declared.any(|one| is_it(&one.name)) && !made.any(|one| is_it(&one.name))
    }

    /// Whether something that others are built on was found wrong: then what is missing may be its fault.
    fn is_wrong(&self, pointers: &[&str]) -> bool {
        let mut mistakes = self.mistakes.iter();
        mistakes.any(|mistake| {
            let mut pointers = pointers.iter();
            pointers.any(|pointer| mistake.pointer.starts_with(pointer))
        })
    }

    /// Reports a name that nothing has, with the nearest one that something has.
    fn unknown<'n>(
        &mut self,
        pointer: impl Into<String>,
        kind: &str,
        wrong: &str,
        right: impl IntoIterator<Item = &'n str>,
    ) {
        let problem = format!("there is no {kind} {}", quoted(wrong));
        self.suggest(Mistake::new(pointer, problem), wrong, right);
    }

    /// Reports a mistake with the nearest of the right names. Only the mistakes that are listed are
    /// compared with names, since that takes time.
    fn suggest<'n>(
        &mut self,
        mistake: Mistake,
        wrong: &str,
        right: impl IntoIterator<Item = &'n str>,
    ) {
        let is_listed = self.mistakes.len() < LISTED_MISTAKES;
        self.mistakes.push(if is_listed {
            mistake.suggesting(wrong, right.into_iter().take(MOST_COMPARED))
        } else {
            mistake
        });
    }

    /// The table of a dataset's name, or a mistake.
    fn table(&mut self, pointer: &str, name: &str, tables: &Tables) -> Option<usize> {
        let found = tables.find(name);
        if found.is_none() {
            let titles = tables.by_title.keys().map(String::as_str);
            self.unknown(pointer, "dataset", name, titles);
        }
        found
    }

    /// The column of a field's name, or a mistake.
    fn column(&mut self, pointer: &str, table: &Table, name: &str) -> Option<usize> {
        let found = table.column_at(name);
        if found.is_none() {
            let problem = no_field(table, name);
            let names = table.columns.iter().map(|column| column.name.as_str());
            self.suggest(Mistake::new(pointer, problem), name, names);
        }
        found
    }

    /// The columns of several fields, or a mistake for each that is not there.
    fn columns(&mut self, pointer: &str, table: &Table, names: &[String]) -> Option<Vec<usize>> {
        let found: Vec<_> = names
            .iter()
            .enumerate()
            .map(|(at, name)| self.column(&format!("{pointer}/{at}"), table, name))
            .collect();
        found.into_iter().collect()
    }

    /// Checks a name that is no name of SQL: `order` can be a relationship.
    fn word(&mut self, pointer: &str, name: &str) {
        if let Err(problem) = names::check_word(name, self.document.origin) {
            self.mistake(pointer, problem);
        }
    }

    fn identifier(&mut self, pointer: &str, name: &str) -> Option<Identifier> {
        match names::check(name, self.document.origin) {
            Ok(identifier) => Some(identifier),
            Err(problem) => {
                self.mistake(pointer, problem);
                None
            }
        }
    }
}

fn no_field(table: &Table, name: &str) -> String {
    format!("{} has no field {}", quoted(&table.title()), quoted(name))
}

/// The label, or else the name with blanks for underscores and a capital.
fn label(label: Option<&String>, name: &str) -> String {
    match label {
        Some(label) if !label.trim().is_empty() => label.clone(),
        _ => {
            let words = name.replace('_', " ");
            let mut characters = words.chars();
            match characters.next() {
                Some(first) => first.to_uppercase().chain(characters).collect(),
                None => words,
            }
        }
    }
}
