//! Divides text into records and fields. A record that is damaged is passed on as one, with its fault,
//! and reading goes on with the next line. It must not know what the fields mean.

use crate::dialect::{Dialect, Escape};
use crate::reject::Fault;

/// The most bytes of a record. More are not kept in memory.
pub(crate) const MOST_BYTES: usize = 16 << 20;
/// The most bytes of a quoted field that is not closed yet. After that, the quote is taken for an error.
const MOST_QUOTED: usize = 1 << 20;

/// A record of the file.
pub(crate) struct Record<'a> {
    /// The line on which it starts, from 1.
    pub(crate) line: u64,
    /// Its text, without the line end.
    pub(crate) raw: &'a str,
    /// Its fields.
    pub(crate) fields: &'a Fields<'a>,
    /// What is wrong with its quotes or its length.
    pub(crate) fault: Option<Fault>,
}

/// A field of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Field<'a> {
    pub(crate) text: &'a str,
    pub(crate) is_quoted: bool,
}

impl Field<'_> {
    pub(crate) const EMPTY: Self = Self {
        text: "",
        is_quoted: false,
    };
}

/// The fields of a record.
pub(crate) struct Fields<'a> {
    text: &'a str,
    unescaped: &'a str,
    spans: &'a [Span],
}

/// A record that is made of texts.
#[derive(Default)]
#[cfg(feature = "workbook")]
pub(crate) struct RecordBuffer {
    text: String,
    spans: Vec<Span>,
}

#[cfg(feature = "workbook")]
impl RecordBuffer {
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.spans.clear();
    }

    /// Adds a field. Fields stand between tabs in the text of the record.
    pub(crate) fn push(&mut self, text: &str) {
        if !self.spans.is_empty() {
            self.text.push('\t');
        }
        let start = self.text.len();
        self.text.push_str(text);
        self.spans.push(Span {
            start,
            end: self.text.len(),
            is_quoted: false,
            is_unescaped: false,
        });
    }

    /// Hands out the record.
    pub(crate) fn with<T>(&self, line: u64, read: impl FnOnce(&Record<'_>) -> T) -> T {
        read(&Record {
            line,
            raw: &self.text,
            fields: &Fields {
                text: &self.text,
                unescaped: "",
                spans: &self.spans,
            },
            fault: None,
        })
    }
}

/// Where the text of a field is.
#[derive(Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
    is_quoted: bool,
    /// It is in the text without escapes.
    is_unescaped: bool,
}

impl<'a> Fields<'a> {
    pub(crate) const fn len(&self) -> usize {
        self.spans.len()
    }

    pub(crate) fn get(&self, at: usize) -> Option<Field<'a>> {
        self.spans.get(at).map(|span| self.field(*span))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Field<'a>> + Clone {
        self.spans.iter().map(|span| self.field(*span))
    }

    fn field(&self, span: Span) -> Field<'a> {
        let text = if span.is_unescaped {
            self.unescaped
        } else {
            self.text
        };
        Field {
            text: text.get(span.start..span.end).unwrap_or_default(),
            is_quoted: span.is_quoted,
        }
    }
}

/// Divides text that comes in pieces.
pub(crate) struct Tokenizer {
    dialect: Bytes,
    /// Text that is not divided yet: it starts with a record.
    rest: String,
    spans: Vec<Span>,
    unescaped: String,
    /// The line on which the rest starts.
    line: u64,
    /// The record that was longer than [`MOST_BYTES`] goes on.
    is_overlong: bool,
    /// The text ends in the middle of its last record.
    is_cut: bool,
}

/// The dialect in bytes; 0 for what it does not have: NUL is in no record that is loaded.
#[derive(Clone, Copy)]
struct Bytes {
    delimiter: u8,
    quote: u8,
    comment: u8,
    has_backslash: bool,
}

/// How the attempt to read a record ended.
enum Attempt {
    /// The record, and where the next one starts.
    Complete {
        end: usize,
        next: usize,
        fault: Option<Fault>,
    },
    /// It does not end in this text.
    Incomplete,
    /// A quote is opened and not closed within the limit, or at all.
    Open,
}

