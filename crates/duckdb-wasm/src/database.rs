//! The public handle of an instance: start, open, connect, register and read files, terminate. It
//! must not know how the worker is run.

use std::rc::Rc;

use js_sys::{Object, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, File};

use crate::engine::{Engine, set};
use crate::ffi::BROWSER_FILEREADER;
use crate::{Bundles, Connection, Error, ErrorKind, Progress, RegisteredFile};

/// How a database is opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// Path of the database file; `None` for a database in memory.
    pub path: Option<String>,
    /// Whether DuckDB downloads extensions (Parquet, JSON, ICU, httpfs…) at run time when a
    /// statement needs one. If not, such a statement fails with an error that names the extension.
    pub download_extensions: bool,
    /// Whether DuckDB writes database files without its own buffering. In the browser,
    /// [`Database::read_file`] can read a database file only if it was written this way.
    pub direct_io: bool,
    /// The folders that SQL can reach, as prefixes of the names of registered files, such as
    /// `files/`. If there are any, SQL reaches no other file and no network, and what asks for an
    /// extension is an [`Error::Engine`] rather than a trap. That lasts as long as the instance.
    pub folders: Vec<String>,
}

/// A running DuckDB instance in its own worker.
///
/// Clones share the instance. It ends when the last clone, connection and registered file is
/// dropped, or on [`terminate`](Self::terminate).
///
/// ```no_run
/// # async fn example() -> Result<(), duckdb_wasm::Error> {
/// use duckdb_wasm::{Bundles, Config, Database};
///
/// let bundles = Bundles::under("duckdb");
/// let database = Database::start(&bundles, |progress| drop(progress.fraction())).await?;
/// database.open(&Config::default()).await?;
/// let connection = database.connect().await?;
/// let answer = connection.query("SELECT 42 AS answer").await?;
/// assert_eq!(answer.num_rows(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Database {
    engine: Rc<Engine>,
}

impl Database {
    /// Downloads and starts the engine. `on_progress` is called as bytes are received.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if a file is missing, has the wrong MIME type or does not run in this
    /// browser, or if a download stalls; at most ten seconds after the failure.
    pub async fn start(
        bundles: &Bundles,
        on_progress: impl FnMut(Progress) + 'static,
    ) -> Result<Self, Error> {
        let engine = Engine::start(bundles, on_progress).await?;
        Ok(Self {
            engine: Rc::new(engine),
        })
    }

    /// Opens a database, and closes the one that was open in this instance.
    ///
    /// # Errors
    /// [`Error::Engine`] if the file cannot be opened, [`Error::Lost`] if the instance has ended.
    pub async fn open(&self, config: &Config) -> Result<(), Error> {
        let options = Object::new();
        if let Some(path) = &config.path {
            set(&options, "path", &JsValue::from_str(path));
        }
        set(&options, "useDirectIO", &config.direct_io.into());
        let engine = &self.engine;
        engine.call(engine.duckdb().open(&options)).await?;
        if !config.download_extensions {
            let connection = self.connect().await?;
            for statement in [
                "SET GLOBAL autoinstall_known_extensions = false",
                "SET GLOBAL autoload_known_extensions = false",
            ] {
                connection.execute(statement).await?;
            }
        }
        if !config.folders.is_empty() {
            let folders: Vec<_> = config.folders.iter().map(|folder| quoted(folder)).collect();
            // One call; and in this order, since the last setting fixes the others.
            let lockdown = format!(
                "SET GLOBAL allow_community_extensions = false;
                 SET GLOBAL allowed_directories = [{}];
                 SET GLOBAL enable_external_access = false",
                folders.join(", ")
            );
            self.connect().await?.execute(&lockdown).await?;
        }
        Ok(())
    }

    /// The version of DuckDB, such as `v1.4.3`.
    ///
    /// # Errors
    /// [`Error::Lost`] if the instance has ended.
    pub async fn version(&self) -> Result<String, Error> {
        let engine = &self.engine;
        let version = engine.call(engine.duckdb().get_version()).await?;
        version
            .as_string()
            .ok_or_else(|| Error::decode("the version is not a string"))
    }

