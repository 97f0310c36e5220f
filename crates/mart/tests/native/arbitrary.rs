//! Valid documents of any shape, made from a list of choices, so that proptest can shrink them. It
//! must not know what is done with them.

use std::collections::BTreeMap;

use mart::document::{
    CalendarPart, Dataset, Field, Origination, Relationship, Source, SourceField,
};
use mart::{Additivity, Document, Model, Package, Role, VERSION};

/// Choices that are taken one by one; 0 once there are no more, which is always the simplest.
pub(crate) struct Choices<'c>(std::slice::Iter<'c, u16>);

impl<'c> Choices<'c> {
    pub(crate) fn new(choices: &'c [u16]) -> Self {
        Self(choices.iter())
    }

    /// A number below `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or(0)) % count.max(1)
    }

    pub(crate) fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// False at first.
    pub(crate) fn coin(&mut self) -> bool {
        self.below(2) == 1
    }
}

/// Types of columns, the plainest first.
const TYPES: [&str; 22] = [
    "INTEGER",
    "VARCHAR",
    "DOUBLE",
    "DATE",
    "DECIMAL(18,2)",
    "BIGINT",
    "BOOLEAN",
    "TIMESTAMP",
    "TINYINT",
    "SMALLINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "FLOAT",
    "DECIMAL(38,20)",
    "TIMESTAMP WITH TIME ZONE",
    "TIMESTAMP_NS",
    "TIME",
    "UUID",
    "BLOB",
];
/// Of which a file can hold values.
const READABLE: usize = 19;

/// Names that need care, with `{}` for what makes them unique.
const SHAPES: [&str; 12] = [
    "{}",
    "{} of day",
    "\"{}\"; DROP TABLE x; --",
    "<img onerror={}>",
    "größe {}",
    "{}'s",
    "{{}}",
    "2{}",
    "{}-%s|`x`",
    "{}.{}",
    "李{}",
    "{} 🙂",
];
/// Names that are the same in many tables, and that compiled SQL uses itself.
pub(crate) const COMMON: [&str; 22] = [
    "name",
    "id",
    "value",
    "day",
    "year",
    "f",
    "s",
    "d",
    "d1",
    "c",
    "sums",
    "failing",
    "row_count",
    "part_1",
    "bin",
    "staged",
    "fields",
    "month",
    "file_row",
    "line",
    "counted",
    "rows",
];

pub(crate) fn name(choices: &mut Choices<'_>, base: &str) -> String {
    choices.one(&SHAPES).replace("{}", base)
}

fn column_name(choices: &mut Choices<'_>, taken: &[Field], base: &str) -> String {
    let mut found = if choices.coin() {
        choices.one(&COMMON).to_owned()
    } else {
        name(choices, base)
    };
    while taken
        .iter()
        .any(|field| field.name.eq_ignore_ascii_case(&found))
    {
        found.push_str(" 2");
    }
    found
}

/// A package that the choices make, and what was left out of it since it did not resolve.
pub(crate) fn package(choices: &[u16]) -> (Package, usize) {
    let mut builder = Builder {
        choices: Choices::new(choices),
        document: Document {
            version: VERSION,
            name: "any".to_owned(),
            ..Document::default()
        },
    };
    builder.document.name = name(&mut builder.choices, "mart");
    builder.sources();
    builder.calendar();
    builder.dimensions();
    builder.facts();
    builder.bridge();
    builder.metrics();
    builder.attributes();
    builder.checks();
    builder.questions();
    let (document, left_out) = repaired(builder.document);
    let files: BTreeMap<_, _> = document
        .datasets
        .iter()
        .filter_map(|dataset| {
            let names = dataset
                .fields
                .iter()
                .map(|field| field.name.replace('"', "\"\""));
            let header: Vec<_> = names.map(|name| format!("\"{name}\"")).collect();
            Some((dataset.rows.clone()?, header.join(",")))
        })
        .collect();
    (Package::new(document, files).unwrap(), left_out)
}

