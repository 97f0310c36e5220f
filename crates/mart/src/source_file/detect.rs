//! Reads a file's header from its first bytes: encoding, delimiter, line end and columns. It must not
//! know DuckDB, nor check any row but the first.

use super::{HeaderColumn, LineEnd, SourceError, SourceFile};
use crate::model::{Source, SourceField};

const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

impl SourceFile {
    /// Reads a file's header from its first bytes, [`HEAD_BYTES`](super::HEAD_BYTES) of them or all
    /// there are. The delimiter is the one with which most known columns are found; columns may be
    /// in any order, their names in any case and in quotes, with blanks around them. The number is
    /// one that no other file in the engine has had.
    ///
    /// # Errors
    /// A [`SourceError`] for a file that is empty, no text, not UTF-8, without rows, or whose
    /// header has no end, lacks a required column or has a known one twice.
    pub fn detect(
        source: &Source,
        file_name: &str,
        head: &[u8],
        file_size: u64,
        number: u32,
    ) -> Result<Self, SourceError> {
        let file = file_name.to_owned();
        let is_whole = u64::try_from(head.len()).is_ok_and(|read| read >= file_size);
        let content = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        if content.is_empty() {
            return Err(empty(source, file));
        }
        if let Some(looks_like) = binary(head) {
            return Err(SourceError::NotCsv { file, looks_like });
        }
        let content = utf8(content, is_whole).map_err(|line| SourceError::NotUtf8 {
            file: file.clone(),
            line,
            detail: None,
        })?;
        if is_whole && content.trim().is_empty() {
            return Err(empty(source, file));
        }
        let header = Header::split(content);
        if header.is_open && is_whole {
            return Err(SourceError::OpenQuoteInHeader { file });
        }
        let Some(line_end) = header.line_end.or(is_whole.then_some(LineEnd::Lf)) else {
            return Err(SourceError::LineTooLong {
                file,
                line: 1,
                limit: u64::try_from(head.len()).unwrap_or(u64::MAX),
                detail: None,
            });
        };
        let (delimiter, names) = best_delimiter(source, header.text);
        let columns = known_once(source, file_name, names)?;
        if is_whole && header.rest.trim().is_empty() {
            return Err(SourceError::NoRows {
                file,
                row: source.row.one.clone(),
            });
        }
        Ok(Self {
            source: source.clone(),
            file_name: file,
            // DuckDB may keep what it knows of a file by its name.
            path: format!("sources/{number}.csv"),
            size: file_size,
            delimiter,
            line_end,
            columns,
        })
    }
}

/// The first record of a file.
struct Header<'a> {
    text: &'a str,
    /// `None` if it does not end in what was read.
    line_end: Option<LineEnd>,
    /// A quote is still open at its end.
    is_open: bool,
    rest: &'a str,
}

impl<'a> Header<'a> {
    /// A quote opens only at the start of a field, which may be blank so far.
    fn split(content: &'a str) -> Self {
        let mut is_open = false;
        let mut at_start = true;
        for (at, c) in content.char_indices() {
            match c {
                '"' if is_open => is_open = false,
                // A quote that follows a closing one is a quote inside quotes.
                '"' if at_start
                    || content
                        .get(..at)
                        .is_some_and(|before| before.ends_with('"')) =>
                {
                    is_open = true;
                    at_start = false;
                }
                '\n' | '\r' if !is_open => {
                    let (text, rest) = content.split_at(at);
                    let (line_end, length) = match c {
                        '\n' => (LineEnd::Lf, 1),
                        _ if rest.starts_with("\r\n") => (LineEnd::CrLf, 2),
                        _ => (LineEnd::Cr, 1),
                    };
                    return Self {
                        text,
                        line_end: Some(line_end),
                        is_open: false,
                        rest: rest.get(length..).unwrap_or_default(),
                    };
                }
                ' ' => {}
                c => at_start = !is_open && DELIMITERS.contains(&c),
            }
        }
        Self {
            text: content,
            line_end: None,
            is_open,
            rest: "",
        }
    }
}

fn best_delimiter(source: &Source, header: &str) -> (char, Vec<String>) {
    let candidates = DELIMITERS.map(|delimiter| {
        let names = fields(header, delimiter);
        let known = names
            .iter()
            .filter(|name| source.field(name).is_some())
            .count();
        ((known, names.len()), delimiter, names)
    });
    let mut best = (',', Vec::new());
    let mut best_score = (0, 0);
    for (score, delimiter, names) in candidates {
        if score > best_score {
            best_score = score;
            best = (delimiter, names);
        }
    }
    best
}

