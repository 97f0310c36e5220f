//! What a zip leaves out: the items that DuckDB cannot read, each with its reason. A zip of everything
//! else is better than none. It must not know how a zip is made.

use super::alert::{Alert, Remedy};

/// The path in a zip of the list of what is not in it.
pub(super) const PATH: &str = "left_out.txt";

/// An item that is not in the zip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LeftOut {
    /// Its place among the items.
    pub(super) at: usize,
    /// Its name on the page.
    pub(super) item: String,
    /// What DuckDB says.
    pub(super) reason: String,
}

/// The text that stands in the zip in place of the items.
pub(super) fn text(left_out: &[LeftOut]) -> String {
    let lines = left_out
        .iter()
        .map(|LeftOut { item, reason, .. }| format!("{item}: {reason}\n"));
    let head = "Not in this zip, since DuckDB cannot read it:\n\n".to_owned();
    std::iter::once(head).chain(lines).collect()
}

/// The alert after such a zip is saved; `None` where nothing is left out.
pub(super) fn alert(file_name: &str, left_out: &[LeftOut]) -> Option<Alert> {
    let names: Vec<_> = left_out.iter().map(|one| one.item.as_str()).collect();
    if names.is_empty() {
        return None;
    }
    let places = left_out
        .iter()
        .map(|LeftOut { item, reason, .. }| format!("{item}: {reason}"));
    Some(Alert {
        title: format!("{file_name} was saved without {}", names.join(", ")),
        message: format!(
            "DuckDB cannot read what was left out. {PATH} in the zip has the same list; everything else is there."
        ),
        places: places.collect(),
        engine_message: None,
        remedy: Remedy::Dismiss,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_named_with_its_reason() {
        let left_out = [LeftOut {
            at: 0,
            item: "orders_ext".to_owned(),
            reason: "IO Error: No files found".to_owned(),
        }];
        assert_eq!(
            text(&left_out),
            "Not in this zip, since DuckDB cannot read it:\n\norders_ext: IO Error: No files found\n"
        );
        let alert = alert("a.zip", &left_out).expect("an alert");
        assert_eq!(alert.title, "a.zip was saved without orders_ext");
        assert_eq!(alert.places, ["orders_ext: IO Error: No files found"]);
        assert_eq!(super::alert("a.zip", &[]), None);
    }
}
