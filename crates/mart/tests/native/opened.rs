//! Database files that native DuckDB has written, opened as the page opens them.

use std::path::PathBuf;

use mart::{Document, Keys, Model, OpenError, OpenedFile, Plan, Role, catalog};

use crate::engine::{Engine, built_in, texts};
use crate::generate::generated;

/// What native DuckDB shows in the page's place: the live catalog of the database in use.
fn document(engine: &mut Engine, file: &OpenedFile) -> Document {
    let [columns, keys] =
        [catalog::columns(&[]), catalog::keys(&[])].map(|sql| texts(&engine.query(&sql).unwrap()));
    Document::of_catalog(file.stem(), &[], &columns, &keys)
}

/// The same as a model.
fn read(engine: &mut Engine, file: &OpenedFile) -> Model {
    Model::resolve(&document(engine, file)).unwrap()
}

fn file(name: &str) -> OpenedFile {
    let head = b"checksumDUCK";
    OpenedFile::detect(name, head, 12_288, 1).unwrap()
}

#[test]
fn the_model_is_what_the_schema_makes() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let package = built_in();
    let model = package.model();
    engine.build(&Plan::shipped(&package)).unwrap();
    let found = read(&mut engine, &file("x.duckdb"));
    let shape = |model: &Model| {
        let tables = model.tables().iter().map(|table| {
            let columns = table.columns.iter();
            let columns =
                columns.map(|one| (one.name.clone(), one.data_type.clone(), one.keys.clone()));
            (
                table.title(),
                table.role == Role::Fact,
                columns.collect::<Vec<_>>(),
            )
        });
        let mut tables: Vec<_> = tables.collect();
        tables.sort_by_key(|(title, ..)| title.clone());
        tables
    };
    assert_eq!(shape(&found), shape(model));
    assert_eq!(model.is_in(&found), Some(Keys::Enforced));
}

#[test]
fn a_mart_without_declared_keys_is_still_to_be_verified() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let package = built_in();
    let model = package.model();
    engine.build(&generated(&package, "1 million")).unwrap();
    engine.query("CREATE TABLE notes(note VARCHAR)").unwrap();
    let database = document(&mut engine, &file("x.duckdb"));
    let opened = Model::resolve(&database).unwrap();
    assert_eq!(model.is_in(&opened), Some(Keys::Verified));
    let found = Model::resolve(&package.document().with_tables_of(&database)).unwrap();
    assert_eq!(found.tables().len(), 5);
    assert_eq!(found.tables()[..4], *model.tables());
    engine.build(&Plan::verify(&found)).unwrap();
    engine
        .query("INSERT INTO fact_sales VALUES (1, 1, 1, '2025-10-01', 1, 1)")
        .unwrap();
    assert!(engine.build(&Plan::verify(&found)).is_err());
}

#[test]
fn a_mart_with_other_columns_is_another_mart() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    engine.build(&Plan::shipped(&built_in())).unwrap();
    engine
        .query("ALTER TABLE fact_sales ADD COLUMN discount DOUBLE")
        .unwrap();
    let opened = read(&mut engine, &file("x.duckdb"));
    assert_eq!(built_in().model().is_in(&opened), None);
}

const SHOP: &str = r#"
    CREATE TYPE mood AS ENUM ('sad', 'ok');
    CREATE TABLE zones(id INTEGER PRIMARY KEY);
    CREATE TABLE customers(id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, mood mood, zone INTEGER REFERENCES zones(id));
    CREATE TABLE orders(id BIGINT PRIMARY KEY, customer INTEGER REFERENCES customers(id), total DECIMAL(12, 2));
    CREATE TABLE lines(order_id BIGINT REFERENCES orders(id), line INTEGER, tags VARCHAR[], PRIMARY KEY(order_id, line));
    CREATE TABLE parts(id INTEGER PRIMARY KEY, of INTEGER REFERENCES parts(id));
    CREATE TABLE "we""ird; name"("a b" INTEGER, "ü.x" INTEGER);
    CREATE VIEW totals AS SELECT name, sum(total) AS total FROM orders JOIN customers ON customer = customers.id GROUP BY name;
    CREATE SCHEMA "old shop";
    CREATE TABLE "old shop".zones(id INTEGER PRIMARY KEY);
    CREATE TABLE "old shop".orders(id INTEGER, zone INTEGER REFERENCES "old shop".zones(id));
    INSERT INTO "old shop".zones VALUES (7);
    INSERT INTO "old shop".orders VALUES (1, 7), (2, NULL);
"#;