/// The fields of a header, without the blanks and quotes around them.
fn fields(header: &str, delimiter: char) -> Vec<String> {
    let mut fields = Vec::new();
    let mut field = String::new();
    let mut is_open = false;
    let mut was_quoted = false;
    let mut characters = header.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if is_open => {
                if characters.next_if_eq(&'"').is_some() {
                    field.push('"');
                } else {
                    is_open = false;
                }
            }
            '"' if !was_quoted && field.trim().is_empty() => {
                is_open = true;
                was_quoted = true;
            }
            c if c == delimiter && !is_open => {
                fields.push(std::mem::take(&mut field).trim().to_owned());
                was_quoted = false;
            }
            c => field.push(c),
        }
    }
    fields.push(field.trim().to_owned());
    fields
}

/// The columns of a header: each required field once, each other one at most once.
fn known_once(
    source: &Source,
    file: &str,
    names: Vec<String>,
) -> Result<Vec<HeaderColumn>, SourceError> {
    let columns: Vec<_> = names
        .into_iter()
        .map(|name| HeaderColumn {
            field: source
                .fields
                .iter()
                .position(|field| field.name.eq_ignore_ascii_case(&name)),
            name,
        })
        .collect();
    let those = |is_it: &dyn Fn(&SourceField, usize) -> bool| -> Vec<String> {
        let fields = source.fields.iter().enumerate();
        fields
            .filter(|(at, field)| {
                let count = columns.iter().filter(|column| column.field == Some(*at));
                is_it(field, count.count())
            })
            .map(|(_, field)| field.name.clone())
            .collect()
    };
    // Any file would be one of a source that requires no column.
    let is_other = !source.requires_some() && columns.iter().all(|column| column.field.is_none());
    let missing = those(&|field, count| (field.required || is_other) && count == 0);
    if !missing.is_empty() {
        return Err(SourceError::MissingColumns {
            file: file.to_owned(),
            missing,
            found: columns
                .into_iter()
                .map(|column| column.name)
                .filter(|name| !name.is_empty())
                .collect(),
        });
    }
    let names = those(&|_, count| count > 1);
    if !names.is_empty() {
        return Err(SourceError::DuplicateColumns {
            file: file.to_owned(),
            names,
        });
    }
    Ok(columns)
}

fn empty(source: &Source, file: String) -> SourceError {
    let required = source.fields.iter().filter(|field| field.required);
    SourceError::Empty {
        file,
        required: required.map(|field| field.name.clone()).collect(),
    }
}

/// What a file is that is no text, by its first bytes.
fn binary(head: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 11] = [
        (b"\xff\xfe", "UTF-16 text"),
        (b"\xfe\xff", "UTF-16 text"),
        (b"PK\x03\x04", "an Excel workbook or a zip file"),
        (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
        (b"PAR1", "a Parquet file"),
        (b"\x1f\x8b", "a gzip file"),
        (b"%PDF", "a PDF document"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"GIF8", "a picture"),
        (b"SQLite format 3", "an SQLite database"),
    ];
    if let Some((_, looks_like)) = KNOWN.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(looks_like);
    }
    if head.get(8..12) == Some(b"DUCK") {
        return Some("a DuckDB database");
    }
    // UTF-16 without its mark: every other byte of a header is NUL.
    let nuls = count(head, 0);
    if nuls * 3 > head.len() {
        return Some("UTF-16 text or a binary file");
    }
    let is_control = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c);
    head.iter().any(is_control).then_some("a binary file")
}

/// The head as text, or the line that is not UTF-8. The cut may go through a character.
fn utf8(head: &[u8], is_whole: bool) -> Result<&str, u64> {
    let Err(error) = std::str::from_utf8(head) else {
        return Ok(std::str::from_utf8(head).unwrap_or_default());
    };
    let valid = head.get(..error.valid_up_to()).unwrap_or_default();
    if error.error_len().is_none() && !is_whole {
        return Ok(std::str::from_utf8(valid).unwrap_or_default());
    }
    // Lines end with LF or CRLF, or else, without any LF, with CR.
    let ended = match count(valid, b'\n') {
        0 => count(valid, b'\r'),
        lf => lf,
    };
    Err(u64::try_from(ended).unwrap_or(u64::MAX).saturating_add(1))
}

fn count(bytes: &[u8], wanted: u8) -> usize {
    bytes.split(|byte| *byte == wanted).count() - 1
}
