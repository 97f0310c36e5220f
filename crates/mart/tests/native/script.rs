//! The mart as a script: written from what DuckDB-Wasm sends, run by native DuckDB.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float32Array, Float64Array, Int32Array, RecordBatch, StringArray};
use mart::encode::ScriptEncoder;
use mart::encode::transport::Target;
use mart::{Column, Identifier, Mart, Plan, Table, TableKind, inspect, mini_data_mart};

use crate::engine::Engine;
use crate::formats::{rows, statements};
use crate::wasm::Wasm;

fn script(mart: &Mart, wasm: &mut Wasm) -> String {
    let mut script = ScriptEncoder::new(Vec::new(), mart).unwrap();
    for table in &mart.tables {
        script.table(table).unwrap();
        for batch in rows(wasm, &inspect::rows(table), Target::Text) {
            script.write(&batch).unwrap();
        }
    }
    for answer in &mart.answers {
        script.answer(answer).unwrap();
    }
    String::from_utf8(script.finish().unwrap()).unwrap()
}

/// A mart of one table.
fn mart_of(create: &str, name: &str, columns: &[(&str, &str)]) -> Mart {
    let schema = format!("-- Create {name}\n{};\n", create.trim());
    Mart {
        tables: vec![Table {
            schema: None,
            name: Identifier::new(name).unwrap(),
            kind: TableKind::Fact,
            columns: columns
                .iter()
                .map(|(name, data_type)| Column {
                    name: Identifier::new(*name).unwrap(),
                    data_type: (*data_type).to_owned(),
                    keys: Vec::new(),
                })
                .collect(),
        }],
        schema: Box::leak(schema.into_boxed_str()),
        ..mini_data_mart()
    }
}

#[test]
fn the_seed_mart() {
    let (Some(mut wasm), Some(mut native), Some(mut scripted)) =
        (Wasm::start("UTC"), Engine::start(), Engine::start())
    else {
        return;
    };
    let mart = mini_data_mart();
    for step in Plan::seed(&mart).steps {
        wasm.query(&step.sql).unwrap();
    }
    native.build(&Plan::seed(&mart)).unwrap();
    let sql = script(&mart, &mut wasm);
    insta::assert_snapshot!(sql);
    scripted.run(&sql).unwrap();
    let questions = mart
        .tables
        .iter()
        .map(inspect::rows)
        .chain(mart.answers.iter().map(|answer| answer.sql.to_owned()))
        .chain([
            "SELECT table_name, constraint_text FROM duckdb_constraints() ORDER BY ALL".to_owned(),
            inspect::catalog().to_owned(),
        ]);
    for question in questions {
        let (expected, found) = (native.query(&question), scripted.query(&question));
        let (expected, found) = (expected.unwrap(), found.unwrap());
        assert_eq!(found.columns, expected.columns);
        assert_eq!(found.types, expected.types);
        assert_eq!(found.rows, expected.rows, "{question}");
    }
    // What is a comment is the answer's own SQL.
    for answer in &mart.answers {
        let (_, comment) = sql.split_once(&format!("\n-- {}\n", answer.name)).unwrap();
        let lines: Vec<_> = comment
            .lines()
            .map_while(|line| line.strip_prefix("--"))
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect();
        assert_eq!(lines.join("\n"), format!("{};", answer.sql.trim_end()));
    }
    // Nothing is half done where the tables are there already.
    scripted.query("DELETE FROM fact_sales").unwrap();
    assert!(scripted.run(&sql).is_err());
    scripted.query("ROLLBACK").unwrap();
    assert_eq!(scripted.number("SELECT count(*) FROM fact_sales"), 0);
}

/// A statement of one's own may have changed a table: what is new is not left out without a word.
#[test]
fn columns_that_the_mart_does_not_know_are_an_error() {
    let Some(mut wasm) = Wasm::start("UTC") else {
        return;
    };
    let mart = mini_data_mart();
    for step in Plan::seed(&mart).steps {
        wasm.query(&step.sql).unwrap();
    }
    wasm.query("ALTER TABLE fact_sales ADD COLUMN note VARCHAR")
        .unwrap();
    let facts = mart.table("fact_sales").unwrap();
    let mut script = ScriptEncoder::new(Vec::new(), &mart).unwrap();
    script.table(facts).unwrap();
    let batches = rows(&mut wasm, &inspect::rows(facts), Target::Text);
    let error = script.write(&batches[0]).unwrap_err().to_string();
    assert_eq!(
        error,
        "the rows could not be written as SQL: fact_sales has by now the columns sale_id, customer_id, product_id, \
         order_date, quantity, unit_price, note, and the script knows sale_id, customer_id, product_id, order_date, \
         quantity, unit_price; the database file has them all"
    );
}

