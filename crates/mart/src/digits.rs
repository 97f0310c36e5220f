//! Whole numbers as digits, eight at a time, and short texts in front of them. It must not know what
//! the numbers mean.
//!
//! In WebAssembly a copy whose length is not known beforehand is a call, which takes longer than the
//! digits of a number do. So eight bytes are written each time, and those that were not meant are
//! taken back.

/// Appends a number.
#[inline]
pub(crate) fn signed(number: i64, out: &mut Vec<u8>) {
    if number < 0 {
        out.push(b'-');
    }
    unsigned(number.unsigned_abs(), out);
}

/// Appends a number.
#[inline]
pub(crate) fn unsigned(number: u64, out: &mut Vec<u8>) {
    match u32::try_from(number) {
        Ok(number @ 0..EIGHT) => first(number, out),
        _ => long(number, out),
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
    out.extend_from_slice(&(split(rest) | ZEROS).to_le_bytes());
}

/// Appends a number of up to eight digits, without zeros in front.
#[inline]
fn first(number: u32, out: &mut Vec<u8>) {
    let digits = split(number);
    let zeros = (digits.trailing_zeros() / 8).min(7);
    let text = (digits | ZEROS) >> (8 * zeros);
    let end = out.len() + 8 - zeros as usize;
    out.extend_from_slice(&text.to_le_bytes());
    out.truncate(end);
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

/// A short text that is written often.
pub(crate) struct Phrase {
    eights: Vec<[u8; 8]>,
    length: usize,
}

impl Phrase {
    pub(crate) fn new(text: &[u8]) -> Self {
        let eight = |part: &[u8]| {
            let mut eight = [0; 8];
            eight
                .iter_mut()
                .zip(part)
                .for_each(|(to, from)| *to = *from);
            eight
        };
        Self {
            eights: text.chunks(8).map(eight).collect(),
            length: text.len(),
        }
    }

    #[inline]
    pub(crate) fn append(&self, out: &mut Vec<u8>) {
        let end = out.len() + self.length;
        for eight in &self.eights {
            out.extend_from_slice(eight);
        }
        out.truncate(end);
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
