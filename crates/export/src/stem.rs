//! File names from names with any characters. It must not know of formats.

/// The maximum length in bytes. With an extension and a number, every system still accepts the name.
const MOST_BYTES: usize = 200;

/// Names that Windows reserves for devices, in any case and with any extension.
const DEVICES: [&str; 4] = ["CON", "PRN", "AUX", "NUL"];
/// The same, when a digit follows.
const PORTS: [&str; 2] = ["COM", "LPT"];

/// A name for a file, without an extension: the given name, with the characters replaced that some
/// system does not accept.
///
/// ```
/// use export::file_stem;
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

/// A [name](file_stem) for each of several files, all different. Names are the same if `folded` makes
/// them equal, because many systems ignore case.
///
/// ```
/// use export::file_stems;
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
