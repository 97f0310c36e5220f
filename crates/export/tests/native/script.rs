//! SQL scripts, written from the rows of DuckDB-Wasm and run by native DuckDB.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float32Array, Float64Array, Int32Array, RecordBatch, StringArray};
use export::transport::Target;
use export::{Error, Script, ScriptEncoder, ScriptTable};
use native_duckdb::{Native, Wasm};

use crate::formats::{rows, statements};

/// The description of a script with one table.
fn script_of(create: &str, name: &str, columns: &[&str]) -> Script {
    Script {
        heading: "One table".to_owned(),
        tables: vec![ScriptTable {
            name: name.to_owned(),
            columns: columns.iter().map(|name| (*name).to_owned()).collect(),
            title: format!("Create {name}"),
            create: create.trim().to_owned(),
        }],
        questions: Vec::new(),
    }
}

/// Another statement may have changed a table: rows with other columns are not written.
#[test]
fn other_columns_than_those_of_the_table_are_an_error() {
    let a: ArrayRef = Arc::new(Int32Array::from(vec![1]));
    let rows = RecordBatch::try_from_iter([("a", a.clone()), ("note", a)]).unwrap();
    let script = script_of("CREATE TABLE t (a INTEGER, b INTEGER)", "t", &["a", "b"]);
    let mut encoder = ScriptEncoder::new(Vec::new(), script).unwrap();
    assert_eq!(encoder.write(&rows), Err(Error::RowsOutsideTable));
    let table = "u".to_owned();
    assert_eq!(encoder.table("u"), Err(Error::UnknownTable { table }));
    encoder.table("t").unwrap();
    assert_eq!(
        encoder.write(&rows).unwrap_err().to_string(),
        "the rows could not be written as SQL: t now has the columns a, note, but the script has a, b; \
         export the database file instead"
    );
}

#[test]
fn a_table_of_every_type() {
    let (Some(mut wasm), Some(mut native), Some(mut scripted)) =
        (Wasm::start("UTC"), Native::start(), Native::start())
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
        .map(|row| row[0].as_str().unwrap())
        .collect();
    let create = statements().next().unwrap();
    let (_, create) = create.split_once("\n\n").unwrap();
    let script = script_of(create, "every_type", &columns);
    let mut encoder = ScriptEncoder::new(Vec::new(), script).unwrap();
    encoder.table("every_type").unwrap();
    for batch in rows(&mut wasm, "FROM every_type", Target::Text) {
        encoder.write(&batch).unwrap();
    }
    let sql = String::from_utf8(encoder.finish().unwrap()).unwrap();
    scripted.run(&sql).unwrap();
    // The text of a UNION does not contain its type.
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
    let Some(mut engine) = Native::start() else {
        return;
    };
    // Pseudo-random numbers with a fixed seed.
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
            // A price with all digits of a double.
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
    let create = "CREATE TABLE t (id INTEGER, d DOUBLE, f FLOAT, t VARCHAR)";
    let script = script_of(create, "t", &["id", "d", "f", "t"]);
    let mut script = ScriptEncoder::new(Vec::new(), script).unwrap();
    script.table("t").unwrap();
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
