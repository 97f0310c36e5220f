//! Saving a query under a name: checked before, asked about before it takes the place of another, and
//! undone where it was deleted. It must not know how the queries are answered.

use ::export::transport::{self, Target};
use leptos::prelude::*;
use leptos::task::spawn_local;
use sql::script;
use sql::statement::{self, Kind};

use super::error::{Attempt, Error};
use super::saved::SavedQuery;
use super::transport::with_transport_casts;
use super::{Topic, Workbench};

/// What came of the last saving or deletion.
#[derive(Clone, PartialEq)]
pub enum Saving {
    /// The query of this name was saved.
    Saved(String),
    /// There is a query of this name: whether it is replaced is to be decided.
    Exists(SavedQuery),
    /// This query was deleted from this place.
    Deleted(SavedQuery, usize),
}

impl Workbench {
    /// What came of the last saving or deletion.
    pub fn saving(self) -> ReadSignal<Option<Saving>> {
        self.saving.read_only()
    }

    /// Saves a query, if it can be asked and no other has its name: else the alert says why not, or
    /// [`saving`](Self::saving) what is to be decided.
    pub fn save_query(self, name: &str, text: &str) {
        let name = name.trim();
        let attempt = Attempt::SaveQuery(name.to_owned());
        let statements = script::split(text);
        let [only] = statements.as_slice() else {
            return self.report(&attempt, &Error::NotOneStatement(statements.len()));
        };
        let sql = text.get(only.clone()).unwrap_or_default();
        if statement::kind(sql) != Kind::Query {
            return self.report(&attempt, &Error::NotAQuery);
        }
        let query = SavedQuery::new(name, sql);
        self.saving.set(None);
        spawn_local(async move {
            if let Err(error) = self.try_query(&query.sql).await {
                return self.report(&attempt, &error);
            }
            let known = self.saved.get_untracked();
            let other = known.iter().find(|other| other.name == query.name);
            match other {
                Some(other) if other.sql != query.sql => {
                    self.saving.set(Some(Saving::Exists(query)));
                }
                _ => self.replace_query(query),
            }
        });
    }

    /// Saves a query in place of the one of its name, if there is one.
    pub fn replace_query(self, query: SavedQuery) {
        let name = query.name.clone();
        self.change_saved(
            |all| match all.iter_mut().find(|other| other.name == query.name) {
                Some(other) => *other = query,
                None => all.push(query),
            },
        );
        self.saving.set(Some(Saving::Saved(name)));
        self.refresh_if_shown(Topic::SavedQueries);
    }

    /// Leaves what is to be decided as it is.
    pub fn keep_query(self) {
        self.saving.set(None);
    }

    /// Deletes a saved query.
    pub fn delete_query(self, name: &str) {
        let mut deleted = None;
        self.change_saved(|all| {
            if let Some(at) = all.iter().position(|known| known.name == name) {
                deleted = Some((all.remove(at), at));
            }
        });
        self.saving
            .set(deleted.map(|(query, at)| Saving::Deleted(query, at)));
    }

    /// Puts a deleted query back in its place, unless another one has its name by now.
    pub fn undo_deletion(self) {
        if let Some(Saving::Deleted(query, at)) = self.saving.get_untracked() {
            self.change_saved(|all| {
                if !all.iter().any(|known| known.name == query.name) {
                    all.insert(at.min(all.len()), query);
                }
            });
            self.saving.set(None);
        }
    }

    /// Finds out whether DuckDB can answer a query.
    async fn try_query(self, sql: &str) -> Result<(), Error> {
        let connection = self.connect_for_queries().await?;
        let sql = format!("{} LIMIT 0", transport::inside(sql));
        let sql = with_transport_casts(&connection, &sql, Target::Text).await?;
        connection.query(&sql).await?;
        Ok(())
    }
}
