//! Where the rows of the mart come from.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::source::HEAD_BYTES;
use mart::{GeneratedSales, OpenedFile, SalesFile};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use super::{Alert, Workbench};

/// What is told of a file that the browser cannot read.
pub(super) const UNREADABLE: &str =
    "The browser could not read it. Was it moved or changed after it was chosen? Choose it again";

/// A source.
#[derive(Debug, Clone)]
pub enum Source {
    /// The rows that come with the page.
    Seed,
    /// Rows that DuckDB makes.
    Generated(GeneratedSales),
    /// A person's own file.
    File(SourceFile),
    /// A database file, which is opened as it is.
    Database(File),
}

/// A file that was chosen, and what its header says. The bytes stay where they are until DuckDB
/// reads them.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// The browser's handle.
    pub file: File,
    /// What was understood of it.
    pub sales: SalesFile,
}

impl Source {
    /// What a person calls it.
    pub fn name(&self) -> String {
        match self {
            Self::Seed => "seed data".to_owned(),
            Self::Generated(sales) => format!("{sales} generated sales"),
            Self::File(SourceFile { sales, .. }) => sales.file_name().to_owned(),
            Self::Database(file) => file.name(),
        }
    }
}

impl Workbench {
    /// Reads the start of a file, and builds the mart from it if it is a sales file, or opens it
    /// if it is a database. Refused while something else goes on.
    pub fn load(self, file: File) {
        if self.is_busy() {
            const BUSY: &str =
                "The page is at something else. Choose the file again when that has ended";
            return self.refuse_file(&file, BUSY);
        }
        self.begin("Reading", &file.name());
        spawn_local(async move {
            let head = head_of(&file).await;
            self.release();
            match head {
                Some(head) if OpenedFile::is_database(&head) => self.open_database(file),
                Some(head) => self.load_as_sales(file, &head),
                None => self.refuse_file(&file, UNREADABLE),
            }
        });
    }

    fn refuse_file(self, file: &File, reason: &str) {
        let title = format!("{} was not loaded", file.name());
        self.alert
            .set(Some(Alert::to_read(title, format!("{reason}."))));
    }

    fn load_as_sales(self, file: File, head: &[u8]) {
        let sales = match SalesFile::detect(&file.name(), head, size_of(&file)) {
            Ok(sales) => sales,
            Err(cause) => return self.refuse(&cause),
        };
        // DuckDB may keep what it knows of a file by its name.
        let path = format!("sources/{}.csv", self.next_file());
        // A path of letters and digits is never refused; if it were, the first one would do.
        let sales = sales.clone().with_path(path).unwrap_or(sales);
        self.build_from(Source::File(SourceFile { file, sales }));
    }
}

pub(super) fn size_of(file: &File) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "JavaScript holds it as a whole number"
    )]
    let size = file.size() as u64;
    size
}

/// The first bytes of a file, if the browser can still read it.
pub(super) async fn head_of(file: &File) -> Option<Vec<u8>> {
    #[expect(clippy::cast_precision_loss, reason = "64 KB")]
    let head = file.slice_with_f64_and_f64(0.0, HEAD_BYTES as f64).ok()?;
    let bytes = JsFuture::from(head.array_buffer()).await.ok()?;
    Some(js_sys::Uint8Array::new(&bytes).to_vec())
}