/// Leaves out the metrics, attributes, checks and questions that do not resolve: whether there is one
/// way to an attribute is not known when it is made.
fn repaired(mut document: Document) -> (Document, usize) {
    let mut left_out = 0;
    loop {
        let Err(mistakes) = Model::resolve(&document) else {
            return (document, left_out);
        };
        let mut wrong: Vec<_> = mistakes
            .iter()
            .map(|mistake| {
                let mut parts = mistake.pointer.split('/').skip(1);
                let list = parts.next().unwrap_or_default().to_owned();
                let at: usize = parts.next().and_then(|at| at.parse().ok()).unwrap_or(0);
                assert!(
                    ["metrics", "attributes", "checks", "questions"].contains(&list.as_str()),
                    "{mistake}\n{}",
                    document.write()
                );
                (list, at)
            })
            .collect();
        wrong.sort();
        wrong.dedup();
        for (list, at) in wrong.into_iter().rev() {
            left_out += 1;
            match list.as_str() {
                "metrics" => drop(document.metrics.remove(at)),
                "attributes" => drop(document.attributes.remove(at)),
                "checks" => drop(document.checks.remove(at)),
                _ => drop(document.questions.remove(at)),
            }
        }
    }
}

pub(crate) struct Builder<'c> {
    pub(crate) choices: Choices<'c>,
    pub(crate) document: Document,
}

