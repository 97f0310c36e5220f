//! Finds the tables of a JSON file by its first elements. It must not read a whole file.

use std::collections::{BTreeMap, BTreeSet};

use super::{JsonPart, Scanner, Tree, flat, parse};

/// Elements that are looked at.
const MOST_ELEMENTS: usize = 2000;

/// A table of a file.
pub(crate) struct FoundTable {
    pub(crate) part: JsonPart,
    /// The name of the array; `None` for the table of the elements themselves.
    pub(crate) name: Option<String>,
    /// The values of each column, each with its line.
    pub(crate) values: Vec<Vec<(u64, flat::Cell<'static>)>>,
    /// Keys of the outermost object beside the arrays, whose values are in no table.
    pub(crate) ignored: Vec<String>,
}

/// The tables of a file, and whether its elements are one object a line.
pub(crate) fn understand(text: &str, is_whole: bool) -> Vec<FoundTable> {
    let elements = elements(text, is_whole, None);
    // One object that contains arrays of objects: those are the tables.
    let is_object = text.trim_start().starts_with('{');
    if let [(_, only @ Tree::Object(members))] = elements.as_slice()
        && is_whole
        && is_object
    {
        let arrays: Vec<_> = members
            .iter()
            .filter(|(_, value)| value.is_table())
            .map(|(key, _)| key.to_string())
            .collect();
        if !arrays.is_empty() && !has_scalars(only) {
            let others: Vec<_> = members
                .iter()
                .filter(|(key, _)| !arrays.iter().any(|array| array == key))
                .map(|(key, _)| key.to_string())
                .collect();
            let of_key = |key: String| {
                let mut found = tables(&self::elements(text, true, Some(&key)), Some(&key));
                for table in &mut found {
                    table.ignored.clone_from(&others);
                }
                found
            };
            return arrays.into_iter().flat_map(of_key).collect();
        }
    }
    if elements.is_empty() && !is_whole && is_object {
        let members = members(text);
        let (arrays, mut others): (Vec<_>, Vec<_>) =
            members.iter().partition(|member| member.is_table);
        let open = members.last().filter(|member| member.is_open);
        others.retain(|member| !member.is_open);
        let mut ignored: Vec<_> = others.iter().map(|member| member.key.clone()).collect();
        ignored.extend(open.map(|open| format!("what may follow {}", open.key)));
        let of_member = |member: &Member| {
            let key = Some(member.key.as_str());
            let mut found = tables(&self::elements(text, false, key), key);
            for table in &mut found {
                table.ignored.clone_from(&ignored);
            }
            found
        };
        return arrays.into_iter().flat_map(of_member).collect();
    }
    tables(&elements, None)
}

/// Whether an object has values of its own beside its arrays: then it is a row.
fn has_scalars(object: &Tree<'_>) -> bool {
    let Tree::Object(members) = object else {
        return false;
    };
    let scalars = members.iter().filter(|(_, value)| !value.is_table());
    let tables = members.iter().filter(|(_, value)| value.is_table());
    // A few values beside a long array describe it.
    let rows: usize = tables
        .map(|(_, value)| match value {
            Tree::Array(items) => items.len(),
            _ => 0,
        })
        .sum();
    scalars.count() > rows
}

/// A member of the outermost object.
struct Member {
    key: String,
    /// It is an array that starts with an object.
    is_table: bool,
    /// The text ends inside it.
    is_open: bool,
}

/// The members of the outermost object at the start of a text.
fn members(text: &str) -> Vec<Member> {
    let mut members = Vec::<Member>::new();
    let (mut depth, mut in_text, mut is_escaped, mut is_first_item) = (0, false, false, false);
    let (mut start, mut last) = (0, "");
    for (at, byte) in text.bytes().enumerate() {
        if in_text {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => {
                    in_text = false;
                    last = text.get(start..at).unwrap_or_default();
                }
                _ => {}
            }
            continue;
        }
        let was_first_item = is_first_item && !byte.is_ascii_whitespace();
        is_first_item &= !was_first_item;
        match byte {
            b'"' => (in_text, start) = (true, at + 1),
            b':' if depth == 1 => members.push(Member {
                key: last.to_owned(),
                is_table: false,
                is_open: true,
            }),
            b'[' | b'{' => {
                depth += 1;
                is_first_item = depth == 2 && byte == b'[';
                if was_first_item
                    && byte == b'{'
                    && let Some(member) = members.last_mut()
                {
                    member.is_table = true;
                }
            }
            b']' | b'}' => depth -= 1,
            _ => {}
        }
        if depth <= 1
            && matches!(byte, b',' | b']' | b'}')
            && let Some(member) = members.last_mut()
        {
            member.is_open = false;
        }
        if depth == 0 && byte == b'}' {
            break;
        }
    }
    members
}

/// Whether a file ends inside a value.
pub(crate) fn is_cut(text: &str) -> bool {
    let mut scanner = Scanner::new(None);
    scanner.push(text, |_| {});
    !scanner.finish(|_| {})
}

/// Where a text that starts like JSON is none, and why.
pub(crate) fn mistake(text: &str, is_whole: bool) -> (u64, String) {
    let mut found = None;
    let mut scanner = Scanner::new(None);
    let mut look = |element: &super::scan::Element<'_>| {
        if found.is_none()
            && let Err(reason) = parse(element.text)
        {
            let is_cut = element.is_cut && is_whole;
            let reason = if is_cut {
                "it is cut short".to_owned()
            } else {
                reason
            };
            found = Some((element.line, reason));
        }
    };
    scanner.push(text, &mut look);
    if is_whole {
        scanner.finish(&mut look);
    }
    let no_rows = || {
        (
            1,
            "it starts with no array of objects, which would be rows".to_owned(),
        )
    };
    found.unwrap_or_else(no_rows)
}

