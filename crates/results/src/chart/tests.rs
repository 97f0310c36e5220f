//! Which chart a result makes: columns in, a shape out.

use super::*;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, Date32Array, Decimal128Array, Float64Array, Int64Array, ListArray, RecordBatch,
    StringArray,
};

/// Columns of whole numbers, days or texts from a text like `month=9,10 region=West,East`.
fn columns(text: &str) -> Vec<(String, ArrayRef)> {
    let column = |text: &str| {
        let (name, values) = text.split_once('=').expect("a name");
        let values: Vec<_> = values.split(',').collect();
        let numbers: Result<Vec<i64>, _> = values.iter().map(|value| value.parse()).collect();
        let array: ArrayRef = match numbers {
            Ok(days) if name == "date" => {
                let days = days.into_iter().map(|day| i32::try_from(day).ok());
                Arc::new(days.collect::<Date32Array>())
            }
            Ok(numbers) => Arc::new(Int64Array::from(numbers)),
            Err(_) => Arc::new(StringArray::from(values)),
        };
        (name.to_owned(), array)
    };
    text.split_whitespace().map(column).collect()
}

/// The shape of columns and an amount after them: the default kind, the places on the axis and the
/// column of the series.
fn shape(mut columns: Vec<(String, ArrayRef)>) -> Option<(Kind, String, Option<usize>)> {
    let many = columns.first().map_or(2, |(_, column)| column.len());
    let amount = Float64Array::from(vec![1.5; many]);
    columns.push(("revenue".to_owned(), Arc::new(amount)));
    let rows = RecordBatch::try_from_iter(columns).expect("columns of one length");
    let cell = |row, column| Cell::of(rows.column(column), row);
    let shape = Shape::of(&rows.schema(), rows.num_rows(), &cell)?;
    assert_eq!(shape.measure, rows.num_columns() - 1, "the amount");
    let places: Vec<_> = (0..many).map(|row| shape.place(row, &cell)).collect();
    Some((shape.kinds()[0], places.join(" "), shape.series))
}

#[test]
fn the_columns_decide_on_the_chart() {
    let table = [
        (
            "month=9,10 year=2025,2025",
            Kind::Line,
            "2025-09 2025-10",
            None,
        ),
        ("year=2025,2026", Kind::Line, "2025 2026", None),
        (
            "Year=2025,2026 quarter=4,1",
            Kind::Line,
            "2025-Q4 2026-Q1",
            None,
        ),
        (
            "year=2025,2026 quarter=4,1 month=12,1 day=31,1",
            Kind::Line,
            "2025-12-31 2026-01-01",
            None,
        ),
        (
            "date=20362,20363",
            Kind::Line,
            "2025-10-01 2025-10-02",
            None,
        ),
        (
            "period=2025-11,2025-10",
            Kind::Line,
            "2025-11 2025-10",
            None,
        ),
        (
            "year=2025,2026 region=West,East",
            Kind::Line,
            "2025 2026",
            Some(1),
        ),
        ("region=West,East", Kind::Bars, "West East", None),
        ("code=2025,A", Kind::Bars, "2025 A", None),
        ("month=2,1", Kind::Bars, "2 1", None),
        (
            "region=West,East category=Home,Toys",
            Kind::Stacked,
            "West East",
            Some(1),
        ),
        (
            "category=x,x,x,x,x,x,x,x,x customer=a,b,c,d,e,f,g,h,i",
            Kind::Stacked,
            "a b c d e f g h i",
            Some(0),
        ),
        (
            "region=West,East day=Mon,Sunday",
            Kind::Stacked,
            "Mon Sunday",
            Some(0),
        ),
        ("product_id=7,8", Kind::Bars, "7 8", None),
        (
            "product_id=7,8 product=Lamp,Desk",
            Kind::Bars,
            "Lamp Desk",
            None,
        ),
    ];
    for (text, kind, places, series) in table {
        let expected = Some((kind, places.to_owned(), series));
        assert_eq!(shape(columns(text)), expected, "{text}");
    }
}

#[test]
fn names_of_days_keep_their_order() {
    let rows = columns("day_of_week=Monday,Sunday sales=1,2");
    let rows = RecordBatch::try_from_iter(rows).expect("columns");
    let cell = |row, column| Cell::of(rows.column(column), row);
    let shape = Shape::of(&rows.schema(), 2, &cell).expect("a shape");
    assert_eq!(shape.axis, Axis::Ordered);
    assert_eq!(shape.kinds(), [Kind::Bars, Kind::Line]);
}

#[test]
fn results_without_a_chart() {
    let lists = ListArray::from_iter_primitive::<arrow_array::types::Int32Type, _, _>([
        Some([Some(1)]),
        Some([Some(2)]),
    ]);
    assert_eq!(shape(Vec::new()), None, "numbers alone");
    assert_eq!(
        shape(columns("a=x,y b=x,y c=x,y")),
        None,
        "three categories"
    );
    let lists: ArrayRef = Arc::new(lists);
    assert_eq!(shape(vec![("tags".to_owned(), lists)]), None, "lists");
    let rows = RecordBatch::try_from_iter(columns("a=x,y")).expect("a column");
    let cell = |row, column| Cell::of(rows.column(column), row);
    assert_eq!(Shape::of(&rows.schema(), 2, &cell), None, "names alone");
}

#[test]
fn numbers_have_a_height() {
    let decimals = Decimal128Array::from(vec![12_345]).with_precision_and_scale(9, 2);
    let decimals = decimals.expect("a type");
    let table = [
        (Cell::of(&decimals, 0), "123.45"),
        (Cell::Integer(-7), "-7"),
        (Cell::Single(0.5), "0.5"),
        (Cell::Null, "NaN"),
        (Cell::Text("7"), "NaN"),
    ];
    for (cell, expected) in table {
        assert_eq!(height(&cell).to_string(), expected, "{cell:?}");
    }
}

#[test]
fn texts_that_are_times() {
    for (text, expected) in [
        ("2025-10", true),
        ("2025-10-01", true),
        ("2025", false),
        ("2025-1", false),
        ("2025-10-011", false),
        ("20251001", false),
        ("", false),
        ("Ōsaka-1", false),
    ] {
        assert_eq!(is_time(text), expected, "{text}");
    }
}

#[test]
fn columns_of_numbers_that_can_be_drawn() {
    let rows = columns("year=2025,2025 region=West,East units=3,4 order_id=7,8 sales=1,2");
    let rows = RecordBatch::try_from_iter(rows).expect("columns");
    assert_eq!(measures(&rows.schema()), [2, 4]);
    let cell = |row, column| Cell::of(rows.column(column), row);
    let shape = Shape::of(&rows.schema(), 2, &cell).expect("a shape");
    assert_eq!(shape.measure, 2);
    assert_eq!(shape.of_measure(4).measure, 4);
}
