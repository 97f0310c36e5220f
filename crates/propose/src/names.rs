//! What the name of a column or a table says: its words, and how well those of one name mean another. It must
//! not know any data.

use std::fmt;

use crate::vocabulary::List;

/// Endings that do the same without a separator before them: `custkey`.
const GLUED: [&str; 6] = ["key", "code", "number", "nummer", "uuid", "id"];

/// A name as words, without those that only say that it is an identifier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    /// What it is about, in its order, in the singular and in small letters.
    pub(crate) content: Vec<String>,
    /// Whether a word says that it identifies something.
    pub(crate) is_id: bool,
    /// Whether the last word is a plural: `orders` counts them.
    pub(crate) is_plural: bool,
}

impl Words {
    /// The words of a column's name.
    pub(crate) fn of_column(name: &str) -> Self {
        let mut words = Self::default();
        let all = split(name);
        let is_count = all.len() > 1 && all.first().is_some_and(|first| List::Counts.has(first));
        for word in all.iter().skip(usize::from(is_count)) {
            if List::Ids.has(word) {
                words.is_id = true;
            } else if let Some(rest) = glued(word) {
                words.is_id = true;
                words.content.push(singular(rest));
            } else if !List::Joints.has(word) {
                words.content.push(singular(word));
            }
        }
        if is_count {
            words.content.push("count".to_owned());
        }
        words.is_plural = all.last().is_some_and(|last| singular(last) != *last);
        words
    }

    /// The words of a table's name.
    pub(crate) fn of_table(name: &str) -> Vec<String> {
        let words: Vec<_> = split(name).iter().map(|word| singular(word)).collect();
        let kept: Vec<_> = words
            .iter()
            .filter(|word| !List::Fillers.has(word))
            .cloned()
            .collect();
        if kept.is_empty() { words } else { kept }
    }

    /// What the author of a table calls it in its name, `dim_customer` or `FactSales`: whether it is a fact.
    pub(crate) fn authors_role(name: &str) -> Option<bool> {
        split(name).iter().find_map(|word| {
            if List::AuthorsFacts.has(word) {
                Some(true)
            } else {
                List::AuthorsDimensions.has(word).then_some(false)
            }
        })
    }

    /// Whether it is the number of a line, as `line_number` is; `line_total` is none.
    pub(crate) fn is_line_number(&self) -> bool {
        let last = self.content.last();
        last.is_some_and(|last| List::LineNumbers.has(last))
    }

    /// Whether one of them is a word of this list.
    pub(crate) fn has(&self, list: List) -> bool {
        self.content.iter().any(|word| list.has(word))
    }

    /// Without the prefix that all columns of the table have.
    pub(crate) fn without(mut self, prefix: Option<&str>) -> Self {
        if prefix.is_some() && self.content.first().map(String::as_str) == prefix {
            self.content.remove(0);
        }
        self
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.content.join(" "))
    }
}

/// What is identified by a word that ends with a word for identifiers.
fn glued(word: &str) -> Option<&str> {
    if List::NoIds.has(word) {
        return None;
    }
    GLUED.iter().find_map(|end| {
        let least = if *end == "id" { 4 } else { 3 };
        word.strip_suffix(end).filter(|rest| rest.len() >= least)
    })
}

/// The first word of nearly all columns of a table: `ss_` of `ss_item_sk`, `ss_quantity`, ….
pub(crate) fn prefix<'n>(names: impl Iterator<Item = &'n str>) -> Option<String> {
    let firsts: Vec<_> = names
        .filter_map(|name| Words::of_column(name).content.into_iter().next())
        .collect();
    let first = firsts.first()?;
    let same = firsts.iter().filter(|word| *word == first).count();
    (firsts.len() >= 3 && same * 10 >= firsts.len() * 8).then(|| first.clone())
}

