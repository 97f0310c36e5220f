//! What a file for each source of the mart must look like. It must not know how a file is read.

use leptos::prelude::*;
use mart::{Package, Source, SourceField, TypeKind};

use super::in_sentence;
use crate::components::{Panel, ScrollX};
use crate::workbench::Workbench;

/// The format of each source.
#[component]
pub fn Formats(workbench: Workbench) -> impl IntoView {
    move || {
        workbench.source().with(|source| {
            let package = &source.package;
            let sources = package.model().sources().iter();
            let is_only = package.model().sources().len() == 1;
            sources
                .map(|source| format(package, source, is_only))
                .collect_view()
        })
    }
}

fn format(package: &Package, source: &Source, is_only: bool) -> AnyView {
    let name = in_sentence(&source.label);
    let heading = if is_only {
        "The format".to_owned()
    } else {
        format!("The format: {name}")
    };
    let table = format!("Columns of a {name}");
    let columns: Vec<_> = source.fields.iter().map(column).collect();
    let template = template(package, source);
    let sentence = format!(
        "One row per {}. Columns in any order, names in any case; commas, semicolons or tabs between fields; UTF-8. ",
        source.row.one
    );
    view! {
        <Panel heading>
            <p>{sentence}{template}</p>
            <ScrollX label=format!("{table}, rows")>
                <table aria-label=table>
                    <thead><tr>
                        <th scope="col">"Column"</th><th scope="col">"Type"</th>
                        <th scope="col">"Needed"</th><th scope="col">"Meaning"</th>
                    </tr></thead>
                    <tbody>{columns}</tbody>
                </table>
            </ScrollX>
        </Panel>
    }
    .into_any()
}

/// A link to a small file of this shape, named after the fact that it fills.
fn template(package: &Package, source: &Source) -> Option<AnyView> {
    let text = package.file(source.template.as_deref()?)?;
    let href = format!(
        "data:text/csv;charset=utf-8,{}",
        String::from(js_sys::encode_uri_component(text))
    );
    let fact = package.model().facts().next();
    let name = fact.map_or_else(|| source.name.clone(), mart::Table::title);
    let link = view! { <a href=href download=format!("{name}.csv")>"Download template"</a> };
    Some(link.into_any())
}

fn column(field: &SourceField) -> AnyView {
    let needed = match &field.default {
        _ if field.required => "yes".to_owned(),
        Some(default) => format!("no: “{default}” without it"),
        None => "no".to_owned(),
    };
    view! {
        <tr>
            <td><code>{field.name.clone()}</code></td>
            <td>{data_type(field)}</td>
            <td>{needed}</td>
            <td>{field.description.clone()}</td>
        </tr>
    }
    .into_any()
}

const fn data_type(field: &SourceField) -> &'static str {
    match field.data_type.kind() {
        TypeKind::Date => "date, YYYY-MM-DD",
        TypeKind::Timestamp => "instant, YYYY-MM-DD HH:MM:SS",
        TypeKind::Whole | TypeKind::Big => "whole number",
        TypeKind::Decimal | TypeKind::Float => "number, with a point before the decimals",
        TypeKind::Boolean => "true or false",
        _ => "text",
    }
}