#[test]
fn any_database_is_read_with_its_keys() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    engine.run(SHOP).unwrap();
    let mart = read(&mut engine, &file("my shop.v2.duckdb"));
    assert_eq!(mart.name().as_str(), "my shop.v2");
    let found: Vec<_> = mart
        .tables()
        .iter()
        .map(|table| {
            let keys = table.foreign_keys().map(|(from, to, column)| {
                format!("{} to {}.{column}", from.name, table.title_beside(to))
            });
            let primary = table.primary_key().map(|column| column.name.to_string());
            let keys: Vec<_> = primary.into_iter().chain(keys).collect();
            format!("{} {}: {}", table.role, table.title(), keys.join(", "))
        })
        .collect();
    // After the tables they refer to; otherwise as the catalog has them.
    assert_eq!(
        found,
        [
            "table parts: id, of to parts.id",
            "view totals: ",
            "table we\"ird; name: ",
            "dimension zones: id",
            "dimension old shop.zones: id",
            "dimension customers: id, zone to zones.id",
            "dimension orders: id, customer to customers.id",
            "fact old shop.orders: zone to old shop.zones.id",
            "fact lines: order_id, line, order_id to orders.id",
        ]
    );
    // Whatever their names: their rows can be asked for, counted and checked.
    let counted = engine.query(&catalog::row_counts(mart.tables())).unwrap();
    assert_eq!(counted.rows.len(), mart.tables().len());
    for table in mart.tables() {
        engine.query(&catalog::sample(table, 5)).unwrap();
        assert_eq!(mart.table(&table.title()), Some(table));
    }
    for check in mart::checks(&mart, &[]) {
        let failing = engine.number(&check.sql);
        let is_wrong = check.name == "Every old shop.orders.zone is in old shop.zones";
        assert_eq!(failing, i64::from(is_wrong), "{}", check.name);
        assert_eq!(
            engine.query(&check.rows_sql).unwrap().rows.len(),
            usize::from(is_wrong)
        );
    }
}

/// A file of which one thing is wrong, and what DuckDB says when it is attached and read.
fn damaged(damage: impl FnOnce(&mut Vec<u8>)) -> Option<OpenError> {
    static FILES: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = FILES.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let mut engine = Engine::start()?;
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("opened-{}-{number}.duckdb", std::process::id()));
    let shown = path.display();
    engine
        .run(&format!("ATTACH '{shown}' AS made; CREATE TABLE made.t AS SELECT range AS i FROM range(100000); DETACH made;"))
        .unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    assert!(OpenedFile::is_database(&bytes));
    damage(&mut bytes);
    std::fs::write(&path, bytes).unwrap();
    let said = engine
        .query(&format!("ATTACH '{shown}' AS opened (READ_ONLY)"))
        .and_then(|_| engine.query("SELECT sum(i) FROM opened.t"));
    drop(engine);
    std::fs::remove_file(&path).unwrap();
    Some(file("shop.duckdb").verdict(&said.unwrap_err()))
}

/// As DuckDB puts one before every block.
fn checksum(block: &[u8]) -> u64 {
    block.as_chunks::<8>().0.iter().fold(5381, |sum, word| {
        sum ^ u64::from_le_bytes(*word).wrapping_mul(0xbf58_476d_1ce4_e5b9)
    })
}

#[test]
fn a_file_that_cannot_be_read_says_why() {
    let version = |bytes: &mut Vec<u8>, version: u64| {
        bytes[12..20].copy_from_slice(&version.to_le_bytes());
        let sum = checksum(&bytes[8..4096]);
        bytes[..8].copy_from_slice(&sum.to_le_bytes());
    };
    let Some(newer) = damaged(|bytes| version(bytes, 99)) else {
        return;
    };
    assert!(
        newer.to_string().starts_with("shop.duckdb was written by a newer DuckDB: its format has version 99, and this page reads 64 to 67"),
        "{newer}"
    );
    let older = damaged(|bytes| version(bytes, 12)).unwrap();
    assert!(older.to_string().contains("an older DuckDB"), "{older}");
    let header = damaged(|bytes| bytes[100] ^= 1).unwrap();
    assert!(
        header
            .to_string()
            .starts_with("shop.duckdb is damaged at byte 0:"),
        "{header}"
    );
    let block = damaged(|bytes| {
        let rows = 12_288 + 262_144 / 2;
        bytes[rows] ^= 1;
    });
    let block = block.unwrap();
    assert!(
        block
            .to_string()
            .starts_with("shop.duckdb is damaged at byte 12288:"),
        "{block}"
    );
}
