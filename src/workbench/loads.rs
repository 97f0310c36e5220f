//! The loads of a star that keeps them: which files each brought, the next one as it is offered before anything is
//! loaded, and loads that are taken back. It must not know how rows are read, nor how the star is filled.

use std::sync::Arc;

use ingest::{FilePlan, Understanding};
use leptos::prelude::*;
use mart::{Batch, LoadMode, Package, Source as ModelSource};
use web_sys::File;
use worker::reading::size_of;

use super::error::{Attempt, Error};
use super::export::Item;
use super::files::UnderstoodFiles;
use super::hash::hash_of;
use super::read::plan_for;
use super::source::{Rows as SourceRows, untracked_source};
use super::staged::{Account, StarLoad};
use super::task::Task;
use super::{ReadFile, StagedFile, Workbench};

/// A load of a star.
#[derive(Debug, Clone)]
pub struct LoadedBatch {
    /// Its number, from 1.
    pub number: u32,
    /// When it was made, in UTC: `2026-01-31 12:00:00.000`.
    pub loaded_at: String,
    /// The files that it brought.
    pub files: Vec<LoadedFile>,
}

/// A file of a load.
#[derive(Debug, Clone)]
pub struct LoadedFile {
    /// What its rows do to those that were there.
    pub mode: LoadMode,
    /// What identifies its content; `None` where the browser does not compute it.
    pub hash: Option<String>,
    /// What became of its records, once it is loaded.
    pub account: Option<Account>,
    pub(super) rows: FileRows,
}

/// How the rows of a file come to a source.
#[derive(Debug, Clone)]
pub(super) enum FileRows {
    /// The file has a table of its own, which became the rows of the source.
    Own(StagedFile),
    /// The file is read for the source.
    Fitted(ReadFile),
}

/// Files for a star that is there, before they are loaded.
#[derive(Debug, Clone, Default)]
pub struct NextLoad {
    /// The files.
    pub files: Vec<NextFile>,
}

/// A file of the next load.
#[derive(Debug, Clone)]
pub struct NextFile {
    /// What people call such a file.
    pub label: String,
    /// What is new, missing or of another type in it, each a sentence.
    pub differences: Vec<String>,
    /// Whether its rows have a key, by which they can take the place of others.
    pub has_key: bool,
    /// The number of the load that brought the same content.
    pub loaded_in: Option<u32>,
    /// The file, and what its rows do.
    pub file: LoadedFile,
}

impl LoadedFile {
    /// Its name.
    pub fn name(&self) -> String {
        match &self.rows {
            FileRows::Own(file) => file.name(),
            FileRows::Fitted(file) => file.name(),
        }
    }

    /// The number that no other file has.
    pub(super) const fn number(&self) -> u32 {
        match &self.rows {
            FileRows::Own(file) => file.number,
            FileRows::Fitted(file) => file.number,
        }
    }

    /// How it is read.
    pub(super) const fn plan_mut(&mut self) -> &mut FilePlan {
        match &mut self.rows {
            FileRows::Own(file) => &mut file.plan,
            FileRows::Fitted(file) => &mut file.plan,
        }
    }

    /// Its size in bytes.
    pub(super) fn size(&self) -> u64 {
        size_of(self.handle())
    }

    /// The name of the source that its rows are for.
    pub(super) fn source(&self) -> &str {
        match &self.rows {
            FileRows::Own(file) => file.table.as_str(),
            FileRows::Fitted(file) => &file.source,
        }
    }

    pub(super) const fn handle(&self) -> &File {
        match &self.rows {
            FileRows::Own(file) => &file.file,
            FileRows::Fitted(file) => &file.file,
        }
    }
}

impl LoadedBatch {
    /// The load as the compiler knows it.
    pub(super) fn compiled(&self, package: &Package) -> Batch {
        let places = self.files.iter().filter_map(|file| {
            let mut sources = package.model().sources().iter();
            let place = sources.position(|source| source.name == file.source())?;
            Some((place, file.mode))
        });
        Batch {
            number: self.number,
            modes: places.collect(),
        }
    }
}

/// The files that had tables of their own before the star was loaded.
pub(super) fn own_files(loads: &[LoadedBatch]) -> Vec<StagedFile> {
    let files = loads.iter().flat_map(|load| &load.files);
    let own = files.filter_map(|file| match &file.rows {
        FileRows::Own(file) => Some(file.clone()),
        FileRows::Fitted(_) => None,
    });
    own.collect()
}

/// The loads, to be downloaded.
pub fn loads_item() -> Item {
    let sql = "SELECT * FROM load_batches ORDER BY batch, source";
    Item::new("loads", "load_batches".to_owned(), sql)
}

impl Workbench {
    /// The files of the next load, before they are loaded.
    pub fn next_load(self) -> ReadSignal<Option<NextLoad>, LocalStorage> {
        self.next_load.read_only()
    }

