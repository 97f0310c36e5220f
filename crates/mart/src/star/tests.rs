//! Stars of tables that are joined in many ways.

use super::*;
use crate::DataType;
use crate::document::Additivity;
use crate::model::Column;

/// Tables with their columns. A column is its name, followed by `>table.column` if it refers to
/// another one. A name after `*` is a primary key.
type Tables<'a> = &'a [(&'static str, &'a [&'a str])];

fn tables(tables: Tables<'_>) -> Vec<Table> {
    let tables = tables.iter().map(|(name, columns)| Table {
        database: None,
        is_beside_others: false,
        schema: None,
        name: Identifier::known(name),
        label: String::new(),
        role: role(name),
        grain: String::new(),
        description: String::new(),
        columns: columns.iter().map(|text| column(text)).collect(),
        unique_keys: Vec::new(),
        source: None,
        rows: None,
        time: None,
        has_unknown_member: false,
        history: None,
        weight: None,
    });
    tables.collect()
}

/// The role of a table by the first letters of its name.
fn role(name: &str) -> Role {
    match name {
        _ if name.starts_with("fact") => Role::Fact,
        _ if name.starts_with("bridge") => Role::Bridge,
        _ => Role::Dimension,
    }
}

fn column(text: &str) -> Column {
    let (name, to) = text.split_once('>').unwrap_or((text, ""));
    let mut keys = Vec::new();
    if name.starts_with('*') {
        keys.push(Key::Primary);
    }
    if let Some((table, column)) = to.split_once('.') {
        keys.push(Key::Foreign {
            table: Identifier::new(table).unwrap(),
            column: Identifier::new(column).unwrap(),
        });
    }
    Column {
        name: Identifier::new(name.trim_start_matches('*')).unwrap(),
        data_type: DataType::existing("INTEGER"),
        label: String::new(),
        description: String::new(),
        keys,
        additivity: Additivity::Additive,
        from: None,
    }
}

const ALONE: Tables<'_> = &[("fact", &["x"])];
const ROLES: Tables<'_> = &[("fact", &["ordered>d.id", "shipped>d.id"]), ("d", &["*id"])];
const COMPOSITE_KEY: Tables<'_> = &[("fact", &["a>d.x", "b>d.y"]), ("d", &["*x", "*y"])];
const SNOWFLAKE: Tables<'_> = &[
    ("fact", &["a>a.id", "b>b.id", "c>c.id"]),
    ("c", &["*id"]),
    ("b", &["*id"]),
    ("a", &["*id", "up>aa.id"]),
    ("aa", &["*id", "up>aaa.id"]),
    ("aaa", &["*id"]),
];
const SHARED_OUTRIGGER: Tables<'_> = &[
    ("fact", &["a>a.id", "b>b.id", "c>c.id"]),
    ("a", &["*id", "in>land.id"]),
    ("b", &["*id"]),
    ("c", &["*id", "in>land.id"]),
    ("land", &["*id"]),
];
const ONE_GROUP: Tables<'_> = &[
    ("fact", &["a>a.id"]),
    ("a", &["*id", "up>aa.id"]),
    ("aa", &["*id"]),
];
const TO_ITSELF: Tables<'_> = &[
    ("fact", &["*id", "of>fact.id", "d>d.id"]),
    ("d", &["*id", "up>d.id"]),
];
const ONLY_TO_ITSELF: Tables<'_> = &[("fact", &["*id", "of>fact.id", "for>fact.id"])];
const CIRCLE: Tables<'_> = &[("fact", &["*id", "d>d.id"]), ("d", &["*id", "up>fact.id"])];
const MISSING: Tables<'_> = &[("fact", &["d>d.id", "e>fact.no"])];
const BRIDGE_OF_FACT: Tables<'_> = &[
    ("fact", &["*id", "day>day.id"]),
    ("day", &["*id"]),
    ("person", &["*id", "team>team.id"]),
    ("team", &["*id"]),
    ("bridge", &["sale>fact.id", "person>person.id", "share"]),
];
const BRIDGE_OF_DIMENSION: Tables<'_> = &[
    ("fact", &["account>account.id", "day>day.id"]),
    ("day", &["*id"]),
    ("account", &["*id"]),
    ("holder", &["*id"]),
    ("bridge", &["account>account.id", "holder>holder.id"]),
];
const BRIDGE_OF_BRIDGE: Tables<'_> = &[
    ("fact", &["*id", "day>day.id"]),
    ("day", &["*id"]),
    ("bridge_teams", &["person>person.id", "team>team.id"]),
    ("team", &["*id"]),
    ("bridge_people", &["sale>fact.id", "person>person.id"]),
    ("person", &["*id"]),
];
const BRIDGE_OF_ANOTHER_FACT: Tables<'_> = &[
    ("fact", &["day>day.id"]),
    ("day", &["*id"]),
    ("fact_of_another_star", &["*id", "day>day.id"]),
    ("bridge", &["of>fact_of_another_star.id", "day>day.id"]),
];
const TWO_FACTS: Tables<'_> = &[
    (
        "fact_lines",
        &["order>fact_orders.id", "product>product.id", "day>day.id"],
    ),
    (
        "fact_orders",
        &["*id", "customer>customer.id", "day>day.id"],
    ),
    ("fact_visits", &["customer>customer.id"]),
    ("product", &["*id"]),
    ("customer", &["*id"]),
    ("day", &["*id"]),
];
const MANY: Tables<'_> = &[
    (
        "fact",
        &[
            "*id",
            "of>fact.id",
            "a>a.id",
            "a2>a.id",
            "b>b.id",
            "c>c.id",
            "land>land.id",
        ],
    ),
    ("a", &["*id", "in>land.id", "up>a.id"]),
    ("b", &["*id", "up>bb.x", "up2>bb.y"]),
    ("bb", &["*x", "*y"]),
    ("c", &["*id", "in>land.id", "of>fact.id"]),
    ("land", &["*id"]),
    ("bridge_tags", &["fact>fact.id", "tag>tag.id"]),
    ("tag", &["*id"]),
    (
        "bridge_owners",
        &["b>b.id", "owner>owner.id", "since>day.id"],
    ),
    ("owner", &["*id"]),
    ("day", &["*id"]),
];

