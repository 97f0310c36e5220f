//! Rust sources as tokens: literals, identifiers, paths and comments of the code that ships. Doc comments are comments;
//! tests are left out. It must not know which words or paths are allowed.

use super::files::File;
use proc_macro2::{Delimiter, Group, LexError, Span, TokenStream, TokenTree};
use std::collections::HashSet;
use std::ops::Range;

/// A word of the source, or several, with the line they begin in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) line: usize,
    pub(super) text: String,
}

/// A path such as `std::time::Instant`, one for each name that a `use` brings in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) line: usize,
    pub(super) segments: Vec<String>,
}

/// What a file says outside of its tests.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) file: &'a File,
    /// The text of string literals, without quotes.
    pub(super) strings: Vec<Text>,
    pub(super) identifiers: Vec<Text>,
    pub(super) paths: Vec<Path>,
    /// Ordinary comments and doc comments.
    pub(super) comments: Vec<Text>,
    /// The names of modules that are declared here, in files of their own, for tests only.
    test_modules: Vec<String>,
}

/// The sources of all crates, without files that are tests.
pub(super) fn sources(files: &[File]) -> Result<Vec<Source<'_>>, String> {
    let is_code = |file: &&File| {
        let path = &file.path;
        file.extension() == "rs" && (path.starts_with("src/") || path.contains("/src/"))
    };
    let sources = files
        .iter()
        .filter(is_code)
        .map(|file| {
            Source::read(file)
                .map_err(|error| format!("{}:{}: {error}", file.path, error.span().start().line))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let tests: HashSet<String> = sources.iter().flat_map(Source::test_files).collect();
    Ok(sources
        .into_iter()
        .filter(|source| !tests.contains(&source.file.path))
        .collect())
}

impl<'a> Source<'a> {
    pub(super) fn read(file: &'a File) -> Result<Self, LexError> {
        let mut source = Self {
            file,
            strings: Vec::new(),
            identifiers: Vec::new(),
            paths: Vec::new(),
            comments: Vec::new(),
            test_modules: Vec::new(),
        };
        let tokens: TokenStream = file.text.parse()?;
        let mut walk = Walk {
            source: &mut source,
            covered: Vec::new(),
        };
        walk.stream(tokens);
        let covered = walk.covered;
        source.read_comments(&covered);
        Ok(source)
    }

    /// Whether this is part of a crate: of its code, not of the workspace's tools.
    pub(super) fn is_shipped(&self) -> bool {
        self.file.path.starts_with("src/") || self.file.path.starts_with("crates/")
    }

    /// What is left between the tokens is space and comments.
    fn read_comments(&mut self, covered: &[Range<usize>]) {
        let mut from = 0;
        let end = std::iter::once(self.file.text.len()..self.file.text.len());
        for range in covered.iter().cloned().chain(end) {
            let between = self.file.text.get(from..range.start).unwrap_or_default();
            let line = line_at(&self.file.text, from);
            for (number, text) in between.lines().enumerate() {
                if !text.trim().is_empty() {
                    let text = text.trim().to_owned();
                    let line = line + number;
                    self.comments.push(Text { line, text });
                }
            }
            from = from.max(range.end);
        }
        self.comments.sort_by_key(|comment| comment.line);
    }

    /// The files that can hold its test modules.
    fn test_files(&self) -> Vec<String> {
        let path = self.file.path.trim_end_matches(".rs");
        let folder = match path.rsplit_once('/') {
            Some((folder, "mod" | "lib" | "main")) => folder,
            _ => path,
        };
        self.test_modules
            .iter()
            .flat_map(|name| {
                [
                    format!("{folder}/{name}.rs"),
                    format!("{folder}/{name}/mod.rs"),
                ]
            })
            .collect()
    }
}

/// One walk over the tokens of a file.
struct Walk<'s, 'a> {
    source: &'s mut Source<'a>,
    /// The bytes that belong to tokens or to tests, in order.
    covered: Vec<Range<usize>>,
}

impl Walk<'_, '_> {
    fn stream(&mut self, stream: TokenStream) {
        let trees: Vec<TokenTree> = stream.into_iter().collect();
        let mut rest = trees.as_slice();
        while let [tree, after @ ..] = rest {
            rest = match (tree, after) {
                (TokenTree::Punct(hash), [TokenTree::Group(group), item @ ..])
                    if hash.as_char() == '#' && is_test(group) =>
                {
                    self.skip_item(hash.span(), item)
                }
                (TokenTree::Punct(hash), [TokenTree::Group(group), item @ ..])
                    if hash.as_char() == '#' && self.doc(group) =>
                {
                    item
                }
                // Inner doc comments: `#` `!` `[doc = …]`.
                (
                    TokenTree::Punct(hash),
                    [TokenTree::Punct(_), TokenTree::Group(group), item @ ..],
                ) if hash.as_char() == '#' && self.doc(group) => item,
                // A role is a word of ARIA: `role="region"`.
                (
                    TokenTree::Ident(role),
                    [
                        TokenTree::Punct(equals),
                        TokenTree::Literal(literal),
                        item @ ..,
                    ],
                ) if role == "role" && equals.as_char() == '=' => {
                    for span in [role.span(), equals.span(), literal.span()] {
                        self.cover(span);
                    }
                    item
                }
                (TokenTree::Ident(_), _) => {
                    self.path(rest);
                    self.tree(tree);
                    after
                }
                _ => {
                    self.tree(tree);
                    after
                }
            };
        }
    }

    fn tree(&mut self, tree: &TokenTree) {
        match tree {
            TokenTree::Group(group) => {
                if group.delimiter() != Delimiter::None {
                    self.cover(group.span_open());
                }
                self.stream(group.stream());
                if group.delimiter() != Delimiter::None {
                    self.cover(group.span_close());
                }
            }
            TokenTree::Ident(ident) => {
                self.cover(ident.span());
                self.source
                    .identifiers
                    .push(text(ident.span(), &ident.to_string()));
            }
            TokenTree::Punct(punct) => self.cover(punct.span()),
            TokenTree::Literal(literal) => {
                self.cover(literal.span());
                if let Some(inside) = inside(&literal.to_string()) {
                    self.source.strings.push(text(literal.span(), &inside));
                }
            }
        }
    }

    fn cover(&mut self, span: Span) {
        self.covered.push(span.byte_range());
    }

    /// Takes a doc comment as a comment; the lexer has made an attribute of it.
    fn doc(&mut self, group: &Group) -> bool {
        let trees: Vec<TokenTree> = group.stream().into_iter().collect();
        let [
            TokenTree::Ident(doc),
            TokenTree::Punct(_),
            TokenTree::Literal(words),
        ] = trees.as_slice()
        else {
            return false;
        };
        if doc != "doc" {
            return false;
        }
        self.cover(group.span());
        let words = inside(&words.to_string()).unwrap_or_default();
        let first = group.span().start().line;
        for (number, line) in words.lines().enumerate() {
            self.source.comments.push(Text {
                line: first + number,
                text: line.trim().to_owned(),
            });
        }
        true
    }

    /// Leaves out an item of the tests: up to its body, or up to its `;`.
    fn skip_item<'t>(&mut self, hash: Span, item: &'t [TokenTree]) -> &'t [TokenTree] {
        let ends = |tree: &TokenTree| match tree {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            TokenTree::Punct(punct) => matches!(punct.as_char(), ';' | ','),
            _ => false,
        };
        let last = item.iter().position(ends).unwrap_or(item.len());
        let end = item.get(last).or(item.last()).map_or(hash, TokenTree::span);
        self.covered
            .push(hash.byte_range().start..end.byte_range().end);
        if let [.., TokenTree::Ident(keyword), TokenTree::Ident(name)] =
            item.get(..last).unwrap_or_default()
            && keyword == "mod"
            && matches!(item.get(last), Some(TokenTree::Punct(_)))
        {
            self.source.test_modules.push(name.to_string());
        }
        item.get(last + 1..).unwrap_or_default()
    }

    /// The paths that begin with the first of these tokens.
    fn path(&mut self, trees: &[TokenTree]) {
        let line = trees.first().map_or(0, |tree| tree.span().start().line);
        for segments in paths(trees) {
            if segments.len() > 1 {
                self.source.paths.push(Path { line, segments });
            }
        }
    }
}