    /// The loads of the star; none where the mart does not keep them.
    pub fn star_loads(self) -> Vec<LoadedBatch> {
        self.source.with(|source| match &source.rows {
            SourceRows::Starred(loads) => loads.clone(),
            _ => Vec::new(),
        })
    }

    /// Chooses what the rows of a file of the next load do to those that are there.
    pub fn choose_mode(self, place: usize, mode: LoadMode) {
        self.next_load.update(|next| {
            let files = next.iter_mut().flat_map(|next| &mut next.files);
            if let Some(file) = files.into_iter().nth(place) {
                file.file.mode = mode;
            }
        });
    }

    /// Leaves the files of the next load out.
    pub fn leave_next_load(self) {
        self.next_load.set(None);
    }

    /// Loads the files that are offered.
    pub fn load_next(self) {
        let Some(next) = self.next_load.get_untracked() else {
            return;
        };
        let package = untracked_source(self).package;
        let mut loads = self.star_loads();
        let kept = loads.len();
        let new = next.files.into_iter().filter(NextFile::changes_something);
        let new: Vec<_> = new.map(|file| file.file).collect();
        if new.is_empty() {
            return;
        }
        add(&mut loads, new);
        self.fill_from(StarLoad {
            package,
            loads,
            kept,
            taken_back: None,
        });
    }

    /// Takes a load back: the star is as if it had never been.
    pub fn take_back(self, number: u32) {
        let package = untracked_source(self).package;
        let mut loads = self.star_loads();
        loads.retain(|load| load.number != number);
        self.fill_from(StarLoad {
            package,
            kept: loads.len(),
            loads,
            taken_back: Some(number),
        });
    }

    /// Loads all files of all loads again.
    pub(super) fn load_all_again(self, package: Arc<Package>, loads: Vec<LoadedBatch>) {
        self.fill_from(StarLoad {
            package,
            loads,
            kept: 0,
            taken_back: None,
        });
    }

    /// Loads tables of files as the first load of a star.
    pub(super) fn load_first(self, package: Arc<Package>, files: Vec<StagedFile>) {
        let files = files.into_iter().map(|file| LoadedFile {
            mode: LoadMode::Replace,
            hash: None,
            account: None,
            rows: FileRows::Own(file),
        });
        let mut loads = Vec::new();
        add(&mut loads, files.collect());
        self.fill_from(StarLoad {
            package,
            loads,
            kept: 0,
            taken_back: None,
        });
    }

    fn fill_from(self, load: StarLoad) {
        let names = load.loads.iter().skip(load.kept);
        let names: Vec<_> = names
            .flat_map(|load| load.files.iter().map(LoadedFile::name))
            .collect();
        let name = match (load.taken_back, names.as_slice()) {
            (Some(number), _) => format!("the loads without load {number}"),
            (None, []) => "no files".to_owned(),
            (None, names) => names.join(", "),
        };
        self.run(Attempt::Build(name), async move |task| {
            self.load_star_now(task, load).await
        });
    }

    /// Takes those files that are for sources of the star, and offers them as its next load.
    pub(super) async fn offer_load(
        self,
        task: &Task,
        package: &Package,
        understood: &mut UnderstoodFiles,
    ) -> Result<(), Error> {
        let found = self.fitting(task, package, understood).await?;
        if !found.is_empty() {
            let mut next = self.next_load.get_untracked().unwrap_or_default();
            next.files.extend(found);
            self.next_load.set(Some(next));
            self.arrivals.update(|arrivals| *arrivals += 1);
        }
        Ok(())
    }

    /// Opens a star that keeps its loads: with these files as the first one, or else with the loads of the star
    /// before, if that has the same sources.
    pub(super) async fn open_star(
        self,
        task: &Task,
        package: Arc<Package>,
        files: Vec<File>,
    ) -> Result<(), Error> {
        let mut understood = self.understand_all(task, files).await?;
        let found = self.fitting(task, &package, &mut understood).await?;
        let before = untracked_source(self).package;
        let mut loads = Vec::new();
        if found.is_empty() && before.model().sources() == package.model().sources() {
            loads = self.star_loads();
        }
        let files = found.into_iter().map(|next| LoadedFile {
            mode: LoadMode::Replace,
            ..next.file
        });
        add(&mut loads, files.collect());
        let load = StarLoad {
            package,
            loads,
            kept: 0,
            taken_back: None,
        };
        self.load_star_now(task, load).await?;
        if understood.is_empty() {
            return Ok(());
        }
        self.show_files(task, understood).await
    }

