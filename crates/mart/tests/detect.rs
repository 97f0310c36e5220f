//! What is understood from the first bytes of a file, and what is made of DuckDB's errors.
#![expect(
    clippy::indexing_slicing,
    reason = "a helper of a test may fail as the test would"
)]

use mart::source_file::{HEAD_BYTES, LineEnd};
use mart::{SourceError, SourceFile};
use rstest::rstest;

const HEADER: &str = "order_date,customer_name,product_name,quantity,unit_price";

fn detect_head(head: &[u8], size: u64) -> Result<SourceFile, SourceError> {
    let package = mart::shipped::built_in();
    SourceFile::detect(&package.model().sources()[0], "sales.csv", head, size, 1)
}

fn detect(content: &[u8]) -> Result<SourceFile, SourceError> {
    let head = &content[..content.len().min(HEAD_BYTES)];
    detect_head(head, content.len() as u64)
}

#[rstest]
#[case::comma(
    "order_date,customer_name,product_name,quantity,unit_price\nx",
    ',',
    LineEnd::Lf,
    ""
)]
#[case::semicolon(
    "ORDER_DATE;Customer_Name;product_name;quantity;unit_price\r\nx",
    ';',
    LineEnd::CrLf,
    ""
)]
#[case::tab(
    "order_date\tcustomer_name\tproduct_name\tquantity\tunit_price\rx",
    '\t',
    LineEnd::Cr,
    ""
)]
#[case::bar(
    "order_date|customer_name|product_name|quantity|unit_price\nx",
    '|',
    LineEnd::Lf,
    ""
)]
#[case::bom(
    "\u{feff}order_date,customer_name,product_name,quantity,unit_price\nx",
    ',',
    LineEnd::Lf,
    ""
)]
#[case::blanks_and_quotes(
    " order_date , \"customer_name\",\" Product_Name \" ,quantity,unit_price\nx",
    ',',
    LineEnd::Lf,
    ""
)]
#[case::unknown_columns(
    "note,order_date,customer_name,,product_name,quantity,unit_price,note\nx",
    ',',
    LineEnd::Lf,
    "note||note"
)]
#[case::other_delimiters_in_a_name(
    "order_date,customer_name,product_name,quantity,unit_price,\"a;b;c;d;e;f;g,h\"\nx",
    ',',
    LineEnd::Lf,
    "a;b;c;d;e;f;g,h"
)]
#[case::a_name_over_lines(
    "\"my \"\"own\"\"\nnote\",order_date,customer_name,product_name,quantity,unit_price\r\nx",
    ',',
    LineEnd::CrLf,
    "my \"own\"\nnote"
)]
#[case::a_quote_in_a_name(
    "27\" screen,order_date,customer_name,product_name,quantity,unit_price\r\nx",
    ',',
    LineEnd::CrLf,
    "27\" screen"
)]
fn headers(
    #[case] content: &str,
    #[case] delimiter: char,
    #[case] line_end: LineEnd,
    #[case] ignored: &str,
) {
    let file = detect(content.as_bytes()).unwrap();
    assert_eq!(file.delimiter(), delimiter);
    assert_eq!(file.line_end(), line_end);
    assert_eq!(file.ignored().collect::<Vec<_>>().join("|"), ignored);
    assert_eq!(file.loaded().count(), 5);
}

#[test]
fn the_template_is_a_source_file() {
    let package = mart::shipped::built_in();
    let source = &package.model().sources()[0];
    let template = package.file(source.template.as_deref().unwrap()).unwrap();
    let file = detect(template.as_bytes()).unwrap();
    assert!(file.loaded().eq(source.fields.iter().take(7)));
}