/// The paths that begin here: `a::b`, or with `a::{b, c::d}` two.
fn paths(trees: &[TokenTree]) -> Vec<Vec<String>> {
    let Some(TokenTree::Ident(first)) = trees.first() else {
        return Vec::new();
    };
    let is_colon =
        |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ':');
    let ends = match trees {
        [_, one, other, TokenTree::Ident(_), ..] if is_colon(one) && is_colon(other) => {
            paths(trees.get(3..).unwrap_or_default())
        }
        [_, one, other, TokenTree::Group(group), ..]
            if is_colon(one) && is_colon(other) && group.delimiter() == Delimiter::Brace =>
        {
            let inside: Vec<TokenTree> = group.stream().into_iter().collect();
            inside
                .split(|tree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ','))
                .flat_map(paths)
                .collect()
        }
        _ => vec![Vec::new()],
    };
    ends.into_iter()
        .map(|end| std::iter::once(first.to_string()).chain(end).collect())
        .collect()
}

/// Whether an attribute is for tests alone: `[cfg(test)]`, or `[test]`.
fn is_test(group: &Group) -> bool {
    let text = group.stream().to_string().replace(' ', "");
    matches!(text.as_str(), "cfg(test)" | "test") || text.starts_with("cfg(all(test,")
}

fn text(span: Span, text: &str) -> Text {
    Text {
        line: span.start().line,
        text: text.to_owned(),
    }
}