impl Tokenizer {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self {
            dialect: Bytes {
                delimiter: byte(dialect.delimiter),
                quote: byte(dialect.quote),
                comment: byte(dialect.comment),
                has_backslash: dialect.escape == Escape::Backslash,
            },
            rest: String::new(),
            spans: Vec::new(),
            unescaped: String::new(),
            line: 1,
            is_overlong: false,
            is_cut: false,
        }
    }

    /// The text ends in the middle of its last record.
    pub(crate) const fn cut(&mut self) {
        self.is_cut = true;
    }

    /// Passes on each record that is complete with this piece.
    pub(crate) fn push(&mut self, text: &str, mut each: impl FnMut(&Record<'_>)) {
        let mut rest = std::mem::take(&mut self.rest);
        rest.push_str(text);
        let done = self.divide(&rest, false, &mut each);
        rest.drain(..done);
        self.rest = rest;
    }

    /// Passes on the records of the text that is left.
    pub(crate) fn finish(&mut self, mut each: impl FnMut(&Record<'_>)) {
        let mut rest = std::mem::take(&mut self.rest);
        // The end-of-file mark of DOS, unless it stands in a line of its own: that is an empty record.
        if rest.ends_with('\u{1a}') && !rest.trim_end_matches('\u{1a}').ends_with(['\n', '\r']) {
            rest.truncate(rest.trim_end_matches('\u{1a}').len());
        }
        self.divide(&rest, true, &mut each);
    }

    /// Passes on the records at the start of a text, and returns where the first one starts that is not
    /// complete.
    fn divide(&mut self, text: &str, is_last: bool, each: &mut impl FnMut(&Record<'_>)) -> usize {
        let mut start = 0;
        while start < text.len() {
            if self.is_overlong {
                start = self.skip_overlong(text, start, is_last);
                continue;
            }
            let is_comment = self.dialect.comment != 0
                && text.as_bytes().get(start) == Some(&self.dialect.comment);
            let mut attempt = if is_comment {
                self.read_line(text, start, is_last)
            } else {
                self.read(text, start, is_last)
            };
            if matches!(attempt, Attempt::Open) {
                // The line alone is damaged: the rows below are whole.
                attempt = match self.read_line(text, start, is_last) {
                    Attempt::Complete { end, next, .. } => Attempt::Complete {
                        end,
                        next,
                        fault: Some(Fault::OpenQuote),
                    },
                    other => other,
                };
            }
            let Attempt::Complete { end, next, fault } = attempt else {
                if text.len() - start <= MOST_BYTES {
                    return start;
                }
                self.pass_on(
                    text,
                    start,
                    floor(text, start + 200),
                    Some(Fault::TooLong { limit: MOST_BYTES }),
                    each,
                );
                self.is_overlong = true;
                continue;
            };
            let is_cut = self.is_cut && next == text.len() && end == next;
            let fault = if is_cut { Some(Fault::CutShort) } else { fault };
            self.pass_on(text, start, end, fault, each);
            // Only a quoted field contains line ends.
            self.line += if self.spans.iter().any(|span| span.is_quoted) {
                lines(text.get(start..next).unwrap_or_default())
            } else {
                1
            };
            start = next;
        }
        text.len()
    }

    fn pass_on(
        &self,
        text: &str,
        start: usize,
        end: usize,
        fault: Option<Fault>,
        each: &mut impl FnMut(&Record<'_>),
    ) {
        each(&Record {
            line: self.line,
            raw: text.get(start..end).unwrap_or_default(),
            fields: &Fields {
                text,
                unescaped: &self.unescaped,
                spans: &self.spans,
            },
            fault,
        });
    }

    /// Skips a record that was too long, up to its line end.
    fn skip_overlong(&mut self, text: &str, start: usize, is_last: bool) -> usize {
        match self.read_line(text, start, is_last) {
            Attempt::Complete { next, .. } => {
                self.is_overlong = false;
                self.line += 1;
                next
            }
            _ => text.len(),
        }
    }

    /// Reads the record that starts here as one line of one field.
    fn read_line(&mut self, text: &str, start: usize, is_last: bool) -> Attempt {
        self.spans.clear();
        let bytes = text.as_bytes().get(start..).unwrap_or_default();
        let end = memchr::memchr2(b'\n', b'\r', bytes).map_or(text.len(), |at| start + at);
        self.spans.push(Span {
            start,
            end,
            is_quoted: false,
            is_unescaped: false,
        });
        end_of_line(text, end, is_last, None)
    }

    /// Reads the record that starts here.
    fn read(&mut self, text: &str, start: usize, is_last: bool) -> Attempt {
        self.spans.clear();
        self.unescaped.clear();
        let Bytes {
            delimiter, quote, ..
        } = self.dialect;
        let bytes = text.as_bytes();
        let mut fault = None;
        let mut at = start;
        loop {
            // Blanks before a quote are not part of the field.
            let opens = at + blanks(bytes, at, delimiter);
            let end = if quote != 0 && bytes.get(opens) == Some(&quote) {
                match self.read_quoted(text, opens + 1, is_last) {
                    Quoted::Closed {
                        end,
                        has_text_after,
                    } => {
                        if has_text_after {
                            fault = fault.or(Some(Fault::TextAfterQuote));
                        }
                        end
                    }
                    Quoted::Incomplete => return Attempt::Incomplete,
                    Quoted::Open => return Attempt::Open,
                }
            } else {
                let end = end_of_field(bytes, at, delimiter).unwrap_or(text.len());
                self.spans.push(Span {
                    start: at,
                    end,
                    is_quoted: false,
                    is_unescaped: false,
                });
                end
            };
            match bytes.get(end) {
                Some(byte) if *byte == delimiter && delimiter != 0 => at = end + 1,
                _ => return end_of_line(text, end, is_last, fault),
            }
        }
    }

    /// Reads a quoted field; its text starts here.
    fn read_quoted(&mut self, text: &str, start: usize, is_last: bool) -> Quoted {
        let Bytes {
            delimiter,
            quote,
            has_backslash,
            ..
        } = self.dialect;
        let bytes = text.as_bytes();
        let escape = if has_backslash { b'\\' } else { quote };
        // Where the text without escapes starts, once there is an escape.
        let mut unescaped = None;
        let mut copied = start;
        let mut at = start;
        let closed = loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let Some(found) = memchr::memchr2(quote, escape, rest).map(|offset| at + offset) else {
                let is_too_long = text.len() - start > MOST_QUOTED;
                return if is_last || is_too_long {
                    Quoted::Open
                } else {
                    Quoted::Incomplete
                };
            };
            if found - start > MOST_QUOTED {
                return Quoted::Open;
            }
            let following = bytes.get(found + 1).copied();
            let is_backslash = has_backslash && bytes.get(found) == Some(&b'\\');
            let is_escape = if is_backslash {
                following == Some(quote) || following == Some(b'\\')
            } else {
                !has_backslash && following == Some(quote)
            };
            if following.is_none() && !is_last {
                return Quoted::Incomplete;
            }
            if is_escape {
                unescaped.get_or_insert(self.unescaped.len());
                self.unescaped
                    .push_str(text.get(copied..found).unwrap_or_default());
                copied = found + 1;
                at = found + 2;
            } else if is_backslash {
                at = found + 1;
            } else {
                break found;
            }
        };
        let span = match unescaped {
            None => Span {
                start,
                end: closed,
                is_quoted: true,
                is_unescaped: false,
            },
            Some(start) => {
                self.unescaped
                    .push_str(text.get(copied..closed).unwrap_or_default());
                Span {
                    start,
                    end: self.unescaped.len(),
                    is_quoted: true,
                    is_unescaped: true,
                }
            }
        };
        self.spans.push(span);
        let after = closed + 1;
        let end = match end_of_field(bytes, after, delimiter) {
            Some(end) => end,
            None if is_last => text.len(),
            None => return Quoted::Incomplete,
        };
        let has_text_after = text
            .get(after..end)
            .is_some_and(|text| text.bytes().any(|byte| byte != b' ' && byte != b'\t'));
        Quoted::Closed {
            end,
            has_text_after,
        }
    }
}

/// The next delimiter or line end from here on.
fn end_of_field(bytes: &[u8], from: usize, delimiter: u8) -> Option<usize> {
    let rest = bytes.get(from..).unwrap_or_default();
    let is_end =
        |byte: &u8| *byte == b'\n' || *byte == b'\r' || *byte == delimiter && delimiter != 0;
    rest.iter().position(is_end).map(|length| from + length)
}

/// A record ends here, before its line end.
fn end_of_line(text: &str, end: usize, is_last: bool, fault: Option<Fault>) -> Attempt {
    let bytes = text.as_bytes();
    let next = match (bytes.get(end), bytes.get(end + 1)) {
        (Some(b'\r'), Some(b'\n')) => end + 2,
        // Whether a line feed follows is not known yet.
        (Some(b'\r'), None) if !is_last => return Attempt::Incomplete,
        (Some(b'\r' | b'\n'), _) => end + 1,
        (None, _) if is_last => end,
        _ => return Attempt::Incomplete,
    };
    Attempt::Complete { end, next, fault }
}

/// How a quoted field ends.
enum Quoted {
    /// Before the delimiter or the line end that stands here.
    Closed {
        end: usize,
        has_text_after: bool,
    },
    Incomplete,
    Open,
}

fn byte(character: Option<char>) -> u8 {
    character
        .and_then(|character| u8::try_from(character).ok())
        .filter(u8::is_ascii)
        .unwrap_or(0)
}

/// The number of blanks from here on; none if the delimiter is one.
fn blanks(bytes: &[u8], at: usize, delimiter: u8) -> usize {
    if delimiter == b' ' {
        return 0;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().take_while(|byte| **byte == b' ').count()
}

/// How many lines end in a text.
fn lines(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let ends = memchr::memchr2_iter(b'\n', b'\r', bytes)
        .filter(|at| bytes.get(*at) == Some(&b'\n') || bytes.get(*at + 1) != Some(&b'\n'));
    ends.count() as u64
}

/// The last place up to here where a character starts.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
