//! Short texts, whole numbers above all: eight digits at a time. It must not know what the numbers
//! mean.
//!
//! In WebAssembly a copy whose length is not known beforehand is a call, which takes longer than the
//! digits of a number do; and each text that is appended to a vector waits for the one before, whose
//! length is in memory. So a short text, or a few of them, is put into a [`room`] that is larger, and
//! what was not meant is taken back.

/// Appends what is put into a room of so many bytes: of it, as many as are said to be meant. `None`
/// leaves nothing.
#[inline]
pub(crate) fn room<const SIZE: usize>(
    out: &mut Vec<u8>,
    put: impl FnOnce(&mut [u8; SIZE]) -> Option<usize>,
) -> Option<()> {
    let start = out.len();
    out.extend_from_slice(&[0; SIZE]);
    let length = out.last_chunk_mut().and_then(put);
    out.truncate(start + length.unwrap_or(0));
    length.map(drop)
}

/// Puts a text into a room, if it fits.
#[inline]
pub(crate) fn put<const LENGTH: usize>(
    text: [u8; LENGTH],
    at: usize,
    room: &mut [u8],
) -> Option<()> {
    *room.get_mut(at..)?.first_chunk_mut()? = text;
    Some(())
}

/// Puts a number of up to eight digits into a room, and returns where it ends.
#[inline]
pub(crate) fn short(number: i64, at: usize, room: &mut [u8]) -> Option<usize> {
    let is_negative = number < 0;
    let Ok(number @ 0..EIGHT) = u32::try_from(number.unsigned_abs()) else {
        return None;
    };
    put([b'-'], at, room)?;
    let at = at + usize::from(is_negative);
    let digits = split(number);
    let zeros = (digits.trailing_zeros() / 8).min(7);
    let text = (digits | ZEROS) >> (8 * zeros);
    put(text.to_le_bytes(), at, room)?;
    Some(at + 8 - zeros as usize)
}

/// Room for a minus and eight digits.
const ROOM: usize = 9;

/// Appends a number.
#[inline]
pub(crate) fn signed(number: i64, out: &mut Vec<u8>) {
    if room::<ROOM>(out, |room| short(number, 0, room)).is_none() {
        if number < 0 {
            out.push(b'-');
        }
        long(number.unsigned_abs(), out);
    }
}

/// Appends a number.
#[inline]
pub(crate) fn unsigned(number: u64, out: &mut Vec<u8>) {
    match i64::try_from(number) {
        Ok(number) => signed(number, out),
        Err(_) => long(number, out),
    }
}

/// The first number of more than eight digits.
const EIGHT: u32 = 100_000_000;

/// Appends a number of more than eight digits.
#[inline]
fn long(number: u64, out: &mut Vec<u8>) {
    let eight = u64::from(EIGHT);
    unsigned(number / eight, out);
    #[expect(clippy::cast_possible_truncation, reason = "it has eight digits")]
    let rest = (number % eight) as u32;
    out.extend_from_slice(&eight_digits(rest).to_le_bytes());
}

/// The eight digits of a number that has no more, as text: the first in the lowest byte.
#[inline]
pub(crate) const fn eight_digits(number: u32) -> u64 {
    split(number) | ZEROS
}

/// The digit 0 in every byte.
const ZEROS: u64 = 0x3030_3030_3030_3030;

/// The eight digits of a number, one in each byte, the first one in the lowest: halves are split
/// until they are digits, all at once, dividing by products that are exact for so small numbers.
#[inline]
const fn split(number: u32) -> u64 {
    let fours = (number / 10_000) as u64 | (((number % 10_000) as u64) << 32);
    let hundreds = ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let twos = hundreds | ((fours - 100 * hundreds) << 16);
    let tens = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | ((twos - 10 * tens) << 8)
}

/// A text that is written often.
pub(crate) struct Phrase {
    blocks: Vec<[u8; Self::BLOCK]>,
    length: usize,
}

impl Phrase {
    /// As many bytes as are written at once: most names fit.
    pub(crate) const BLOCK: usize = 32;

    pub(crate) fn new(text: &[u8]) -> Self {
        let block = |part: &[u8]| {
            let mut block = [0; Self::BLOCK];
            block
                .iter_mut()
                .zip(part)
                .for_each(|(to, from)| *to = *from);
            block
        };
        Self {
            blocks: text.chunks(Self::BLOCK).map(block).collect(),
            length: text.len(),
        }
    }

    #[inline]
    pub(crate) fn append(&self, out: &mut Vec<u8>) {
        let end = out.len() + self.length;
        for block in &self.blocks {
            out.extend_from_slice(block);
        }
        out.truncate(end);
    }

    /// Puts it at the start of a room, if it is short, and returns where it ends.
    #[inline]
    pub(crate) fn put(&self, room: &mut [u8]) -> Option<usize> {
        let [block] = *self.blocks else {
            return None;
        };
        put(block, 0, room)?;
        Some(self.length)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = b"before ".to_vec();
        write(&mut out);
        String::from_utf8(out).unwrap().split_off(7)
    }

    #[test]
    fn every_number_of_four_digits_in_either_half() {
        for number in 0..10_000 {
            for number in [number, number * 10_000, number * 10_001] {
                assert_eq!(written(|out| unsigned(number, out)), number.to_string());
            }
        }
    }

    #[test]
    fn numbers_at_the_ends() {
        for number in [
            i64::MIN,
            i64::MIN + 1,
            -1,
            0,
            99_999_999,
            100_000_000,
            i64::MAX,
        ] {
            assert_eq!(written(|out| signed(number, out)), number.to_string());
        }
        assert_eq!(written(|out| unsigned(u64::MAX, out)), u64::MAX.to_string());
    }

    proptest! {
        #[test]
        fn any_number(number in any::<i64>(), shift in 0..64) {
            let number = number >> shift;
            prop_assert_eq!(written(|out| signed(number, out)), number.to_string());
        }

        #[test]
        fn any_phrase(text in any::<String>()) {
            let phrase = Phrase::new(text.as_bytes());
            prop_assert_eq!(written(|out| phrase.append(out)), text);
        }
    }
}
