//! What an edit changes in the mart: tables, relationships and metrics that come and go. It must not know the edit.

use std::collections::BTreeSet;

use mart::Document;

/// The most names in a sentence.
const MOST_NAMES: usize = 3;

/// What is in the one document of two and not in the other, in sentences.
#[must_use]
pub fn difference(before: &Document, after: &Document) -> Vec<String> {
    let tables = |document: &Document| {
        let datasets = document.datasets.iter();
        datasets.map(|one| one.name.clone()).collect()
    };
    let fields = |document: &Document| {
        let datasets = document.datasets.iter();
        datasets.map(|one| one.fields.len()).sum::<usize>()
    };
    let roles = |document: &Document| {
        let datasets = document.datasets.iter();
        datasets
            .map(|one| format!("{} as {}", one.name, one.role))
            .collect::<BTreeSet<_>>()
    };
    let relationships = |document: &Document| {
        let relationships = document.relationships.iter();
        relationships
            .map(|one| format!("{} to {}", one.from, one.to))
            .collect()
    };
    let metrics = |document: &Document| {
        let metrics = document.metrics.iter();
        metrics.map(|one| one.name.clone()).collect()
    };
    let attributes = |document: &Document| {
        let attributes = document.attributes.iter();
        attributes.map(|one| one.name.clone()).collect()
    };
    let mut sentences = Vec::new();
    sentences.extend(compared("table", &tables(before), &tables(after)));
    if tables(before) == tables(after) {
        let changed = roles(after);
        let changed: Vec<_> = changed.difference(&roles(before)).cloned().collect();
        sentences.extend((!changed.is_empty()).then(|| listed(&changed)));
    }
    let own: BTreeSet<String> = relationships(after);
    sentences.extend(compared("relationship", &relationships(before), &own));
    sentences.extend(compared("metric", &metrics(before), &metrics(after)));
    sentences.extend(compared(
        "attribute",
        &attributes(before),
        &attributes(after),
    ));
    let (was, is) = (fields(before), fields(after));
    if was != is {
        sentences.push(format!("{was} columns before, {is} now"));
    }
    sentences
}

fn compared(word: &str, before: &BTreeSet<String>, after: &BTreeSet<String>) -> Vec<String> {
    let new: Vec<_> = after.difference(before).cloned().collect();
    let gone: Vec<_> = before.difference(after).cloned().collect();
    let sentence = |what: &str, names: &[String]| {
        let plural = if names.len() == 1 { "" } else { "s" };
        (!names.is_empty()).then(|| format!("{what} {word}{plural}: {}", listed(names)))
    };
    [sentence("new", &new), sentence("no more", &gone)]
        .into_iter()
        .flatten()
        .collect()
}

fn listed(names: &[String]) -> String {
    let shown = names.get(..MOST_NAMES).unwrap_or(names).join(", ");
    match names.len().saturating_sub(MOST_NAMES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
