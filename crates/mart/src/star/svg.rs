//! A star as SVG text. It must not know where anything is placed.

use std::fmt::Write as _;

use super::Star;
use super::layout::{BOX_WIDTH, Drawing, HEAD_HEIGHT, LINE_HEIGHT, Place};
use crate::ask::Attribute;
use crate::model::{Column, Key, Table};

/// Between a table's edge and its texts.
const EDGE: usize = 10;
/// Between a column's edge and its name, for its part in a key.
const KEY: usize = 26;
/// Between a name and what stands at the end of its line.
const APART: usize = 8;
/// What a column's type may take at least, however long the name.
const TYPE: usize = 80;

/// What is told of a table beside its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Its size, in words.
    pub size: String,
    /// Where it is looked at.
    pub href: String,
}

impl Star<'_> {
    /// What is joined to what, in words.
    ///
    /// ```
    /// use mart::star::{Label, Star};
    ///
    /// let mart = mart::mini_data_mart();
    /// let star = Star::of(&mart, mart.facts().next().unwrap());
    /// let sizes = ["120 rows", "10 rows", "12 rows", "92 rows"];
    /// let labels = sizes.map(|size| Label { size: size.to_owned(), href: String::new() });
    /// assert_eq!(
    ///     star.told(&labels),
    ///     "fact_sales (120 rows) joined to dim_customer (10 rows), dim_product (12 rows), dim_date (92 rows)"
    /// );
    /// ```
    #[must_use]
    pub fn told(&self, labels: &[Label]) -> String {
        let tables = self.tables.iter().zip(labels);
        let names: Vec<_> = tables
            .map(|(table, label)| format!("{} ({})", table.title(), label.size))
            .collect();
        let mut told = String::new();
        for (from, name) in names.iter().enumerate() {
            let mut joins = " joined to ";
            for (to, other) in names.iter().enumerate() {
                let is_joined = |join: &super::Join| (join.from.table, join.to.table) == (from, to);
                if !self.joins.iter().any(is_joined) {
                    continue;
                }
                if joins != ", " {
                    told.push_str(if told.is_empty() { "" } else { "; " });
                    told.push_str(name);
                }
                told.push_str(joins);
                told.push_str(if from == to { "itself" } else { other });
                joins = ", ";
            }
        }
        told
    }

    /// The star in two shapes: dimensions beside the fact, of the class `star-beside`, and below it,
    /// of the class `star-stacked`. A table's name is a link, and a column that is one of the
    /// attributes is a button, with the attribute's name as its `data-by`.
    #[must_use]
    pub fn svg(&self, labels: &[Label], attributes: &[Attribute]) -> String {
        let told = escaped(&self.told(labels));
        let mut svg = String::new();
        for (class, drawing) in [("beside", self.beside()), ("stacked", self.stacked())] {
            self.draw(&drawing, class, &told, labels, attributes, &mut svg);
        }
        svg
    }

    fn draw(
        &self,
        drawing: &Drawing,
        class: &str,
        told: &str,
        labels: &[Label],
        attributes: &[Attribute],
        svg: &mut String,
    ) {
        // A pixel more on each side, for the strokes of the outermost boxes.
        let (width, height) = (drawing.width + 2, drawing.height + 2);
        push(
            svg,
            format_args!(
                r#"<svg class="star-{class}" role="group" aria-label="{told}" width="{width}" viewBox="-1 -1 {width} {height}">"#
            ),
        );
        for path in &drawing.lines {
            push(svg, format_args!(r#"<path class="star-line" d="{path}"/>"#));
        }
        let tables = self.tables.iter().zip(labels).zip(&drawing.places);
        let mut class = "star-table star-fact";
        for ((table, label), place) in tables {
            draw_table(table, label, *place, class, attributes, svg);
            class = "star-table";
        }
        svg.push_str("</svg>");
    }
}

fn draw_table(
    table: &Table,
    label: &Label,
    Place { x, y, height }: Place,
    class: &str,
    attributes: &[Attribute],
    svg: &mut String,
) {
    let room = (BOX_WIDTH - 2 * EDGE).saturating_sub(text_width(&label.size) + APART);
    let title = table.title();
    push(
        svg,
        format_args!(
            r#"<g class="{class}"><rect x="{x}" y="{y}" width="{BOX_WIDTH}" height="{height}" rx="6"/><a href="{}" aria-label="Inspect {}">"#,
            escaped(&label.href),
            escaped(&title)
        ),
    );
    hit(x, y + 1, HEAD_HEIGHT - 8, svg);
    text("star-name", x + EDGE, y + 19, &title, room, svg);
    push(
        svg,
        format_args!(
            r#"</a><path class="star-rule" d="M{x} {} h{BOX_WIDTH}"/>"#,
            y + HEAD_HEIGHT - 6
        ),
    );
    let end = x + BOX_WIDTH - EDGE;
    text("star-size", end, y + 19, &label.size, BOX_WIDTH, svg);
    let mut y = y + HEAD_HEIGHT;
    for column in &table.columns {
        let mut attributes = attributes.iter();
        let attribute = attributes.find(|attribute| attribute.is_of(table, &column.name));
        if let Some(attribute) = attribute {
            let name = escaped(&attribute.name);
            push(
                svg,
                format_args!(
                    r#"<g role="button" tabindex="0" aria-label="Revenue by {}" data-by="{name}">"#,
                    name.replace('_', " ")
                ),
            );
            hit(x, y, LINE_HEIGHT, svg);
        }
        draw_column(column, x, y + 16, svg);
        if attribute.is_some() {
            svg.push_str("</g>");
        }
        y += LINE_HEIGHT;
    }
    svg.push_str("</g>");
}

fn draw_column(column: &Column, x: usize, baseline: usize, svg: &mut String) {
    // A key to another table is the one to tell of.
    let key = match column.keys.iter().max() {
        None => "",
        Some(Key::Primary) => "PK",
        Some(Key::Foreign { .. }) => "FK",
    };
    let name = column.name.as_str();
    let room = BOX_WIDTH - 2 * EDGE - KEY - APART;
    let for_type = TYPE.max(room.saturating_sub(text_width(name)));
    let for_name = room.saturating_sub(text_width(&column.data_type).min(for_type));
    let (start, end) = (x + EDGE, x + BOX_WIDTH - EDGE);
    text("star-key", start, baseline, key, KEY, svg);
    text("star-column", start + KEY, baseline, name, for_name, svg);
    text("star-type", end, baseline, &column.data_type, for_type, svg);
}

/// What takes the clicks of a line of a table.
fn hit(x: usize, y: usize, height: usize, svg: &mut String) {
    let (x, width) = (x + 2, BOX_WIDTH - 4);
    push(
        svg,
        format_args!(
            r#"<rect class="star-hit" x="{x}" y="{y}" width="{width}" height="{height}" rx="4"/>"#
        ),
    );
}

/// A text, cut where it has no room; then the whole is its title.
fn text(class: &str, x: usize, y: usize, whole: &str, room: usize, svg: &mut String) {
    let shown = fit(whole, room);
    push(
        svg,
        format_args!(r#"<text class="{class}" x="{x}" y="{y}">"#),
    );
    if shown != whole {
        push(svg, format_args!("<title>{}</title>", escaped(whole)));
    }
    push(svg, format_args!("{}</text>", escaped(&shown)));
}

fn push(svg: &mut String, part: std::fmt::Arguments<'_>) {
    // A text takes whatever is written to it.
    let _ = svg.write_fmt(part);
}

/// A text that is nothing but text, in an element and in an attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

/// A text that is about so many pixels wide at most: cut, with an ellipsis, where it is wider.
fn fit(text: &str, width: usize) -> String {
    if text_width(text) <= width {
        return text.to_owned();
    }
    let mut left = width.saturating_sub(letter_width('…'));
    let mut cut: String = text
        .chars()
        .take_while(|letter| {
            let rest = left.checked_sub(letter_width(*letter));
            left = rest.unwrap_or(0);
            rest.is_some()
        })
        .collect();
    cut.push('…');
    cut
}

/// About how wide a text is.
fn text_width(text: &str) -> usize {
    text.chars().map(letter_width).sum()
}

/// About how wide a letter is in the fonts of the systems, rather too wide than too narrow.
const fn letter_width(letter: char) -> usize {
    match letter {
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' => 13,
        'A'..='Z' => 9,
        ..='\x7f' => 8,
        _ => 15,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ask::attributes;
    use crate::model::mini_data_mart;
    use crate::sql::Identifier;

    #[test]
    fn a_text_without_room_is_cut() {
        let table = [
            ("customer_name", "customer_name"),
            ("name_of_the_customer", "name_of_the_…"),
            ("顧客の名前と住所です", "顧客の名前と住…"),
        ];
        for (text, shown) in table {
            assert_eq!(fit(text, 120), shown);
        }
    }

    #[test]
    fn names_are_text_whatever_they_hold() {
        let mut mart = mini_data_mart();
        let name = r#"<a href="x">&"#;
        mart.tables[0].columns[2].name = Identifier::new(name).unwrap();
        let fact = mart.facts().next().unwrap();
        let label = |_| Label {
            size: "1 row".to_owned(),
            href: name.to_owned(),
        };
        let svg = Star::of(&mart, fact).svg(&[0, 1, 2, 3].map(label), &attributes(&mart));
        let text = "&lt;a href=&quot;x&quot;>&amp;";
        assert!(!svg.contains(name));
        assert!(svg.contains(&format!("data-by=\"{text}\"")), "{svg}");
        assert!(svg.contains(&format!("<a href=\"{text}\"")), "{svg}");
        assert!(svg.contains(&format!(">{text}</text>")), "{svg}");
    }

    #[test]
    fn what_the_star_can_be_asked_by_is_a_button() {
        let mart = mini_data_mart();
        let fact = mart.facts().next().unwrap();
        let label = |_| Label {
            size: String::new(),
            href: String::new(),
        };
        let svg = Star::of(&mart, fact).svg(&[0, 1, 2, 3].map(label), &attributes(&mart));
        let beside = svg.split("</svg>").next().unwrap();
        let names: Vec<_> = beside
            .split("data-by=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        assert_eq!(
            names,
            [
                "customer_name",
                "region",
                "product_name",
                "category",
                "day",
                "year",
                "month",
                "day_of_week"
            ]
        );
    }
}
