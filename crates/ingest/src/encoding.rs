//! Bytes become text. It must not know what the text is.

use std::fmt;

use chardetng::EncodingDetector;
use encoding_rs::{CoderResult, UTF_8, UTF_16BE, UTF_16LE};
use serde::{Deserialize, Serialize};

/// An encoding of text, by the name that the web gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Encoding(String);

impl Encoding {
    /// The usual one.
    #[must_use]
    pub fn utf_8() -> Self {
        Self::named("UTF-8")
    }

    /// The encoding of a name, such as `windows-1252`. A name that nobody knows means UTF-8.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }

    fn of(encoding: &'static encoding_rs::Encoding) -> Self {
        Self(encoding.name().to_owned())
    }

    fn encoding(&self) -> &'static encoding_rs::Encoding {
        encoding_rs::Encoding::for_label(self.0.as_bytes()).unwrap_or(UTF_8)
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How an encoding was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// A mark at the start of the file, or several.
    Mark(usize),
    /// Every second byte is zero.
    Zeros,
    /// All bytes are UTF-8.
    Valid,
    /// All bytes are ASCII.
    Ascii,
    /// The letters are those of a language.
    Letters,
}

/// The encoding of a file, by samples of it. The first sample is its start.
pub(crate) fn detect(start: &[u8], others: &[&[u8]]) -> (Encoding, Sign) {
    if start.starts_with(b"\xef\xbb\xbf") {
        let marks = start
            .chunks(3)
            .take_while(|bytes| *bytes == b"\xef\xbb\xbf");
        return (Encoding::of(UTF_8), Sign::Mark(marks.count()));
    }
    if start.starts_with(b"\xff\xfe") {
        return (Encoding::of(UTF_16LE), Sign::Mark(1));
    }
    if start.starts_with(b"\xfe\xff") {
        return (Encoding::of(UTF_16BE), Sign::Mark(1));
    }
    if let Some(encoding) = by_zeros(start) {
        return (encoding, Sign::Zeros);
    }
    let samples = || std::iter::once(start).chain(others.iter().copied());
    if samples().all(<[u8]>::is_ascii) {
        return (Encoding::of(UTF_8), Sign::Ascii);
    }
    if is_utf8(start) && others.iter().all(|sample| is_utf8(from_character(sample))) {
        return (Encoding::of(UTF_8), Sign::Valid);
    }
    // Some damage in a file of UTF-8 does not make it a file of something else.
    if has_more_utf8(start) {
        return (Encoding::of(UTF_8), Sign::Valid);
    }
    let mut detector = EncodingDetector::new();
    for sample in samples() {
        detector.feed(sample, false);
    }
    detector.feed(b"", true);
    (Encoding::of(detector.guess(None, false)), Sign::Letters)
}

/// UTF-16 without a mark: text in Latin letters has a zero in each second byte.
fn by_zeros(start: &[u8]) -> Option<Encoding> {
    let start = start.get(..start.len().min(4096))?;
    let zeros = |offset: usize| {
        start
            .iter()
            .skip(offset)
            .step_by(2)
            .filter(|byte| **byte == 0)
    };
    let (even, odd) = (zeros(0).count(), zeros(1).count());
    let half = start.len() / 2;
    if start.len() < 4 {
        None
    } else if odd * 2 > half && even * 10 < half {
        Some(Encoding::of(UTF_16LE))
    } else if even * 2 > half && odd * 10 < half {
        Some(Encoding::of(UTF_16BE))
    } else {
        None
    }
}

/// Whether a sample is UTF-8; its end may go through a character.
fn is_utf8(sample: &[u8]) -> bool {
    match std::str::from_utf8(sample) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    }
}

/// Whether most of what is not ASCII is UTF-8.
fn has_more_utf8(sample: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in sample.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 0 && good >= 2 * bad
}

/// A sample without the end of a character that its start goes through.
fn from_character(sample: &[u8]) -> &[u8] {
    let middle = sample.iter().take_while(|byte| **byte & 0xc0 == 0x80);
    sample.get(middle.count().min(3)..).unwrap_or_default()
}

/// Text from bytes that come in pieces.
pub(crate) struct Decoder {
    decoder: encoding_rs::Decoder,
    is_start: bool,
}

impl Decoder {
    pub(crate) fn new(encoding: &Encoding) -> Self {
        Self {
            decoder: encoding.encoding().new_decoder_with_bom_removal(),
            is_start: true,
        }
    }

    /// Appends the text of a piece. Bytes that are no text become the replacement character.
    pub(crate) fn decode(&mut self, bytes: &[u8], is_last: bool, text: &mut String) {
        let from = text.len();
        let mut rest = bytes;
        loop {
            let needed = self
                .decoder
                .max_utf8_buffer_length(rest.len())
                .unwrap_or(rest.len() * 3 + 16);
            text.reserve(needed);
            let (result, read, _) = self.decoder.decode_to_string(rest, text, is_last);
            rest = rest.get(read..).unwrap_or_default();
            if result == CoderResult::InputEmpty {
                break;
            }
        }
        if self.is_start && text.len() > from {
            self.is_start = false;
            // The decoder removes one mark; some programs write two.
            let marks = text.get(from..).unwrap_or_default();
            let length = marks.len() - marks.trim_start_matches('\u{feff}').len();
            text.drain(from..from + length);
        }
    }
}
