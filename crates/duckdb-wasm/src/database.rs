//! An instance of DuckDB as its owner sees it: start, open, connect, hand files in, end.

use std::rc::Rc;

use js_sys::{Object, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, File};

use crate::engine::{Engine, set};
use crate::{Bundles, Connection, Error, Progress, RegisteredFile};

/// How a database is opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// Path of the database file; `None` keeps the database in memory.
    pub path: Option<String>,
    /// Let DuckDB download extensions (Parquet, JSON, ICU, httpfs…) at run time when a
    /// statement needs one. Off, such a statement fails with an error that names it.
    pub download_extensions: bool,
    /// Write database files without DuckDB's own buffering of the file system. In the browser a
    /// database file that was written can only then be read back with
    /// [`Database::read_file`].
    pub direct_io: bool,
}

/// A running DuckDB in a worker of its own.
///
/// Clones share the instance; it ends with the last of them and of its connections, or with
/// [`terminate`](Self::terminate).
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
    /// Downloads the engine and starts it. `on_progress` hears of the bytes as they arrive.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when a file is missing, is sent with the wrong type, stops
    /// arriving, or does not run in this browser. It comes within ten seconds of the trouble.
    pub async fn start(
        bundles: &Bundles,
        on_progress: impl FnMut(Progress) + 'static,
    ) -> Result<Self, Error> {
        let engine = Engine::start(bundles, on_progress).await?;
        Ok(Self {
            engine: Rc::new(engine),
        })
    }

    /// Opens the database; what was open before in this instance is closed.
    ///
    /// # Errors
    /// [`Error::Engine`] when the file cannot be opened, [`Error::Lost`] when the instance
    /// has ended.
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
        Ok(())
    }

    /// DuckDB's own version, such as `v1.4.3`.
    ///
    /// # Errors
    /// [`Error::Lost`] when the instance has ended.
    pub async fn version(&self) -> Result<String, Error> {
        let engine = &self.engine;
        let version = engine.call(engine.duckdb().get_version()).await?;
        version
            .as_string()
            .ok_or_else(|| Error::decode("the version is not a text"))
    }

    /// Opens a connection. Several can be open, and their statements take turns.
    ///
    /// # Errors
    /// [`Error::Lost`] when the instance has ended.
    pub async fn connect(&self) -> Result<Connection, Error> {
        let engine = &self.engine;
        let answer = engine.call(engine.duckdb().connect()).await?;
        let id = answer
            .as_f64()
            .ok_or_else(|| Error::decode("the connection has no number"))?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the engine numbers its connections with 32-bit integers"
        )]
        let id = id as u32;
        Ok(Connection::new(Rc::clone(engine), id))
    }

    /// Lets SQL read `file` under `name`, piece by piece: nothing is copied.
    ///
    /// Give every file a name of its own, since DuckDB may keep what it knows of an earlier
    /// one.
    ///
    /// # Errors
    /// [`Error::Lost`] when the instance has ended.
    pub async fn register_file(&self, name: &str, file: &File) -> Result<RegisteredFile, Error> {
        let engine = &self.engine;
        let registering =
            engine
                .duckdb()
                .register_file_handle(name, file, crate::ffi::BROWSER_FILEREADER, true);
        engine.call(registering).await?;
        Ok(RegisteredFile::new(Rc::clone(engine), name))
    }

    /// Lets SQL read these bytes as the file `name`. They are copied once.
    ///
    /// # Errors
    /// [`Error::Lost`] when the instance has ended, [`Error::Engine`] past 2 GiB.
    pub async fn register_buffer(&self, name: &str, bytes: &[u8]) -> Result<RegisteredFile, Error> {
        let engine = &self.engine;
        // A fresh array: the call transfers it, and must not be handed a view of our memory.
        let copy = Uint8Array::from(bytes);
        engine
            .call(engine.duckdb().register_file_buffer(name, &copy))
            .await?;
        Ok(RegisteredFile::new(Rc::clone(engine), name))
    }

    /// A file that SQL has written under `name`: by COPY, or by ATTACH, CHECKPOINT and DETACH. Its
    /// bytes stay outside of this thread.
    ///
    /// # Errors
    /// [`Error::Engine`] when there is no such file or it is still in use, [`Error::Lost`] when
    /// the instance has ended.
    pub async fn read_file(&self, name: &str) -> Result<Blob, Error> {
        let engine = &self.engine;
        let file = engine
            .call(engine.duckdb().copy_file_to_buffer(name))
            .await?
            .unchecked_into::<Blob>();
        // What the engine answers for a file that it does not have.
        if file.size() <= 1.0 {
            return Err(Error::Engine {
                kind: "IO".to_owned(),
                message: format!("there is no file {name}"),
                position: None,
            });
        }
        Ok(file)
    }

    /// Forgets a file that SQL has written under `name`, and frees its memory.
    ///
    /// # Errors
    /// [`Error::Lost`] when the instance has ended.
    pub async fn drop_file(&self, name: &str) -> Result<(), Error> {
        let engine = &self.engine;
        engine.call(engine.duckdb().drop_file(name)).await?;
        Ok(())
    }

    /// Ends the instance at once. Calls in flight and all later ones end with
    /// [`Error::Lost`].
    pub fn terminate(&self) {
        self.engine.terminate();
    }

    /// Waits until the instance is gone, and says why: a trap, a worker that ended, or
    /// [`terminate`](Self::terminate).
    pub async fn lost(&self) -> Error {
        self.engine.lifeline().ended().await
    }
}