#[test]
fn a_table_of_every_type() {
    let (Some(mut wasm), Some(mut native), Some(mut scripted)) =
        (Wasm::start("UTC"), Engine::start(), Engine::start())
    else {
        return;
    };
    for engine in [&mut native, &mut scripted] {
        engine
            .query("SET TimeZone = 'America/Los_Angeles'")
            .unwrap();
    }
    for statement in statements() {
        wasm.query(statement).unwrap();
        native.query(statement).unwrap();
    }
    let described = native.query("DESCRIBE every_type").unwrap().rows;
    let columns: Vec<_> = described
        .iter()
        .map(|row| (row[0].as_str().unwrap(), row[1].as_str().unwrap()))
        .collect();
    let create = statements().next().unwrap();
    let (_, create) = create.split_once("\n\n").unwrap();
    let sql = script(&mart_of(create, "every_type", &columns), &mut wasm);
    scripted.run(&sql).unwrap();
    // A UNION's text does not say what it was.
    let question = "SELECT COLUMNS(* EXCLUDE either)::VARCHAR FROM (FROM every_type ORDER BY id)";
    let expected = native.query(question).unwrap();
    let found = scripted.query(question).unwrap();
    for (found, expected) in found.rows.iter().zip(&expected.rows) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.rows.len(), expected.rows.len());
}

#[test]
fn numbers_to_the_last_bit_and_texts_to_the_last_character() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    // All bits of a number, over and over, from one seed.
    let mut state = 1_u64;
    let mut bits = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let count = 2_345_u16;
    let ids = Int32Array::from_iter_values(0..i32::from(count));
    let doubles: Float64Array = (0..count)
        .map(|at| match at {
            0 => Some(0.1 + 0.2),
            1 => Some(-0.0),
            2 => None,
            // A price with all the digits a double can have.
            at if at % 2 == 0 => Some(f64::from(at) / 7.0 + 0.3),
            _ => Some(f64::from_bits(bits())),
        })
        .collect();
    let floats = Float32Array::from_iter_values(
        (0..count).map(|_| f32::from_bits((bits() >> 32).try_into().unwrap())),
    );
    let characters = [
        "'", "\"", "\n", "\r\n", "\0", "\\", ";", "--", "/*", "ø", "🦆", " ", "$$",
    ];
    let texts: StringArray = (0..count)
        .map(|_| {
            let mut text = String::new();
            for _ in 0..bits() % 6 {
                let at = usize::try_from(bits() % 13).unwrap();
                text.push_str(characters[at]);
            }
            Some(text)
        })
        .collect();
    let batch = RecordBatch::try_from_iter([
        ("id", Arc::new(ids) as ArrayRef),
        ("d", Arc::new(doubles.clone())),
        ("f", Arc::new(floats.clone())),
        ("t", Arc::new(texts.clone())),
    ])
    .unwrap();
    let mart = mart_of(
        "CREATE TABLE t (id INTEGER, d DOUBLE, f FLOAT, t VARCHAR)",
        "t",
        &[
            ("id", "INTEGER"),
            ("d", "DOUBLE"),
            ("f", "FLOAT"),
            ("t", "VARCHAR"),
        ],
    );
    let mut script = ScriptEncoder::new(Vec::new(), &mart).unwrap();
    script.table(&mart.tables[0]).unwrap();
    script.write(&batch.slice(0, 1)).unwrap();
    script.write(&batch.slice(1, batch.num_rows() - 1)).unwrap();
    let sql = String::from_utf8(script.finish().unwrap()).unwrap();
    assert_eq!(sql.matches("INSERT INTO").count(), 3);
    engine.run(&sql).unwrap();
    let found = engine
        .query("SELECT d::VARCHAR, f::VARCHAR, t FROM t ORDER BY id")
        .unwrap();
    assert_eq!(found.rows.len(), usize::from(count));
    for (at, row) in found.rows.iter().enumerate() {
        let text = |column: usize| row[column].as_str();
        let double = text(0).map(|text| text.parse::<f64>().unwrap());
        let expected = doubles.iter().nth(at).unwrap();
        let is_same = match (double, expected) {
            (Some(a), Some(b)) => a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan(),
            (a, b) => a.is_none() && b.is_none(),
        };
        assert!(is_same, "{double:?} is not {expected:?}");
        let (float, expected) = (text(1).unwrap().parse::<f32>().unwrap(), floats.value(at));
        assert!(
            float.to_bits() == expected.to_bits() || float.is_nan() && expected.is_nan(),
            "{float:?} is not {expected:?}"
        );
        assert_eq!(text(2).unwrap(), texts.value(at));
    }
}