#[rstest]
#[case::nothing(
    b"",
    "sales.csv, line 1: the file is empty; it needs a header with the columns order_date, customer_name, product_name, quantity and unit_price"
)]
#[case::only_a_bom(
    b"\xef\xbb\xbf",
    "sales.csv, line 1: the file is empty; it needs a header with the columns order_date, customer_name, product_name, quantity and unit_price"
)]
#[case::only_blanks(
    b" \r\n\r\n",
    "sales.csv, line 1: the file is empty; it needs a header with the columns order_date, customer_name, product_name, quantity and unit_price"
)]
#[case::header_alone(
    b"order_date,customer_name,product_name,quantity,unit_price",
    "sales.csv: line 1 is a header and no rows follow it; add a line for each sale"
)]
#[case::header_and_blank_lines(
    b"order_date,customer_name,product_name,quantity,unit_price\r\n\r\n",
    "sales.csv: line 1 is a header and no rows follow it; add a line for each sale"
)]
#[case::one_missing(
    b"order_date,customer_name,product_name,quantity\n1,2,3,4\n",
    "sales.csv, line 1: the column unit_price is missing; the header has order_date, customer_name, product_name and quantity"
)]
#[case::no_header(
    b"2025-10-01,Ann,Lamp,2,9.5\n",
    "sales.csv, line 1: the columns order_date, customer_name, product_name, quantity and unit_price are missing; the header has 2025-10-01, Ann, Lamp, 2 and 9.5"
)]
#[case::a_blank_first_line(
    b"\norder_date,customer_name,product_name,quantity,unit_price\n",
    "sales.csv, line 1: the columns order_date, customer_name, product_name, quantity and unit_price are missing; the header has no columns"
)]
#[case::twice(
    b"order_date,customer_name,product_name,quantity,unit_price,Quantity\n1\n",
    "sales.csv, line 1: the column quantity is there more than once; keep one of each"
)]
#[case::open_quote(
    b"order_date,\"customer_name,product_name\n1,2\n",
    "sales.csv, line 1: a quote (\") is opened in the header and never closed"
)]
#[case::excel(
    b"PK\x03\x04\x14\x00",
    "sales.csv, line 1: this looks like an Excel workbook or a zip file, not like a CSV file; save it as \u{201c}CSV UTF-8\u{201d} and load that"
)]
#[case::utf16(
    b"\xff\xfeo\x00r\x00",
    "sales.csv, line 1: this looks like UTF-16 text, not like a CSV file; save it as \u{201c}CSV UTF-8\u{201d} and load that"
)]
#[case::utf16_without_mark(
    b"o\x00r\x00d\x00",
    "sales.csv, line 1: this looks like UTF-16 text or a binary file, not like a CSV file; save it as \u{201c}CSV UTF-8\u{201d} and load that"
)]
#[case::picture(
    b"\x89PNG\r\n\x1a\n",
    "sales.csv, line 1: this looks like a picture, not like a CSV file; save it as \u{201c}CSV UTF-8\u{201d} and load that"
)]
#[case::parquet(
    b"PAR1abc",
    "sales.csv, line 1: this looks like a Parquet file, not like a CSV file; save it as \u{201c}CSV UTF-8\u{201d} and load that"
)]
#[case::noise(
    b"\x01\x02abc\x7f",
    "sales.csv, line 1: this looks like a binary file, not like a CSV file; save it as \u{201c}CSV UTF-8\u{201d} and load that"
)]
#[case::latin1(
    b"order_date,customer_name\n1,M\xfcller\n",
    "sales.csv, line 2: the text is not UTF-8; save the file as \u{201c}CSV UTF-8\u{201d} and load that"
)]
#[case::cut_character(
    b"order_date,customer_name\r1,M\xc3",
    "sales.csv, line 2: the text is not UTF-8; save the file as \u{201c}CSV UTF-8\u{201d} and load that"
)]
fn refusals(#[case] content: &[u8], #[case] message: &str) {
    assert_eq!(detect(content).unwrap_err().to_string(), message);
}

#[test]
fn a_file_of_one_20_mb_line_is_refused_by_its_first_bytes() {
    let head = vec![b'x'; HEAD_BYTES];
    let error = detect_head(&head, 20_000_000).unwrap_err();
    assert_eq!(
        error.to_string(),
        "sales.csv, line 1: the line is too long, 65536 bytes and more; is a line break or a closing quote missing?"
    );
}

#[test]
fn the_first_bytes_may_end_inside_a_character() {
    let content = format!("{HEADER}\n2025-10-01,Müller");
    let cut = content.find('ü').unwrap() + 1;
    assert!(detect_head(&content.as_bytes()[..cut], 1_000).is_ok());
}

#[rstest]
#[case::columns(
    "Invalid Input Error: CSV Error on Line: 12\nOriginal Line: 4,5\nExpected Number of Columns: 3 Found: 2\nPossible fixes:",
    "sales.csv, line 12: the row has 2 fields, the header has 3"
)]
#[case::quote(
    "Invalid Input Error: CSV Error on Line: 3\nOriginal Line: 4,\"5\nValue with unterminated quote found.",
    "sales.csv, line 3: a quote (\") is never closed, or text follows a closing one"
)]
#[case::encoding(
    "CSV Error on Line: 3\nOriginal Line: 4,?b,6\nInvalid unicode (byte sequence mismatch) detected. This file is not utf-8 encoded.",
    "sales.csv, line 3: the text is not UTF-8; save the file as “CSV UTF-8” and load that"
)]
#[case::long_line(
    "CSV Error on Line: 3\nOriginal Line: 4\nMaximum line size of 2000000 bytes exceeded. Actual Size:3000004 bytes.",
    "sales.csv, line 3: the line is too long, 2000000 bytes and more; is a line break or a closing quote missing?"
)]
#[case::line_ends(
    "Invalid Input Error: The CSV Parser state machine reached an invalid state.\nThis can",
    "sales.csv: the lines do not all end in the same way; save the file with one kind of line end"
)]
#[case::read_text(
    "Invalid Input Error: read_text: could not read content of file 'x' as valid UTF-8 encoded text.",
    "sales.csv: the text is not UTF-8; save the file as “CSV UTF-8” and load that"
)]
#[case::unknown(
    "CSV Error on Line: 99\nsomething new",
    "sales.csv, line 99: the row cannot be read as CSV"
)]
#[case::memory(
    "Out of Memory Error: failed to allocate",
    "sales.csv was not loaded: the engine stopped while working on it; try again"
)]
fn engine_messages(#[case] message: &str, #[case] expected: &str) {
    let file = detect(format!("{HEADER}\nx").as_bytes()).unwrap();
    let error = file.explain(message);
    assert_eq!(error.to_string(), expected);
    assert_eq!(error.detail(), Some(message));
}
