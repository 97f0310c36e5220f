//! The star diagram: a fact with its dimensions around it, keys joined to keys. It draws what it
//! is given and must not know where that comes from.

use leptos::prelude::*;

/// A table of the diagram.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StarTable {
    /// Its name.
    pub name: String,
    /// Its size, in words.
    pub size: String,
    /// Its columns, in order.
    pub columns: Vec<StarColumn>,
}

/// A column of the diagram.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StarColumn {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: String,
    /// Its part in a key.
    pub key: StarKey,
}

/// A column's part in a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StarKey {
    /// None.
    None,
    /// It tells the rows of its table apart.
    Primary,
    /// It names a row of the table of that name.
    Foreign(String),
}

const BOX_WIDTH: usize = 250;
const HEAD_HEIGHT: usize = 34;
const LINE_HEIGHT: usize = 22;
const FOOT: usize = 8;
const GAP: usize = 24;
/// Between the fact and a dimension beside it.
const CORRIDOR: usize = 90;
/// Left of stacked tables, for the lines between them.
const GUTTER: usize = 40;

/// The diagram in two shapes, of which the style sheet shows the one that fits: dimensions beside
/// the fact, or below it.
#[component]
pub fn Star(
    /// The table in the middle.
    fact: StarTable,
    /// The tables around it.
    dimensions: Vec<StarTable>,
) -> impl IntoView {
    let told = tell(&fact, &dimensions);
    view! {
        <figure class="star" aria-label="Star schema">
            {draw(beside(&fact, &dimensions), "star-beside", told.clone())}
            {draw(stacked(&fact, &dimensions), "star-stacked", told)}
        </figure>
    }
}

/// The diagram in words.
fn tell(fact: &StarTable, dimensions: &[StarTable]) -> String {
    let around: Vec<_> = dimensions
        .iter()
        .map(|table| format!("{} ({})", table.name, table.size))
        .collect();
    format!(
        "{} ({}) joined to {}",
        fact.name,
        fact.size,
        around.join(", ")
    )
}

/// A diagram with every place decided.
struct Drawing {
    width: usize,
    height: usize,
    boxes: Vec<Placed>,
    /// Paths from a foreign key to the primary key it names.
    lines: Vec<String>,
}

struct Placed {
    table: StarTable,
    x: usize,
    y: usize,
    is_fact: bool,
}

impl Placed {
    fn height(&self) -> usize {
        height(&self.table)
    }

    /// The middle of a column's line.
    fn line(&self, is_wanted: impl Fn(&StarKey) -> bool) -> usize {
        let at = self
            .table
            .columns
            .iter()
            .position(|column| is_wanted(&column.key));
        self.y + HEAD_HEIGHT + at.unwrap_or(0) * LINE_HEIGHT + LINE_HEIGHT / 2
    }

    fn primary(&self) -> usize {
        self.line(|key| *key == StarKey::Primary)
    }

    fn foreign(&self, table: &str) -> usize {
        self.line(|key| matches!(key, StarKey::Foreign(to) if to == table))
    }
}

fn height(table: &StarTable) -> usize {
    HEAD_HEIGHT + table.columns.len() * LINE_HEIGHT + FOOT
}

fn pile_height(tables: &[&StarTable]) -> usize {
    let boxes: usize = tables.iter().map(|table| height(table)).sum();
    boxes + tables.len().saturating_sub(1) * GAP
}