/// The tables on the left, the fact and the tables on the right; and the joins.
fn read(star: &Star<'_>) -> (String, Vec<String>) {
    let names = |tables: &[&Table]| {
        let names: Vec<_> = tables.iter().map(|table| table.name.as_str()).collect();
        names.join(" ")
    };
    let (left, right) = star.tables[1..].split_at(star.left_count);
    let sides = [names(left), names(&star.tables[..1]), names(right)].join(" | ");
    let end = |end: Endpoint| {
        let table = star.tables[end.table];
        format!("{}.{}", table.name, table.columns[end.column].name)
    };
    let joins = star.joins.iter();
    let joins = joins.map(|join| format!("{} {}", end(join.from), end(join.to)));
    (sides, joins.collect())
}

#[test]
fn a_star_has_the_tables_that_its_fact_is_joined_to() {
    let cases: [(Tables<'_>, &str, &[&str]); 15] = [
        (ALONE, " | fact | ", &[]),
        (
            ROLES,
            "d | fact | ",
            &["fact.ordered d.id", "fact.shipped d.id"],
        ),
        (COMPOSITE_KEY, "d | fact | ", &["fact.a d.x", "fact.b d.y"]),
        (
            SNOWFLAKE,
            "a aa aaa | fact | b c",
            &[
                "fact.a a.id",
                "fact.b b.id",
                "fact.c c.id",
                "a.up aa.id",
                "aa.up aaa.id",
            ],
        ),
        (
            SHARED_OUTRIGGER,
            "a land c | fact | b",
            &[
                "fact.a a.id",
                "fact.b b.id",
                "fact.c c.id",
                "a.in land.id",
                "c.in land.id",
            ],
        ),
        (ONE_GROUP, "a aa | fact | ", &["fact.a a.id", "a.up aa.id"]),
        (
            TO_ITSELF,
            "d | fact | ",
            &["fact.of fact.id", "fact.d d.id", "d.up d.id"],
        ),
        (
            ONLY_TO_ITSELF,
            " | fact | ",
            &["fact.of fact.id", "fact.for fact.id"],
        ),
        (CIRCLE, "d | fact | ", &["fact.d d.id", "d.up fact.id"]),
        (MISSING, " | fact | ", &[]),
        (
            BRIDGE_OF_FACT,
            "day | fact | bridge person team",
            &[
                "fact.day day.id",
                "bridge.sale fact.id",
                "bridge.person person.id",
                "person.team team.id",
            ],
        ),
        (
            BRIDGE_OF_DIMENSION,
            "account bridge holder | fact | day",
            &[
                "fact.account account.id",
                "fact.day day.id",
                "bridge.account account.id",
                "bridge.holder holder.id",
            ],
        ),
        (
            BRIDGE_OF_BRIDGE,
            "day | fact | bridge_people person bridge_teams team",
            &[
                "fact.day day.id",
                "bridge_people.sale fact.id",
                "bridge_people.person person.id",
                "bridge_teams.person person.id",
                "bridge_teams.team team.id",
            ],
        ),
        (
            BRIDGE_OF_ANOTHER_FACT,
            "day | fact | ",
            &["fact.day day.id"],
        ),
        (
            TWO_FACTS,
            "fact_orders customer day | fact_lines | product",
            &[
                "fact_lines.order fact_orders.id",
                "fact_lines.product product.id",
                "fact_lines.day day.id",
                "fact_orders.customer customer.id",
                "fact_orders.day day.id",
            ],
        ),
    ];
    for (case, sides, joins) in cases {
        let tables = tables(case);
        let (read_sides, mut read_joins) = read(&Star::of(&tables, &tables[0]));
        let mut joins: Vec<_> = joins.iter().copied().map(str::to_owned).collect();
        read_joins.sort();
        joins.sort();
        assert_eq!((read_sides.as_str(), read_joins), (sides, joins));
    }
}

#[test]
fn a_table_of_another_schema_is_another_table() {
    let mut tables = tables(&[("fact", &["d>d.id"]), ("d", &["*id"]), ("d", &["*id", "x"])]);
    for at in [0, 2] {
        tables[at].schema = Some(Identifier::known("s"));
    }
    let star = Star::of(&tables, &tables[0]);
    assert_eq!(star.tables.len(), 2);
    assert_eq!(star.tables[1].columns.len(), 2);
}

#[test]
fn a_description_names_every_join() {
    let cases = [
        (ALONE, "fact"),
        (ROLES, "fact joined to d"),
        (TO_ITSELF, "fact joined to itself, d; d joined to itself"),
        (
            BRIDGE_OF_DIMENSION,
            "fact joined to account, day; bridge joined to account, holder",
        ),
    ];
    for (case, description) in cases {
        let tables = tables(case);
        let star = Star::of(&tables, &tables[0]);
        let names = star.tables.iter().map(|table| table.name.to_string());
        assert_eq!(star.description(&names.collect::<Vec<_>>()), description);
    }
}

/// Every case above, in both shapes.
fn for_each_drawing(check: impl Fn(&Star<'_>, &Drawing)) {
    let cases = [
        crate::shipped::built_in().model().tables.clone(),
        tables(ALONE),
        tables(ROLES),
        tables(COMPOSITE_KEY),
        tables(SNOWFLAKE),
        tables(SHARED_OUTRIGGER),
        tables(ONE_GROUP),
        tables(TO_ITSELF),
        tables(ONLY_TO_ITSELF),
        tables(CIRCLE),
        tables(MISSING),
        tables(BRIDGE_OF_FACT),
        tables(BRIDGE_OF_DIMENSION),
        tables(BRIDGE_OF_BRIDGE),
        tables(TWO_FACTS),
        tables(MANY),
    ];
    for tables in cases {
        let facts = tables.iter().filter(|table| table.role == Role::Fact);
        for fact in facts {
            let star = Star::of(&tables, fact);
            for drawing in [star.beside(), star.stacked()] {
                check(&star, &drawing);
            }
        }
    }
}

#[test]
fn tables_do_not_overlap_and_are_in_the_drawing() {
    for_each_drawing(|star, drawing| {
        assert_eq!(drawing.places.len(), star.tables.len());
        for (number, place) in drawing.places.iter().enumerate() {
            assert!(place.x + TABLE_WIDTH <= drawing.width, "{drawing:?}");
            assert!(place.y + place.height <= drawing.height, "{drawing:?}");
            for other in &drawing.places[..number] {
                let is_beside = place.x.abs_diff(other.x) >= TABLE_WIDTH;
                let is_below = place.y >= other.y + other.height;
                let is_above = other.y >= place.y + place.height;
                assert!(is_beside || is_below || is_above, "{drawing:?}");
            }
        }
    });
}

#[test]
fn no_line_runs_over_a_table() {
    for_each_drawing(|_, drawing| {
        for line in &drawing.lines {
            let lane = match line.route {
                Route::Curve => line.to.x,
                Route::Lane(lane) => lane,
            };
            // A line stays within the x of its ends and its lane, so it passes between the columns
            // of tables at any height.
            let xs = [line.from.x, line.to.x, lane];
            let (start, end) = (*xs.iter().min().unwrap(), *xs.iter().max().unwrap());
            assert!(
                start < end && end <= drawing.width,
                "{line:?} of {drawing:?}"
            );
            for place in &drawing.places {
                let is_beside = end <= place.x || start >= place.x + TABLE_WIDTH;
                assert!(is_beside, "{line:?} over {place:?}");
            }
        }
    });
}

#[test]
fn each_line_joins_its_own_columns_in_its_own_lane() {
    for_each_drawing(|star, drawing| {
        assert_eq!(drawing.lines.len(), star.joins.len());
        let mut lanes = Vec::new();
        for (join, line) in star.joins.iter().zip(&drawing.lines) {
            for (end, point) in [(join.from, line.from), (join.to, line.to)] {
                let place = drawing.places[end.table];
                let row = place.y + HEADER_HEIGHT + end.column * ROW_HEIGHT;
                assert_eq!(point.y, row + ROW_HEIGHT / 2, "{line:?}");
                let edges = [place.x, place.x + TABLE_WIDTH];
                assert!(edges.contains(&point.x), "{line:?} at {place:?}");
            }
            if let Route::Lane(lane) = line.route {
                assert!(!lanes.contains(&lane), "{drawing:?}");
                lanes.push(lane);
            }
        }
    });
}

#[test]
fn a_path_starts_at_the_foreign_key() {
    let line = |route| Line {
        from: Point { x: 100, y: 7 },
        to: Point { x: 200, y: 9 },
        route,
    };
    assert_eq!(line(Route::Curve).path(), "M100 7 C150 7 150 9 200 9");
    assert_eq!(line(Route::Lane(90)).path(), "M100 7 H90 V9 H200");
}
