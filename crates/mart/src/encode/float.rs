//! Floating-point numbers as the shortest text that reads back to the same bits. It must not know
//! a format: NaN and the infinities are for whoever asks.

use crate::digits;

/// Appends a number as `ryu` writes it.
#[inline]
pub(super) fn float(value: f64, out: &mut Vec<u8>) {
    if digits::room::<ROOM>(out, |room| short(value, 0, room)).is_none() {
        out.extend_from_slice(ryu::Buffer::new().format(value).as_bytes());
    }
}

/// Room for a minus, eight digits, a point and two more.
const ROOM: usize = 12;

/// Puts a number into a room, if it is an amount in whole cents below a hundred million, which most
/// numbers of a mart are; and returns where it ends. `ryu` takes six times as long.
#[inline]
pub(super) fn short(value: f64, at: usize, room: &mut [u8]) -> Option<usize> {
    let cents = cents(value)?;
    digits::put([b'-'], at, room)?;
    let at = at + usize::from(cents < 0);
    let cents = cents.unsigned_abs();
    let point = digits::short((cents / 100).cast_signed(), at, room)?;
    let [tens, ones] = [cents / 10, cents].map(|digits| b'0' + (digits % 10).to_le_bytes()[0]);
    digits::put([b'.', tens, ones], point, room)?;
    Some(point + 2 + usize::from(ones > b'0'))
}

/// The number in hundredths, if that is what it is.
///
/// The quotient of two whole numbers is rounded as the text of it would be when it is read; and two
/// texts of up to 15 digits are never one number, so there is no shorter text for it.
#[inline]
fn cents(value: f64) -> Option<i64> {
    let cents = (value * 100.0).round_ties_even();
    #[expect(clippy::float_cmp, reason = "to the bit")]
    // Zero has a sign, which a whole number has not.
    let is_whole = cents != 0.0 && cents.abs() < 1e15 && cents / 100.0 == value;
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and small")]
    is_whole.then_some(cents as i64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn written(value: f64) -> String {
        let mut out = Vec::new();
        float(value, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[rstest]
    #[case(0.0, "0.0")]
    #[case(-0.0, "-0.0")]
    #[case(0.01, "0.01")]
    #[case(-0.1, "-0.1")]
    #[case(0.001, "0.001")]
    #[case(229.99, "229.99")]
    #[case(1200.0, "1200.0")]
    #[case(1.005, "1.005")]
    #[case(0.1 + 0.2, "0.30000000000000004")]
    #[case(9_999_999_999_999.99, "9999999999999.99")]
    #[case(1e13, "10000000000000.0")]
    #[case(1e300, "1e300")]
    #[case(5e-324, "5e-324")]
    #[case(f64::NAN, "NaN")]
    #[case(f64::NEG_INFINITY, "-inf")]
    fn a_float(#[case] value: f64, #[case] expected: &str) {
        assert_eq!(written(value), expected);
    }

    proptest! {
        #[test]
        fn every_float_is_as_ryu_writes_it(
            any in any::<f64>(),
            cents in -2_000_000_000_000_000_i64..2_000_000_000_000_000,
            bits in -2_i64..=2,
        ) {
            #[expect(clippy::cast_precision_loss, reason = "what is near is as good")]
            let amount = cents as f64 / 100.0;
            let near = f64::from_bits(amount.to_bits().wrapping_add_signed(bits));
            for value in [any, amount, near] {
                let mut ryu = ryu::Buffer::new();
                prop_assert_eq!(written(value), ryu.format(value));
            }
        }
    }
}