fn beside(fact: &StarTable, dimensions: &[StarTable]) -> Drawing {
    let (left, right) = dimensions.split_at(dimensions.len().div_ceil(2));
    let sides = [left, right].map(|side| side.iter().collect::<Vec<_>>());
    let total = sides
        .iter()
        .map(|side| pile_height(side))
        .chain([height(fact)])
        .max()
        .unwrap_or(0);
    let middle = BOX_WIDTH + CORRIDOR;
    let fact = Placed {
        table: fact.clone(),
        x: middle,
        y: (total - height(fact)) / 2,
        is_fact: true,
    };
    let mut boxes = Vec::new();
    let mut lines = Vec::new();
    for (side, x) in sides.into_iter().zip([0, middle + BOX_WIDTH + CORRIDOR]) {
        let mut y = (total - pile_height(&side)) / 2;
        for table in side {
            let placed = Placed {
                table: table.clone(),
                x,
                y,
                is_fact: false,
            };
            y += placed.height() + GAP;
            let (from, to) = (fact.foreign(&table.name), placed.primary());
            let (start, end) = if x == 0 {
                (middle, BOX_WIDTH)
            } else {
                (middle + BOX_WIDTH, x)
            };
            let bend = usize::midpoint(start, end);
            lines.push(format!(
                "M{start} {from} C{bend} {from} {bend} {to} {end} {to}"
            ));
            boxes.push(placed);
        }
    }
    boxes.push(fact);
    Drawing {
        width: 3 * BOX_WIDTH + 2 * CORRIDOR,
        height: total,
        boxes,
        lines,
    }
}

fn stacked(fact: &StarTable, dimensions: &[StarTable]) -> Drawing {
    let fact = Placed {
        table: fact.clone(),
        x: GUTTER,
        y: 0,
        is_fact: true,
    };
    let mut y = fact.height() + GAP;
    let mut boxes = Vec::new();
    let mut lines = Vec::new();
    for (number, table) in dimensions.iter().enumerate() {
        let placed = Placed {
            table: table.clone(),
            x: GUTTER,
            y,
            is_fact: false,
        };
        y += placed.height() + GAP;
        let (from, to) = (fact.foreign(&table.name), placed.primary());
        // Each line has a lane of its own; the longest runs outermost.
        let lane = GUTTER - (number + 1) * GUTTER / (dimensions.len() + 1);
        lines.push(format!("M{GUTTER} {from} H{lane} V{to} H{GUTTER}"));
        boxes.push(placed);
    }
    boxes.insert(0, fact);
    Drawing {
        width: GUTTER + BOX_WIDTH,
        height: y - GAP,
        boxes,
        lines,
    }
}

fn draw(drawing: Drawing, class: &'static str, told: String) -> impl IntoView {
    // A pixel more on each side, for the strokes of the outermost boxes.
    let view_box = format!("-1 -1 {} {}", drawing.width + 2, drawing.height + 2);
    let lines = drawing
        .lines
        .into_iter()
        .map(|path| view! { <path class="star-line" d=path /> })
        .collect_view();
    let boxes = drawing.boxes.into_iter().map(draw_box).collect_view();
    view! {
        <svg class=class role="img" aria-label=told viewBox=view_box>
            {lines}
            {boxes}
        </svg>
    }
}

fn draw_box(placed: Placed) -> impl IntoView {
    let Placed { x, y, is_fact, .. } = placed;
    let height = placed.height();
    let columns = placed
        .table
        .columns
        .into_iter()
        .enumerate()
        .map(|(number, column)| {
            let baseline = y + HEAD_HEIGHT + number * LINE_HEIGHT + 16;
            let key = match column.key {
                StarKey::None => "",
                StarKey::Primary => "PK",
                StarKey::Foreign(_) => "FK",
            };
            view! {
                <text class="star-key" x=x + 10 y=baseline>{key}</text>
                <text x=x + 36 y=baseline>{column.name}</text>
                <text class="star-type" x=x + BOX_WIDTH - 10 y=baseline text-anchor="end">{column.data_type}</text>
            }
        })
        .collect_view();
    view! {
        <g class="star-table" class:star-fact=is_fact>
            <rect x=x y=y width=BOX_WIDTH height=height rx="6" />
            <path class="star-rule" d=format!("M{x} {} h{BOX_WIDTH}", y + HEAD_HEIGHT - 6) />
            <text class="star-name" x=x + 10 y=y + 19>{placed.table.name}</text>
            <text class="star-size" x=x + BOX_WIDTH - 10 y=y + 19 text-anchor="end">{placed.table.size}</text>
            {columns}
        </g>
    }
}