    /// Opens a connection. Several can be open; the worker runs their statements one at a time.
    ///
    /// # Errors
    /// [`Error::Lost`] if the instance has ended.
    pub async fn connect(&self) -> Result<Connection, Error> {
        let engine = &self.engine;
        let id = engine.call(engine.duckdb().connect()).await?;
        let id = id
            .as_f64()
            .ok_or_else(|| Error::decode("the connection has no id"))?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "DuckDB-Wasm numbers its connections with 32-bit integers"
        )]
        let id = id as u32;
        Ok(Connection::new(Rc::clone(engine), id))
    }

    /// Makes `file` readable by SQL under `name`. DuckDB reads the parts that it needs; the file is
    /// not copied.
    ///
    /// Use each name once: DuckDB may cache metadata of an earlier file.
    ///
    /// ```no_run
    /// # async fn example(
    /// #     database: &duckdb_wasm::Database,
    /// #     connection: &duckdb_wasm::Connection,
    /// #     file: &web_sys::File,
    /// # ) -> Result<(), duckdb_wasm::Error> {
    /// let file = database.register_file("sales.csv", file).await?;
    /// connection.execute("CREATE TABLE sales AS FROM 'sales.csv'").await?;
    /// drop(file); // unregisters it
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Lost`] if the instance has ended.
    pub async fn register_file(&self, name: &str, file: &File) -> Result<RegisteredFile, Error> {
        let engine = &self.engine;
        let call = engine
            .duckdb()
            .register_file_handle(name, file, BROWSER_FILEREADER, true);
        engine.call(call).await?;
        Ok(RegisteredFile::new(Rc::clone(engine), name))
    }

    /// Makes a copy of `bytes` readable by SQL as the file `name`.
    ///
    /// # Errors
    /// [`Error::Engine`] for more than 2 GiB, [`Error::Lost`] if the instance has ended.
    pub async fn register_buffer(&self, name: &str, bytes: &[u8]) -> Result<RegisteredFile, Error> {
        let engine = &self.engine;
        // The call transfers the buffer: it must not be a view of the memory of this module.
        let copy = Uint8Array::from(bytes);
        engine
            .call(engine.duckdb().register_file_buffer(name, &copy))
            .await?;
        Ok(RegisteredFile::new(Rc::clone(engine), name))
    }

    /// The file `name`, written by SQL: by COPY, or by ATTACH, CHECKPOINT and DETACH. Its bytes are
    /// not copied to this thread.
    ///
    /// # Errors
    /// [`Error::Engine`] if there is no such file or it is still in use, [`Error::Lost`] if the
    /// instance has ended.
    pub async fn read_file(&self, name: &str) -> Result<Blob, Error> {
        let engine = &self.engine;
        let file = engine
            .call(engine.duckdb().copy_file_to_buffer(name))
            .await?
            .unchecked_into::<Blob>();
        // DuckDB-Wasm returns one byte for a file that does not exist.
        if file.size() <= 1.0 {
            return Err(Error::Engine {
                kind: ErrorKind::Io,
                message: format!("there is no file {name}"),
                position: None,
            });
        }
        Ok(file)
    }

    /// Deletes the file `name`, written by SQL, and frees its memory.
    ///
    /// # Errors
    /// [`Error::Lost`] if the instance has ended.
    pub async fn drop_file(&self, name: &str) -> Result<(), Error> {
        let engine = &self.engine;
        engine.call(engine.duckdb().drop_file(name)).await?;
        Ok(())
    }

    /// Ends the instance immediately. Current and later calls return [`Error::Lost`].
    pub fn terminate(&self) {
        self.engine.terminate();
    }

    /// Waits until the instance has ended, and returns the cause: a trap, the end of the worker, or
    /// [`terminate`](Self::terminate).
    pub async fn lost(&self) -> Error {
        self.engine.termination().cause().await
    }
}

/// A text literal.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
