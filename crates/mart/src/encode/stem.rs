//! Names for files, from names that may hold anything. It must not know of formats.

/// Bytes of a name at most: with an ending and a number it is still one that every system takes.
const MOST_BYTES: usize = 200;

/// Names that Windows keeps for devices, whatever their case and whatever ending they have.
const DEVICES: [&str; 4] = ["CON", "PRN", "AUX", "NUL"];
/// The same with a digit behind them.
const PORTS: [&str; 2] = ["COM", "LPT"];

/// A name for a file, without an ending: its own name as far as every system takes it.
///
/// ```
/// use mart::encode::file_stem;
///
/// assert_eq!(file_stem("dim_date"), "dim_date");
/// assert_eq!(file_stem("a/b: \"c\" "), "a_b_ _c__");
/// assert_eq!(["..", "aux", "Com1.csv", ""].map(file_stem), ["._", "aux_", "Com1.csv_", "_"]);
/// ```
#[must_use]
pub fn file_stem(name: &str) -> String {
    let is_refused = |c: char| c.is_control() || r#"/\:*?"<>|"#.contains(c);
    let mut stem = name.replace(is_refused, "_");
    stem.truncate(stem.floor_char_boundary(MOST_BYTES));
    if stem.ends_with(['.', ' ']) {
        stem.pop();
        stem.push('_');
    }
    let device = stem.split('.').next().unwrap_or_default();
    let is_device = |known: &&str| device.eq_ignore_ascii_case(known);
    let is_port = |known: &&str| {
        device
            .strip_suffix(|c: char| c.is_ascii_digit())
            .is_some_and(|name| name.eq_ignore_ascii_case(known))
    };
    if stem.is_empty() || DEVICES.iter().any(is_device) || PORTS.iter().any(is_port) {
        stem.push('_');
    }
    stem
}

/// The same for each of these tables or answers, and no name twice. Names are one where `folded` makes
/// them one: to many systems they are, whatever their case.
///
/// ```
/// use mart::encode::file_stems;
///
/// let names = ["dim_date", "a/b", "A:B", "a_b"];
/// assert_eq!(file_stems(names, str::to_lowercase), ["dim_date", "a_b", "A_B 2", "a_b 3"]);
/// ```
#[must_use]
pub fn file_stems<'a>(
    names: impl IntoIterator<Item = &'a str>,
    folded: impl Fn(&str) -> String,
) -> Vec<String> {
    let mut stems = Vec::<String>::new();
    let mut taken = Vec::<String>::new();
    for name in names {
        let stem = file_stem(name);
        let mut unique = stem.clone();
        let mut number = 1;
        while taken.contains(&folded(&unique)) {
            number += 1;
            unique = format!("{stem} {number}");
        }
        taken.push(folded(&unique));
        stems.push(unique);
    }
    stems
}