fn elements(text: &str, is_whole: bool, container: Option<&str>) -> Vec<(u64, Tree<'static>)> {
    let mut found = Vec::new();
    let mut scanner = Scanner::new(container.map(str::to_owned));
    let mut add = |element: &super::scan::Element<'_>| {
        if found.len() < MOST_ELEMENTS
            && !element.is_cut
            && let Ok(tree) = parse(element.text)
        {
            found.push((element.line, tree.into_owned()));
        }
    };
    scanner.push(text, &mut add);
    if is_whole {
        scanner.finish(&mut add);
    }
    found
}

/// The table of the elements, and one for each array of objects inside them.
fn tables(elements: &[(u64, Tree<'static>)], container: Option<&str>) -> Vec<FoundTable> {
    let mut paths = vec![Vec::new()];
    for (_, element) in elements {
        nested(element, &mut Vec::new(), &mut paths);
    }
    // An array comes behind those around it.
    let mut keys = BTreeMap::new();
    let mut tables = Vec::new();
    for path in &paths {
        let around: Vec<&[String]> = (0..path.len())
            .filter_map(|length| path.get(..length))
            .filter(|around| paths.iter().any(|path| path == around))
            .collect();
        let mut part = JsonPart {
            container: container.map(str::to_owned),
            path: path.clone(),
            around: around
                .iter()
                .map(|path| path.len())
                .filter(|&length| length > 0)
                .collect(),
            inside: paths
                .iter()
                .filter_map(|other| other.strip_prefix(path.as_slice()))
                .filter(|keys| !keys.is_empty())
                .map(<[String]>::to_vec)
                .collect(),
            columns: Vec::new(),
        };
        let key = key_of(elements, &part);
        let mut columns = Vec::<Vec<String>>::new();
        for (_, element) in elements {
            let (_, unknown) = flat::rows(element, 0, &part);
            for column in unknown {
                part.columns.push(column.clone());
                columns.push(column);
            }
        }
        if key.is_none() && !part.inside.is_empty() {
            columns.insert(0, number());
        }
        for (out, around) in (1..).zip(around.iter().rev()) {
            let mut parent = vec![JsonPart::PARENT.to_owned(); out];
            parent.extend(keys.get(*around).cloned().flatten().unwrap_or_else(number));
            columns.insert(0, parent);
        }
        keys.insert(path.as_slice(), key);
        part.columns = columns;
        let mut values = vec![Vec::new(); part.columns.len()];
        for (number, (line, element)) in (1..).zip(elements) {
            for row in flat::rows(element, number, &part).0 {
                for (column, cell) in values.iter_mut().zip(row) {
                    let owned = cell.map(|(text, quoted)| (text.into_owned().into(), quoted));
                    column.push((*line, owned));
                }
            }
        }
        let name = path
            .last()
            .cloned()
            .or_else(|| container.map(str::to_owned));
        // An array of nothing but arrays of objects has no rows of its own.
        if !part.columns.is_empty() {
            tables.push(FoundTable {
                part,
                name,
                values,
                ignored: Vec::new(),
            });
        }
    }
    tables
}

fn number() -> Vec<String> {
    vec![JsonPart::NUMBER.to_owned()]
}

/// The paths of arrays of objects inside an element.
fn nested(tree: &Tree<'_>, path: &mut Vec<String>, paths: &mut Vec<Vec<String>>) {
    let Tree::Object(members) = tree else { return };
    for (key, value) in members {
        path.push(key.to_string());
        if value.is_table() {
            if !paths.contains(path) {
                paths.push(path.clone());
            }
            if let Tree::Array(items) = value {
                for item in items {
                    nested(item, path, paths);
                }
            }
        } else {
            nested(value, path, paths);
        }
        path.pop();
    }
}

/// The path of a value that tells the rows of an array apart: a name that says so, and no value twice.
fn key_of(elements: &[(u64, Tree<'static>)], part: &JsonPart) -> Option<Vec<String>> {
    let rows: Vec<(&Tree<'_>, u64)> = (1..)
        .zip(elements)
        .flat_map(|(number, (_, element))| flat::nests(element, number, part))
        .filter_map(|nest| nest.last().copied())
        .collect();
    let (Tree::Object(members), _) = rows.first()? else {
        return None;
    };
    let says_so = |name: &str| {
        let name = name.to_lowercase();
        ["id", "key", "code", "number", "no", "nr"]
            .iter()
            .any(|end| {
                name == *end
                    || name.ends_with(&format!("_{end}"))
                    || (*end == "id" && name.ends_with("id"))
            })
    };
    members
        .iter()
        .map(|(name, _)| name)
        .filter(|name| says_so(name))
        .find(|name| {
            let mut seen = BTreeSet::new();
            rows.iter().all(|(row, number)| {
                if *number == 1 {
                    // The next array.
                    seen.clear();
                }
                let value = row.get(name).and_then(flat::text);
                value.is_some_and(|(text, _)| seen.insert(text))
            })
        })
        .map(|name| vec![name.to_string()])
}
