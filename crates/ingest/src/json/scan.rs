//! Divides the text of a JSON file into its elements, without reading their values: the items of an array,
//! or values one after the other. It must not know what the elements contain.

/// An element of the file.
pub(crate) struct Element<'a> {
    /// The line on which it starts, from 1.
    pub(crate) line: u64,
    /// Its text.
    pub(crate) text: &'a str,
    /// The file ends in the middle of it.
    pub(crate) is_cut: bool,
}

/// The most bytes of an element.
const MOST_BYTES: usize = 64 << 20;

/// Divides text that comes in pieces.
pub(crate) struct Scanner {
    container: Option<String>,
    place: Place,
    rest: String,
    /// Bytes of the rest that were looked at.
    seen: usize,
    /// Where the current element starts in the rest.
    start: Option<usize>,
    depth: usize,
    in_text: bool,
    is_escaped: bool,
    /// Where the text starts that may be a key of the outermost object.
    key_start: Option<usize>,
    last_key: String,
    line: u64,
    start_line: u64,
    lines: Lines,
    /// An element was longer than it may be: the rest of the file is not looked at.
    is_overlong: bool,
}

/// How values stand in lines.
#[derive(Default)]
struct Lines {
    /// The last value ended on the line on which it started.
    are_values: bool,
    /// The last byte was a line end.
    is_start: bool,
}

/// Where in the file the scanner is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the first value.
    Start,
    /// Among values one after the other.
    Values,
    /// In the array of the elements.
    Array,
    /// In the outermost object, before the array of the elements.
    Container,
    /// Behind the array.
    End,
}

impl Scanner {
    pub(crate) fn new(container: Option<String>) -> Self {
        Self {
            container,
            place: Place::Start,
            rest: String::new(),
            seen: 0,
            start: None,
            depth: 0,
            in_text: false,
            is_escaped: false,
            key_start: None,
            last_key: String::new(),
            line: 1,
            start_line: 1,
            lines: Lines::default(),
            is_overlong: false,
        }
    }