/// The inside of a string literal, with spaces in place of escapes; nothing of a number or a character.
fn inside(literal: &str) -> Option<String> {
    let start = literal.find('"')?;
    let prefix = literal.get(..start)?;
    if !matches!(
        prefix.trim_end_matches('#'),
        "" | "r" | "b" | "br" | "c" | "cr"
    ) {
        return None;
    }
    let body = literal.get(start + 1..literal.rfind('"')?)?;
    if prefix.contains('r') {
        return Some(body.to_owned());
    }
    let mut text = String::new();
    let mut characters = body.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                // A line that goes on is still a line.
                Some('\n') => text.push('\n'),
                Some('u') => {
                    characters.by_ref().find(|end| *end == '}');
                    text.push(' ');
                }
                Some(escaped @ ('\'' | '"' | '\\')) => text.push(escaped),
                _ => text.push(' '),
            },
            other => text.push(other),
        }
    }
    Some(text)
}

fn line_at(text: &str, byte: usize) -> usize {
    let before = text.get(..byte).unwrap_or(text);
    1 + before.matches('\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(found: &[Text]) -> Vec<(usize, &str)> {
        found
            .iter()
            .map(|found| (found.line, found.text.as_str()))
            .collect()
    }

    #[test]
    fn code_comments_and_tests_are_told_apart() {
        let file = File::new(
            "src/a.rs",
            "//! Head.\n\
             use std::{time::Duration, fmt};\n\
             /// Doc of `f`.\n\
             fn f() -> &'static str { \"ab \\\"c\\\" d\" } // after\n\
             /* block */\n\
             #[cfg(test)]\n\
             mod tests { const T: &str = \"hidden\"; // hidden too\n}\n\
             const R: &str = r#\"raw\"#;\n\
             const ROLE: &str = view(role=\"region\");\n",
        );
        let source = Source::read(&file).expect("tokens");
        assert_eq!(texts(&source.strings), [(4, "ab \"c\" d"), (9, "raw")]);
        assert_eq!(
            texts(&source.comments),
            [
                (1, "Head."),
                (3, "Doc of `f`."),
                (4, "// after"),
                (5, "/* block */")
            ]
        );
        let paths: Vec<String> = source
            .paths
            .iter()
            .map(|path| path.segments.join("::"))
            .collect();
        assert!(
            paths.contains(&"std::time::Duration".to_owned()),
            "{paths:?}"
        );
        assert!(paths.contains(&"std::fmt".to_owned()), "{paths:?}");
        let names: Vec<&str> = source
            .identifiers
            .iter()
            .map(|name| name.text.as_str())
            .collect();
        assert!(
            names.contains(&"f") && !names.contains(&"tests"),
            "{names:?}"
        );
    }

    #[test]
    fn a_second_file_has_its_own_comments() {
        let first = File::new("src/a.rs", "//! é\nconst A: &str = \"ä\";\n");
        Source::read(&first).expect("tokens");
        let second = File::new("src/b.rs", "// Head é\nfn g() {} // end\n");
        let source = Source::read(&second).expect("tokens");
        assert_eq!(texts(&source.comments), [(1, "// Head é"), (2, "// end")]);
    }

    #[test]
    fn files_of_tests_are_left_out() {
        let files = [
            File::new("src/lib.rs", "#[cfg(test)]\nmod samples;\nmod code;"),
            File::new("src/samples.rs", "fn only_in_tests() {}"),
            File::new("src/code.rs", "fn shipped() {}"),
            File::new("tests/stories.rs", "fn test() {}"),
        ];
        let sources = sources(&files).expect("tokens");
        let paths: Vec<&str> = sources
            .iter()
            .map(|source| source.file.path.as_str())
            .collect();
        assert_eq!(paths, ["src/lib.rs", "src/code.rs"]);
    }
}