/// The parts of a name: between separators, at a change from small to capital letters, around digits.
fn split(name: &str) -> Vec<String> {
    let mut words = Vec::<String>::new();
    let mut word = String::new();
    let letters: Vec<char> = name.chars().collect();
    let mut before = ' ';
    for (at, letter) in letters.iter().copied().enumerate() {
        let next = letters.get(at + 1).copied().unwrap_or(' ');
        let starts = letter.is_uppercase()
            && (before.is_lowercase() || before.is_uppercase() && next.is_lowercase())
            || letter.is_ascii_digit() != before.is_ascii_digit();
        if (starts || !letter.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
        before = letter;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// An English noun in the singular.
fn singular(word: &str) -> String {
    for (plural, one) in [
        ("people", "person"),
        ("children", "child"),
        ("statuses", "status"),
        ("addresses", "address"),
    ] {
        if word == plural {
            return one.to_owned();
        }
    }
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() >= 2) {
        return format!("{stem}y");
    }
    // `movie` and `movies` have one form.
    if let Some(stem) = word.strip_suffix("ie").filter(|stem| stem.len() >= 2) {
        return format!("{stem}y");
    }
    for end in ["sses", "xes", "ches", "shes"] {
        if let Some(stem) = word.strip_suffix("es").filter(|_| word.ends_with(end)) {
            return stem.to_owned();
        }
    }
    let is_plural = word.len() > 3
        && word.ends_with('s')
        && !["ss", "us", "is", "as"]
            .iter()
            .any(|end| word.ends_with(end));
    word.strip_suffix('s')
        .filter(|_| is_plural)
        .unwrap_or(word)
        .to_owned()
}

/// How well one word means another: 1 for the same, less for an abbreviation, 0 for another word.
fn likeness(word: &str, full: &str) -> f64 {
    if word == full {
        return 1.0;
    }
    let (short, long) = if word.len() < full.len() {
        (word, full)
    } else {
        (full, word)
    };
    if short.len() >= 3 && long.starts_with(short) {
        return 0.9;
    }
    // A compound: `hauptlieferant` is a `lieferant`.
    let stems = (0..=2).filter_map(|cut| short.get(..short.len().checked_sub(cut)?));
    if short.len() >= 6
        && stems
            .clone()
            .any(|stem| stem.len() >= 6 && long.ends_with(stem))
    {
        return 0.85;
    }
    if short.len() >= 4 && long.ends_with(short) {
        return 0.75;
    }
    // `dept` for `department`: its letters, in their order.
    let mut letters = long.chars();
    let first = letters.next();
    let is_abbreviation = short.len() >= 3
        && short.chars().next() == first
        && short
            .chars()
            .skip(1)
            .all(|letter| letters.any(|other| other == letter));
    let has_vowels = short
        .chars()
        .filter(|letter| "aeiou".contains(*letter))
        .count()
        * 2
        > short.len();
    if is_abbreviation && !has_vowels && short.len() * 3 >= long.len() {
        return 0.8;
    }
    0.0
}

/// How well the words of a column mean what a key identifies, which is called `target`: from 0 to 1.
pub(crate) fn meaning(column: &Words, target: &[String]) -> f64 {
    let (Some(last), Some(head)) = (column.content.last(), target.last()) else {
        return 0.0;
    };
    let (joined, whole) = (column.content.concat(), target.concat());
    if joined == whole {
        return 1.0;
    }
    // `cdemo`: the first letters of the words before, and the last word.
    let initials: String = target
        .iter()
        .rev()
        .skip(1)
        .rev()
        .filter_map(|word| word.chars().next())
        .collect();
    let is_short_for = !initials.is_empty()
        && last
            .strip_prefix(&initials)
            .is_some_and(|rest| rest.len() >= 3 && head.starts_with(rest));
    if is_short_for {
        return 0.95;
    }
    let pairs: Vec<f64> = column
        .content
        .iter()
        .rev()
        .zip(target.iter().rev())
        .map(|(word, full)| likeness(word, full))
        .collect();
    let head_likeness = pairs.first().copied().unwrap_or(0.0);
    if head_likeness == 0.0 {
        // `manager_of_store`: the head stands elsewhere.
        let elsewhere = column.is_id && column.content.iter().any(|word| word == head);
        return if elsewhere && target.len() == 1 {
            0.5
        } else {
            0.0
        };
    }
    let matched = pairs.iter().fold(1.0, |all, one| all * one);
    match (matched > 0.0, column.content.len() >= target.len()) {
        // All words of the target, with the role in front of them.
        (true, true) if column.content.len() == target.len() => matched,
        (true, true) => matched * 0.9,
        // The head alone: `page` for `web page`.
        (true, false) => head_likeness * 0.7,
        (false, _) => head_likeness * 0.3,
    }
}

/// Whether a column names somebody by the part that they play in a table of people.
pub(crate) fn is_role_of(column: &Words, table: &[String]) -> bool {
    let people = table.last().is_some_and(|word| List::People.has(word));
    let last = column.content.last();
    people && last.is_some_and(|last| List::RolesOfPeople.has(last))
}

/// Whether a column refers to a row of its own table by its name.
pub(crate) fn is_of_the_same_table(column: &Words, table: &[String]) -> bool {
    column.has(List::OfTheSameTable) || is_role_of(column, table)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> Words {
        Words::of_column(name)
    }

    #[test]
    fn names_are_words() {
        let table: [(&str, &[&str], bool); 9] = [
            ("SupportRepId", &["support", "rep"], true),
            ("customer_id", &["customer"], true),
            ("c_custkey", &["c", "cust"], true),
            ("Categories", &["category"], false),
            ("l_linenumber", &["l", "line"], true),
            ("unpaid", &["unpaid"], false),
            ("HTTPStatus", &["http", "status"], false),
            ("Postal Code", &["postal"], true),
            ("address2", &["address", "2"], false),
        ];
        for (name, content, is_id) in table {
            let words = of(name);
            assert_eq!(
                (words.content.as_slice(), words.is_id),
                (
                    content
                        .iter()
                        .map(|word| (*word).to_owned())
                        .collect::<Vec<_>>()
                        .as_slice(),
                    is_id
                ),
                "{name}"
            );
        }
    }

    #[test]
    fn a_name_means_a_subject_more_or_less() {
        let target = |words: &[&str]| {
            words
                .iter()
                .map(|word| (*word).to_owned())
                .collect::<Vec<_>>()
        };
        let better = [
            ("customer_id", target(&["customer"]), 1.0, 1.0),
            ("bill_customer_sk", target(&["customer"]), 0.85, 0.95),
            ("cdemo_sk", target(&["customer", "demographic"]), 0.9, 1.0),
            ("bill_addr_sk", target(&["address"]), 0.7, 0.9),
            ("page_id", target(&["web", "page"]), 0.5, 0.8),
            ("catalog_page_id", target(&["web", "page"]), 0.1, 0.4),
            ("quantity", target(&["customer"]), 0.0, 0.0),
            ("ship_via", target(&["shipper"]), 0.85, 0.95),
            ("num_customers", target(&["customer"]), 0.0, 0.0),
        ];
        for (name, target, least, most) in better {
            let found = meaning(&of(name), &target);
            assert!(
                (least..=most).contains(&found),
                "{name} {target:?}: {found}"
            );
        }
    }
}