    /// The files that are for sources of a star. They are taken out of those that were understood.
    async fn fitting(
        self,
        task: &Task,
        package: &Package,
        understood: &mut UnderstoodFiles,
    ) -> Result<Vec<NextFile>, Error> {
        let loads = self.star_loads();
        let mut fitting = Vec::new();
        let tables = std::mem::take(&mut understood.tables);
        for (file, parts) in tables {
            let found = match parts.as_slice() {
                [only] => source_of(package, only).map(|found| (found, only)),
                _ => None,
            };
            let Some(((source, plan), found)) = found else {
                understood.tables.push((file, parts));
                continue;
            };
            let hash = task.unless_cancelled(hash_of(&file)).await??;
            let has_key = !source.key.is_empty();
            fitting.push(NextFile {
                label: source.label.clone(),
                differences: differences(source, found),
                has_key,
                loaded_in: loaded_in(&loads, &source.name, hash.as_deref()),
                file: LoadedFile {
                    mode: if has_key {
                        LoadMode::Merge
                    } else {
                        LoadMode::Append
                    },
                    hash,
                    account: None,
                    rows: FileRows::Fitted(ReadFile {
                        number: self.next_file(),
                        part_name: None,
                        source: source.name.clone(),
                        file,
                        plan,
                    }),
                },
            });
        }
        Ok(fitting)
    }
}

impl NextFile {
    /// Whether loading it can change anything: the content that was loaded last changes nothing, and rows that are
    /// there are not added again.
    pub fn changes_something(&self) -> bool {
        self.loaded_in.is_none()
    }
}

/// Adds files as loads: one, or several where files are for the same source. The number of its load is added
/// to the name of a file that another one has.
fn add(loads: &mut Vec<LoadedBatch>, files: Vec<LoadedFile>) {
    let loaded_at = js_sys::Date::new_0().to_iso_string();
    let loaded_at = String::from(loaded_at).replace('T', " ").replace('Z', "");
    let last = loads.iter().map(|load| load.number).max().unwrap_or(0);
    let mut rounds = Vec::<Vec<LoadedFile>>::new();
    for mut file in files {
        let is_free = |round: &&mut Vec<LoadedFile>| {
            round.iter().all(|other| other.source() != file.source())
        };
        let is_first = rounds.is_empty();
        if let Some(round) = rounds.iter_mut().find(is_free) {
            round.push(file);
            continue;
        }
        // Files for one source that come together are parts of it: none replaces the other.
        if !is_first && file.mode == LoadMode::Replace {
            file.mode = LoadMode::Append;
        }
        rounds.push(vec![file]);
    }
    for (number, mut files) in (last + 1..).zip(rounds) {
        for file in &mut files {
            let name = file.name();
            let mut known = loads.iter().flat_map(|load| &load.files);
            if let FileRows::Fitted(read) = &mut file.rows
                && known.any(|other| other.name() == name)
            {
                read.part_name = Some(format!("load {number}"));
            }
        }
        loads.push(LoadedBatch {
            number,
            loaded_at: loaded_at.clone(),
            files,
        });
    }
}

/// The load that brought this content for a source last, if it was its last one.
fn loaded_in(loads: &[LoadedBatch], source: &str, hash: Option<&str>) -> Option<u32> {
    let of_source = loads.iter().rev().find_map(|load| {
        let mut files = load.files.iter();
        let file = files.find(|file| file.source() == source)?;
        Some((load.number, file.hash.as_deref()))
    });
    let (number, known) = of_source?;
    (hash.is_some() && known == hash).then_some(number)
}

/// The source that a file is for, and how it is read for it: the one that shares most of its columns.
fn source_of<'p>(
    package: &'p Package,
    found: &Understanding,
) -> Option<(&'p ModelSource, FilePlan)> {
    let shared = |plan: &FilePlan| {
        let columns = plan.table.columns.iter();
        columns.filter(|column| !column.ignored).count()
    };
    let sources = package.model().sources().iter();
    let fitting = sources.filter_map(|source| {
        let plan = plan_for(source, found)?;
        // One shared column makes a file none for a source without a key.
        let is_like = source.requires_some() || shared(&plan) == source.fields.len();
        is_like.then_some((source, plan))
    });
    fitting.max_by_key(|(source, plan)| {
        let same = shared(plan);
        // Of two that share as many, the smaller one.
        (same, usize::MAX - source.fields.len())
    })
}

/// What is different in a file for a source.
fn differences(source: &ModelSource, found: &Understanding) -> Vec<String> {
    let columns = || found.plan.table.columns.iter();
    let new = columns().filter(|column| source.field(column.name.trim()).is_none());
    let new: Vec<_> = new.map(|column| column.name.clone()).collect();
    let is_missing =
        |name: &str| !columns().any(|column| column.name.trim().eq_ignore_ascii_case(name));
    let missing = source.fields.iter().filter(|field| is_missing(&field.name));
    let missing: Vec<_> = missing.map(|field| field.name.clone()).collect();
    let retyped = columns().filter_map(|column| {
        let field = source.field(column.name.trim())?;
        let (now, before) = (column.sql_type(), field.data_type.to_string());
        (now != before).then(|| format!("{} ({now}, before {before})", field.name))
    });
    let retyped: Vec<_> = retyped.collect();
    [
        ("New columns, which are left out", new),
        ("Missing columns, which become NULL", missing),
        ("Of another type now", retyped),
    ]
    .into_iter()
    .filter(|(_, names)| !names.is_empty())
    .map(|(what, names)| format!("{what}: {}.", names.join(", ")))
    .collect()
}
