//! Floating-point numbers as the shortest text that reads back to the same bits. It must not know
//! a format: the caller handles NaN and the infinities.

use results::digits;

/// Appends a number, with the same text as `ryu`.
#[inline]
pub(super) fn float(value: f64, out: &mut Vec<u8>) {
    if digits::room::<ROOM>(out, |room| short(value, 0, room)).is_none() {
        out.extend_from_slice(ryu::Buffer::new().format(value).as_bytes());
    }
}

/// Room for a minus, eight digits, a point and two more digits.
const ROOM: usize = 12;

/// Puts an amount in whole cents below a hundred million into a room at a position, and returns the
/// position after it. Most numbers of a mart are such amounts, and `ryu` takes six times as long.
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

/// The number in hundredths, if it is a whole number of them.
///
/// Dividing the hundredths by 100 rounds to the same double as reading the text does. No two texts of
/// up to 15 digits are the same double, so no shorter text exists.
#[inline]
fn cents(value: f64) -> Option<i64> {
    let cents = (value * 100.0).round_ties_even();
    #[expect(clippy::float_cmp, reason = "the bits must be equal")]
    // Zero may have a sign, which a whole number does not have.
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
        fn every_float_has_the_text_of_ryu(
            any in any::<f64>(),
            cents in -2_000_000_000_000_000_i64..2_000_000_000_000_000,
            bits in -2_i64..=2,
        ) {
            #[expect(clippy::cast_precision_loss, reason = "a near value is as good for this test")]
            let amount = cents as f64 / 100.0;
            let near = f64::from_bits(amount.to_bits().wrapping_add_signed(bits));
            for value in [any, amount, near] {
                let mut ryu = ryu::Buffer::new();
                prop_assert_eq!(written(value), ryu.format(value));
            }
        }
    }
}
