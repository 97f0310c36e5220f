//! Names for files, from names that may hold anything. It must not know of formats.

/// A name for the file of each of these tables or answers, without an ending: their own names as
/// far as every system takes them, and no name twice.
///
/// ```
/// let names = ["dim_date", "a/b", "A:B", ".."];
/// assert_eq!(mart::encode::file_stems(names), ["dim_date", "a_b", "A_B 2", "__"]);
/// ```
#[must_use]
pub fn file_stems<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut stems = Vec::<String>::new();
    for name in names {
        let stem = one(name);
        // Where upper and lower case are one, two files would be.
        let is_taken = |name: &str| {
            let mut taken = stems.iter();
            taken.any(|taken| taken.to_lowercase() == name.to_lowercase())
        };
        let mut unique = stem.clone();
        let mut number = 1;
        while is_taken(&unique) {
            number += 1;
            unique = format!("{stem} {number}");
        }
        stems.push(unique);
    }
    stems
}

fn one(name: &str) -> String {
    let is_refused = |c: char| c.is_control() || r#"/\:*?"<>|"#.contains(c);
    let stem = name.replace(is_refused, "_");
    if stem.chars().all(|c| c == '.') {
        stem.replace('.', "_")
    } else {
        stem
    }
}
