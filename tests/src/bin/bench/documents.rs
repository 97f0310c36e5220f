//! A document of many tables, opened as a model: how long the page takes to resolve and compile it. The app measures
//! that itself, as `document-compiled` on the browser's timeline.

use crate::report::{Limit, Measure, Section};
use crate::timeline::{WATCH, duration_of, start_of};
use browser_tests::{Browser, Outcome, Page, Server, Setup};
use serde_json::{Value, json};
use std::path::Path;

/// Each star is a fact with four dimensions.
const STARS: usize = 40;
const DIMENSIONS: usize = 4;

pub(crate) async fn documents(server: &Server, runs: usize) -> Outcome<Vec<Section>> {
    let setup = Setup {
        scripts: vec![WATCH],
        ..Setup::default()
    };
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("many.mart.json");
    std::fs::write(&file, document(STARS).to_string())?;
    let browser = Browser::start(&setup, &server.origin()).await?;
    let page = Page::new(browser, server.origin());
    let measured = measure(&page, &file, runs).await;
    page.close().await?;
    let name = format!(
        "resolve and compile a document of {} tables",
        STARS * (1 + DIMENSIONS)
    );
    let measure = Measure::new(name, "ms", Limit::AtMost(50.0), measured?);
    Ok(vec![Section::measures("Documents", vec![measure])])
}

async fn measure(page: &Page, file: &Path, runs: usize) -> Outcome<Vec<f64>> {
    let mut took = Vec::new();
    for run in 1..=runs {
        eprint!("\rdocument, run {run} of {runs} ");
        page.open("#/sources").await?;
        start_of(page, "answers-painted").await?;
        page.choose_file("Model", file).await?;
        took.push(duration_of(page, "document-compiled").await?);
    }
    eprintln!();
    Ok(took)
}

/// A document of that many stars: the names of each end with its number.
fn document(stars: usize) -> Value {
    let mut document = Document::default();
    for star in 0..stars {
        document.add_star(star);
    }
    json!({
        "version": 1,
        "name": "many",
        "sources": document.sources,
        "datasets": document.datasets,
        "relationships": document.relationships,
        "metrics": document.metrics,
        "attributes": document.attributes,
        "questions": document.questions,
    })
}

/// The parts of a document.
#[derive(Default)]
struct Document {
    sources: Vec<Value>,
    datasets: Vec<Value>,
    relationships: Vec<Value>,
    metrics: Vec<Value>,
    attributes: Vec<Value>,
    questions: Vec<Value>,
}

impl Document {
    /// A source, its fact and the dimensions, a metric and a question.
    fn add_star(&mut self, star: usize) {
        let fact = format!("fact_{star}");
        let source = format!("events_{star}");
        let mut columns = vec![
            json!({ "name": "quantity", "type": "INTEGER", "required": true }),
            json!({ "name": "price", "type": "DOUBLE", "required": true }),
        ];
        let mut fields = vec![
            field("event", "INTEGER", json!("row_number")),
            field("quantity", "INTEGER", json!({ "column": "quantity" })),
            field("price", "DOUBLE", json!({ "column": "price" })),
        ];
        for number in 0..DIMENSIONS {
            let part = format!("part_{number}");
            let key = format!("key_{number}");
            let role = format!("role_{star}_{number}");
            columns.push(json!({ "name": part, "type": "VARCHAR", "default": "Unknown" }));
            fields.push(field(&key, "INTEGER", json!({ "lookup": role })));
            self.add_dimension(star, number, &source);
            self.relationships.push(json!({
                "name": role,
                "from": fact,
                "from_columns": [key],
                "to": format!("dim_{star}_{number}"),
                "to_columns": [key],
            }));
        }
        self.sources
            .push(json!({ "name": source, "fields": columns }));
        self.datasets.push(json!({
            "name": fact,
            "role": "fact",
            "grain": "one row an event",
            "source": source,
            "primary_key": ["event"],
            "fields": fields,
        }));
        let metric = format!("amount_{star}");
        self.questions.push(json!({
            "name": format!("amount_{star}_by_part"),
            "label": format!("Amount {star} by part"),
            "metrics": [metric],
            "by": [format!("part_{star}_0")],
        }));
        self.metrics.push(json!({
            "name": metric,
            "label": format!("Amount {star}"),
            "dataset": fact,
            "expression": "sum(quantity * price)",
            "format": "money",
        }));
    }

    /// A dimension of one text, which is an attribute.
    fn add_dimension(&mut self, star: usize, number: usize, source: &str) {
        let dimension = format!("dim_{star}_{number}");
        let part = format!("part_{number}");
        let key = format!("key_{number}");
        self.datasets.push(json!({
            "name": dimension,
            "role": "dimension",
            "source": source,
            "primary_key": [key],
            "fields": [
                field(&key, "INTEGER", json!({ "surrogate_key": [part] })),
                field(&part, "VARCHAR", json!({ "column": part })),
            ],
        }));
        self.attributes.push(json!({
            "name": format!("part_{star}_{number}"),
            "label": format!("Part {star} {number}"),
            "dataset": dimension,
            "field": part,
        }));
    }
}

fn field(name: &str, data_type: &str, from: Value) -> Value {
    json!({ "name": name, "type": data_type, "from": from })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_as_many_tables_as_are_measured() {
        let document = document(STARS);
        let count = |part: &str| document.get(part).and_then(Value::as_array).map(Vec::len);
        assert_eq!(count("datasets"), Some(200));
        assert_eq!(count("relationships"), Some(160));
        assert_eq!(count("metrics"), Some(40));
        let document = mart::Document::read(&document.to_string());
        let model = document.and_then(|document| mart::Model::resolve(&document));
        assert_eq!(model.map(|model| model.tables().len()), Ok(200));
    }
}