    /// Passes on each element that is complete with this piece.
    pub(crate) fn push(&mut self, text: &str, mut each: impl FnMut(&Element<'_>)) {
        if self.is_overlong {
            return;
        }
        self.rest.push_str(text);
        let rest = std::mem::take(&mut self.rest);
        let mut at = self.seen;
        while let Some(byte) = rest.as_bytes().get(at).copied() {
            self.step(&rest, at, byte, &mut each);
            at += 1;
        }
        self.seen = at;
        let kept = self.start.or(self.key_start).unwrap_or(at);
        self.rest = rest;
        self.rest.drain(..kept);
        self.seen -= kept;
        self.start = self.start.map(|start| start - kept);
        self.key_start = self.key_start.map(|start| start - kept);
        if self.rest.len() > MOST_BYTES {
            self.is_overlong = true;
        }
    }

    /// Passes on the last element. Returns whether the file is complete.
    pub(crate) fn finish(&mut self, mut each: impl FnMut(&Element<'_>)) -> bool {
        let rest = std::mem::take(&mut self.rest);
        if let Some(start) = self.start.take() {
            let is_scalar = self.depth == 0 && !self.in_text && self.place == Place::Values;
            each(&Element {
                line: self.start_line,
                text: rest.get(start..).unwrap_or_default().trim_end(),
                is_cut: !is_scalar,
            });
            return is_scalar;
        }
        matches!(self.place, Place::Values | Place::End | Place::Start) && !self.in_text
    }

    fn step(&mut self, text: &str, at: usize, byte: u8, each: &mut impl FnMut(&Element<'_>)) {
        if self.in_text {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => {
                    self.in_text = false;
                    if let Some(start) = self.key_start.take() {
                        text.get(start..at)
                            .unwrap_or_default()
                            .clone_into(&mut self.last_key);
                    }
                }
                // A line end in a text is damage: lines below are whole again.
                b'\n' if self.place == Place::Values => {
                    self.line += 1;
                    self.end_damaged(text, at, each);
                }
                b'\n' => self.line += 1,
                _ => {}
            }
            return;
        }
        if std::mem::take(&mut self.lines.is_start) && byte == b'{' {
            self.end_open_line(text, at, each);
        }
        // Another value follows the array.
        if self.place == Place::End
            && self.container.is_none()
            && !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',')
        {
            self.place = Place::Start;
            self.depth = 0;
        }
        match byte {
            b'\n' => {
                self.line += 1;
                self.end_scalar(text, at, each);
                self.lines.is_start = true;
            }
            // What is no JSON goes on to the end of its line.
            b' ' | b'\t' | b'\r' if matches!(self.place, Place::Start | Place::Values) => {}
            b' ' | b'\t' | b'\r' | b',' => self.end_scalar(text, at, each),
            b'"' => self.start_text(at),
            b'[' | b'{' => self.open(at, byte),
            b']' | b'}' => self.close(text, at, each),
            b':' => {}
            _ => self.start_scalar(at),
        }
    }

    fn start_text(&mut self, at: usize) {
        self.in_text = true;
        if self.place == Place::Container && self.depth == 1 {
            self.key_start = Some(at + 1);
        } else if self.depth == self.base() && self.is_among_elements() {
            self.begin(at);
        }
    }

    fn start_scalar(&mut self, at: usize) {
        if self.start.is_none() && self.depth == self.base() && self.is_among_elements() {
            self.begin(at);
        }
    }

    fn begin(&mut self, at: usize) {
        if self.place == Place::Start {
            self.place = Place::Values;
        }
        if self.start.is_none() {
            self.start = Some(at);
            self.start_line = self.line;
        }
    }

    const fn is_among_elements(&self) -> bool {
        matches!(self.place, Place::Start | Place::Values | Place::Array)
    }

    /// The depth of the elements.
    const fn base(&self) -> usize {
        match self.place {
            Place::Array if self.container.is_some() => 2,
            Place::Array => 1,
            _ => 0,
        }
    }

    fn open(&mut self, at: usize, byte: u8) {
        if self.place == Place::Start {
            if self.container.is_some() && byte == b'{' {
                self.place = Place::Container;
                self.depth = 1;
                return;
            }
            if byte == b'[' {
                self.place = Place::Array;
                self.depth = 1;
                return;
            }
        }
        let is_container = self.place == Place::Container
            && self.depth == 1
            && byte == b'['
            && self.container.as_ref() == Some(&self.last_key);
        if is_container {
            self.place = Place::Array;
            self.depth = 2;
            return;
        }
        if self.depth == self.base() && self.is_among_elements() {
            self.begin(at);
        }
        self.depth += 1;
    }

    fn close(&mut self, text: &str, at: usize, each: &mut impl FnMut(&Element<'_>)) {
        let base = self.base();
        if self.depth == base {
            self.end_scalar(text, at, each);
            match self.place {
                Place::Array => self.place = Place::End,
                // It closes nothing.
                Place::Start | Place::Values => {
                    self.begin(at);
                    self.end(text, at + 1, each);
                }
                Place::Container | Place::End => {}
            }
            return;
        }
        self.depth = self.depth.saturating_sub(1);
        if self.depth == base && self.start.is_some() {
            self.end(text, at + 1, each);
        }
    }

    /// A number or a word ends before this place; a text ends at it.
    fn end_scalar(&mut self, text: &str, at: usize, each: &mut impl FnMut(&Element<'_>)) {
        if self.depth == self.base() && self.start.is_some() {
            self.end(text, at, each);
        }
    }

    /// Where each value has a line of its own, one that is open when the next line starts like a value is damaged.
    fn end_open_line(&mut self, text: &str, at: usize, each: &mut impl FnMut(&Element<'_>)) {
        let is_open = self.place == Place::Values && self.depth > 0 && self.start.is_some();
        if is_open && self.lines.are_values {
            self.end_damaged(text, at, each);
        }
    }

    fn end(&mut self, text: &str, end: usize, each: &mut impl FnMut(&Element<'_>)) {
        if let Some(start) = self.start.take() {
            self.lines.are_values = self.line == self.start_line;
            each(&Element {
                line: self.start_line,
                text: text.get(start..end).unwrap_or_default().trim_end(),
                is_cut: false,
            });
        }
    }

    fn end_damaged(&mut self, text: &str, at: usize, each: &mut impl FnMut(&Element<'_>)) {
        self.end(text, at, each);
        self.depth = 0;
        self.in_text = false;
        self.is_escaped = false;
    }
}
