//! `index.html` as trunk has written it: references are replaced, styles become part of it, and its policy allows
//! exactly what is inline. It must not know which files there are.

use super::digest::{integrity, policy_source};
use std::fs;
use std::path::Path;

const NAME: &str = "index.html";
const STYLESHEET: &str = "<link rel=\"stylesheet\"";

/// The text of the page.
pub(crate) struct PageFile(String);

impl PageFile {
    pub(crate) fn read(folder: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(folder.join(NAME));
        text.map(Self).map_err(|error| format!("{NAME}: {error}"))
    }

    pub(crate) fn write(&self, folder: &Path) -> Result<(), String> {
        fs::write(folder.join(NAME), &self.0).map_err(|error| format!("{NAME}: {error}"))
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// Replaces a reference, which must be there.
    pub(crate) fn replace(&mut self, from: &str, to: &str) -> Result<(), String> {
        if !self.0.contains(from) {
            return Err(format!("{NAME} does not have `{from}`."));
        }
        self.0 = self.0.replace(from, to);
        Ok(())
    }

    /// The file name of the app's script.
    pub(crate) fn script(&self) -> Result<String, String> {
        let script = attribute(&self.0, "data-script");
        let script = script.ok_or_else(|| format!("{NAME} names no script of the app."))?;
        Ok(script.trim_start_matches("./").to_owned())
    }

    /// Puts the stylesheets into the page, in their order, and removes their files.
    pub(crate) fn inline_styles(&mut self, folder: &Path) -> Result<(), String> {
        let mut styles = String::new();
        let mut first = None;
        while let Some(start) = self.0.find(STYLESHEET) {
            let end = self.0.get(start..).and_then(|rest| rest.find('>'));
            let end = start + end.ok_or_else(|| format!("{NAME} has an open tag."))? + 1;
            let link = self.0.get(start..end).unwrap_or_default();
            let file = attribute(link, "href").unwrap_or_default().to_owned();
            let path = folder.join(file.trim_start_matches("./"));
            styles += &fs::read_to_string(&path).map_err(|error| format!("{file}: {error}"))?;
            fs::remove_file(&path).map_err(|error| format!("{file}: {error}"))?;
            self.0.replace_range(start..end, "");
            first.get_or_insert(start);
        }
        if let Some(first) = first {
            self.0
                .insert_str(first, &format!("<style>{styles}</style>"));
        }
        Ok(())
    }

    /// Writes the hash of each file that is preloaded with one: renaming has changed some.
    pub(crate) fn update_integrity(&mut self, folder: &Path) -> Result<(), String> {
        let mut done = 0;
        while let Some(at) = self.0.get(done..).and_then(|rest| rest.find("<link ")) {
            let start = done + at;
            let end = self.0.get(start..).and_then(|rest| rest.find('>'));
            let end = start + end.ok_or_else(|| format!("{NAME} has an open tag."))?;
            let link = self.0.get(start..end).unwrap_or_default().to_owned();
            let mut renewed = link.clone();
            if let (Some(old), Some(file)) =
                (attribute(&link, "integrity"), attribute(&link, "href"))
            {
                let bytes = fs::read(folder.join(file.trim_start_matches("./")));
                let bytes = bytes.map_err(|error| format!("{file}: {error}"))?;
                renewed = link.replace(old, &integrity(&bytes));
            }
            self.0.replace_range(start..end, &renewed);
            done = start + renewed.len();
        }
        Ok(())
    }

    /// Adds the hashes of the inline scripts and styles to the policy.
    pub(crate) fn allow_inline_parts(&mut self) -> Result<(), String> {
        for (tag, directive) in [
            ("script", "script-src 'self'"),
            ("style", "style-src 'self'"),
        ] {
            let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
            let parts = self.0.split(&open).skip(1);
            let sources: Vec<_> = parts
                .filter_map(|part| Some(policy_source(part.split_once(&close)?.0)))
                .collect();
            if !sources.is_empty() {
                self.replace(directive, &format!("{directive} {}", sources.join(" ")))?;
            }
        }
        Ok(())
    }
}

/// The value of the first attribute of this name.
pub(crate) fn attribute<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!(" {name}=\""))?;
    Some(rest.split_once('"')?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_are_inlined_and_allowed() {
        let folder = std::env::temp_dir().join(format!("page-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("a-1.css"), "a{}").expect("a style");
        fs::write(folder.join("b-2.css"), "b{}").expect("a style");
        fs::write(
            folder.join(NAME),
            "<meta content=\"style-src 'self'; script-src 'self'\"><link rel=\"stylesheet\" href=\"./a-1.css\"/>\n\
             <link rel=\"stylesheet\" href=\"./b-2.css\" integrity=\"sha384-x\"/><script>c</script>",
        )
        .expect("a page");
        let mut page = PageFile::read(&folder).expect("read");
        page.inline_styles(&folder).expect("inlined");
        page.allow_inline_parts().expect("allowed");
        assert!(
            page.text().contains("<style>a{}b{}</style>"),
            "{}",
            page.text()
        );
        assert!(!page.text().contains("stylesheet"), "{}", page.text());
        for (directive, content) in [("style-src", "a{}b{}"), ("script-src", "c")] {
            let allowed = format!("{directive} 'self' {}", policy_source(content));
            assert!(page.text().contains(&allowed), "{}", page.text());
        }
        assert!(!folder.join("a-1.css").exists());
        fs::remove_dir_all(folder).expect("removed");
    }
}
