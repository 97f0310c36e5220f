//! What DuckDB's messages say in numbers. It must not know what a message is about.

/// The number right after these words, where they first stand in a message.
pub(crate) fn number_after(message: &str, words: &str) -> Option<u64> {
    let (_, after) = message.split_once(words)?;
    let digits = after.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}