impl Builder<'_> {
    fn sources(&mut self) {
        for number in 0..=self.choices.below(2) {
            let mut fields = Vec::<SourceField>::new();
            // What dimensions, the calendar and facts are loaded from.
            for (base, data_type) in [
                ("customer", "VARCHAR"),
                ("day", "DATE"),
                ("amount", "INTEGER"),
            ] {
                let name = self.source_name(&fields, base);
                fields.push(self.source_field(name, data_type));
            }
            for extra in 0..self.choices.below(6) {
                let data_type = self.choices.one(&TYPES[..READABLE]);
                let name = self.source_name(&fields, &format!("extra{extra}"));
                fields.push(self.source_field(name, data_type));
            }
            self.document.sources.push(Source {
                name: name(&mut self.choices, &format!("source{number}")),
                fields,
                ..Source::default()
            });
        }
        if self.choices.coin() {
            self.document.load.null_texts = vec!["n/a".to_owned(), "it's".to_owned()];
        }
    }

    fn source_name(&mut self, taken: &[SourceField], base: &str) -> String {
        let taken: Vec<_> = taken
            .iter()
            .map(|field| Field {
                name: field.name.clone(),
                ..Field::default()
            })
            .collect();
        column_name(&mut self.choices, &taken, base)
    }

    fn source_field(&mut self, name: String, data_type: &str) -> SourceField {
        let required = self.choices.coin();
        SourceField {
            name,
            data_type: data_type.to_owned(),
            required,
            default: (!required && data_type == "VARCHAR" && self.choices.coin())
                .then(|| "it's \\ unknown".to_owned()),
            unique: self.choices.below(4) == 3,
            ..SourceField::default()
        }
    }

    /// A field of this name and type; of any where they are not given.
    pub(crate) fn field(&mut self, fields: &[Field], base: &str, data_type: Option<&str>) -> Field {
        let data_type =
            data_type.map_or_else(|| self.choices.one(&TYPES).to_owned(), str::to_owned);
        Field {
            name: column_name(&mut self.choices, fields, base),
            data_type,
            additivity: self.choices.one(&[
                Additivity::Additive,
                Additivity::Additive,
                Additivity::SemiAdditive,
                Additivity::NonAdditive,
            ]),
            ..Field::default()
        }
    }

    fn calendar(&mut self) {
        let parts = [
            (CalendarPart::Year, "INTEGER"),
            (CalendarPart::Quarter, "BIGINT"),
            (CalendarPart::Month, "SMALLINT"),
            (CalendarPart::MonthName, "VARCHAR"),
            (CalendarPart::Day, "INTEGER"),
            (CalendarPart::DayName, "VARCHAR"),
            (CalendarPart::DayNumber, "INTEGER"),
            (CalendarPart::Week, "INTEGER"),
        ];
        let mut fields = vec![self.field(&[], "date", Some("DATE"))];
        fields[0].from = Some(Origination::Calendar(CalendarPart::Date));
        let has_rows = self.choices.coin();
        for (part, data_type) in parts.into_iter().take(self.choices.below(9)) {
            let mut field = self.field(&fields, &format!("part_{part:?}"), Some(data_type));
            field.from = Some(Origination::Calendar(part));
            fields.push(field);
        }
        let primary_key = vec![fields[0].name.clone()];
        self.push_dataset(
            "dim_day",
            Role::Calendar,
            fields,
            primary_key,
            None,
            has_rows,
        );
    }

    pub(crate) fn push_dataset(
        &mut self,
        base: &str,
        role: Role,
        fields: Vec<Field>,
        primary_key: Vec<String>,
        source: Option<usize>,
        has_rows: bool,
    ) -> usize {
        let place = self.document.datasets.len();
        let dataset = Dataset {
            name: name(&mut self.choices, base),
            role,
            source: source.map(|at| self.document.sources[at].name.clone()),
            rows: has_rows.then(|| format!("rows/{place}.csv")),
            primary_key,
            fields,
            description: self
                .choices
                .coin()
                .then(|| "What?\n\"It's\" `;` -- | <b>".to_owned()),
            ..Dataset::default()
        };
        self.document.datasets.push(dataset);
        place
    }

    /// A dimension with a surrogate key, one with a composite key, and one that refers to another.
    fn dimensions(&mut self) {
        self.surrogate();
        let mut fields = Vec::new();
        for at in 0..=self.choices.below(3) {
            fields.push(self.field(&fields, &format!("key{at}"), None));
        }
        let primary_key: Vec<_> = fields.iter().map(|field| field.name.clone()).collect();
        for at in 0..self.choices.below(5) {
            fields.push(self.field(&fields, &format!("attribute{at}"), None));
        }
        let composite = self.push_dataset(
            "dim_product",
            Role::Dimension,
            fields,
            primary_key,
            None,
            true,
        );
        if self.choices.coin() {
            let unique = self.document.datasets[composite]
                .fields
                .last()
                .unwrap()
                .name
                .clone();
            self.document.datasets[composite]
                .unique_keys
                .push(vec![unique]);
        }
        if self.choices.coin() {
            let key = self.field(&[], "leaf_id", Some("BIGINT"));
            let mut fields = vec![key.clone()];
            for at in 0..self.choices.below(3) {
                fields.push(self.field(&fields, &format!("leaf{at}"), None));
            }
            let leaf = self.push_dataset(
                "dim_leaf",
                Role::Dimension,
                fields,
                vec![key.name],
                None,
                true,
            );
            self.refer(leaf, composite, "snowflake");
            if self.choices.coin() {
                self.refer(leaf, leaf, "parent");
            }
        }
    }

    /// A dimension from the first source.
    fn surrogate(&mut self) {
        let source = self.document.sources[0].clone();
        let natural: Vec<_> = source.fields[..=self.choices.below(2)].to_vec();
        let mut key = self.field(&[], "customer_id", Some(self_type(&mut Choices::new(&[]))));
        key.from = Some(Origination::SurrogateKey(
            natural.iter().map(|field| field.name.clone()).collect(),
        ));
        let primary_key = vec![key.name.clone()];
        let mut fields = vec![key];
        let others = source
            .fields
            .iter()
            .skip(natural.len())
            .take(self.choices.below(3));
        let others: Vec<_> = natural.iter().chain(others).cloned().collect();
        for of in others {
            let mut field = self.field(&fields, &of.name, Some(&of.data_type));
            field.from = Some(Origination::Column(of.name.clone()));
            fields.push(field);
        }
        let has_rows = self.choices.coin();
        self.push_dataset(
            "dim_customer",
            Role::Dimension,
            fields,
            primary_key,
            Some(0),
            has_rows,
        );
    }

    /// Adds fields to a dataset that refer to the key of another, and the relationship.
    pub(crate) fn refer(&mut self, from: usize, to: usize, role: &str) -> String {
        let target = self.document.datasets[to].clone();
        let mut from_columns = Vec::new();
        for key in &target.primary_key {
            let data_type = target.fields.iter().find(|field| field.name == *key);
            let data_type = data_type.unwrap().data_type.clone();
            let taken = self.document.datasets[from].fields.clone();
            let field = self.field(&taken, &format!("{role}_key"), Some(&data_type));
            from_columns.push(field.name.clone());
            self.document.datasets[from].fields.push(field);
        }
        let name = name(&mut self.choices, role);
        self.document.relationships.push(Relationship {
            name: name.clone(),
            from: self.document.datasets[from].name.clone(),
            from_columns,
            to: target.name,
            to_columns: target.primary_key,
            source_columns: Vec::new(),
            optional: self.choices.coin(),
            ..Relationship::default()
        });
        name
    }
}

fn self_type(choices: &mut Choices<'_>) -> &'static str {
    choices.one(&["INTEGER", "BIGINT"])
}
