//! The page as a user sees it: elements are found by role and name, as a screen reader announces them, and waited for
//! until they are there. Nothing here sleeps for a fixed time.

mod files;

use crate::browser::Browser;
use crate::failure::{Failure, Outcome};
use serde_json::{Value, json};
use std::cell::Cell;
use std::ops::Deref;
use std::path::Path;
use std::time::{Duration, Instant};
use thirtyfour::WebElement;

/// Long enough for what the page does at once, on a busy machine.
pub const SOON: Duration = Duration::from_secs(10);
/// Long enough to compile the engine and build a mart, on a busy machine.
pub const BUILD: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(25);

/// A table as it is on screen: its head first, then its rows, each a list of cells.
pub type Table = Vec<Vec<String>>;

/// The tab, with the address of the page.
#[derive(Debug)]
pub struct Page {
    browser: Browser,
    origin: String,
    patience: Cell<Duration>,
}

/// Something that has a role and a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// What a screen reader calls it.
    pub name: String,
    node: u64,
}

impl Deref for Page {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}

impl Page {
    /// A page at this origin, not opened yet.
    #[must_use]
    pub fn new(browser: Browser, origin: String) -> Self {
        Self {
            browser,
            origin,
            patience: Cell::new(SOON),
        }
    }

    /// Closes the browser.
    ///
    /// # Errors
    /// When it was gone already.
    pub async fn close(self) -> Outcome {
        self.browser.quit().await
    }

    /// Opens a route, such as `#/sources`, from scratch.
    ///
    /// # Errors
    /// When the page does not load.
    pub async fn open(&self, route: &str) -> Outcome {
        self.open_at(&self.origin, route).await
    }

    /// Opens a route of another server's page from scratch, in this tab.
    ///
    /// # Errors
    /// When the page does not load.
    pub async fn open_at(&self, origin: &str, route: &str) -> Outcome {
        // Between two routes of one document a browser would not load anything.
        self.tab().goto("about:blank").await?;
        Ok(self.tab().goto(format!("{origin}/{route}")).await?)
    }

    /// Opens the mart and waits until it is built.
    ///
    /// # Errors
    /// When it is not built in time.
    pub async fn open_built(&self) -> Outcome {
        self.open("").await?;
        self.status_contains("Mart built").await
    }

    /// Goes to one of the pages by its link in the navigation.
    ///
    /// # Errors
    /// When there is no such link.
    pub async fn go(&self, name: &str) -> Outcome {
        self.click("link", name).await
    }

    /// Runs a script in the page and takes what it returns.
    ///
    /// # Errors
    /// When it throws.
    pub async fn js(&self, script: &str, arguments: &[Value]) -> Outcome<Value> {
        let answer = self.tab().execute(script, arguments.to_vec()).await?;
        Ok(answer.json().clone())
    }

    /// What a script answers later, through the function that is its last argument.
    ///
    /// # Errors
    /// When the script throws, or does not answer within the driver's time limit.
    pub async fn js_async(&self, script: &str, arguments: &[Value]) -> Outcome<Value> {
        let answer = self.tab().execute_async(script, arguments.to_vec()).await?;
        Ok(answer.json().clone())
    }

    /// Asks again and again until there is an answer; then gives up, saying what was waited for and what the page
    /// says instead.
    ///
    /// # Errors
    /// When there is no answer in time.
    pub async fn wait<T>(
        &self,
        limit: Duration,
        what: &str,
        mut ask: impl AsyncFnMut() -> Outcome<Option<T>>,
    ) -> Outcome<T> {
        let start = Instant::now();
        loop {
            // A page that is just changing may fail to answer: only the last failure counts.
            let answer = ask().await;
            if let Ok(Some(found)) = answer {
                return Ok(found);
            }
            if let Err(failure) = &answer
                && failure.is_final()
            {
                return Err(Failure::new(format!(
                    "the tab ended while a story waited for {what}: {failure}"
                )));
            }
            if start.elapsed() > limit {
                let reason = answer.err().map(|error| format!(" ({error})"));
                let (status, alert) = (self.status().await, self.alerts().await);
                return Err(Failure::new(format!(
                    "waited {limit:?} for {what}{}\n  status: {status:?}\n  alerts: {alert:?}",
                    reason.unwrap_or_default()
                )));
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Everything of a role that a screen reader meets, in the page's order.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn all(&self, role: &str) -> Outcome<Vec<Named>> {
        let document = self.cdp("DOM.getDocument", json!({ "depth": 0 })).await?;
        let root = document.pointer("/root/backendNodeId");
        // Chromium's own word for it.
        let role = if role == "img" { "image" } else { role };
        let parameters = json!({ "backendNodeId": root, "role": role });
        self.cdp("Accessibility.enable", json!({})).await?;
        let found = self.cdp("Accessibility.queryAXTree", parameters).await?;
        // From the first look on, the browser would keep what a screen reader sees up to date, which took a
        // tenth of the time in scrolling: what is measured or tried is a page that nobody looks into.
        for domain in ["Accessibility", "DOM"] {
            self.cdp(&format!("{domain}.disable"), json!({})).await?;
        }
        let nodes = found.get("nodes").and_then(Value::as_array);
        Ok(nodes
            .into_iter()
            .flatten()
            .filter(|node| node.get("ignored") != Some(&Value::Bool(true)))
            .filter_map(|node| {
                let name = node.pointer("/name/value").and_then(Value::as_str);
                Some(Named {
                    // Some versions keep the blank between a label's text and the field inside it.
                    name: name.unwrap_or_default().trim().to_owned(),
                    node: node.get("backendDOMNodeId")?.as_u64()?,
                })
            })
            .collect())
    }

    /// The names of everything of a role.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn names(&self, role: &str) -> Outcome<Vec<String>> {
        let all = self.all(role).await?;
        Ok(all.into_iter().map(|named| named.name).collect())
    }

    /// Waits for the one thing of this role and name.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn by_role(&self, role: &str, name: &str) -> Outcome<WebElement> {
        self.wait(
            self.patience.get(),
            &format!("{role} “{name}”"),
            async || self.find(role, name).await,
        )
        .await
    }

    /// The one thing of this role and name, if it is there now.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn find(&self, role: &str, name: &str) -> Outcome<Option<WebElement>> {
        let all = self.all(role).await?;
        let Some(named) = all.iter().find(|named| named.name == name) else {
            return Ok(None);
        };
        let node = json!({ "backendNodeId": named.node });
        let object = self.cdp("DOM.resolveNode", node).await?;
        let parameters = json!({
            "objectId": object.pointer("/object/objectId"),
            "functionDeclaration": "function () { window.__found = this; }",
        });
        self.cdp("Runtime.callFunctionOn", parameters).await?;
        let found = self
            .tab()
            .execute(
                "const found = window.__found; delete window.__found; return found;",
                vec![],
            )
            .await?;
        Ok(Some(found.element()?))
    }

    /// Clicks the one thing of this role and name, once it is there and can be clicked.
    ///
    /// # Errors
    /// When it does not come, or is in no state to be clicked.
    pub async fn click(&self, role: &str, name: &str) -> Outcome {
        self.wait(
            self.patience.get(),
            &format!("{role} “{name}” to click"),
            async || {
                let Some(element) = self.find(role, name).await? else {
                    return Ok(None);
                };
                let refused = element.attr("aria-disabled").await?;
                if !element.is_enabled().await? || refused.as_deref() == Some("true") {
                    return Ok(None);
                }
                Ok(Some(element.click().await?))
            },
        )
        .await
    }

    /// Waits for a table by its caption or label and reads what is on screen.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn table(&self, name: &str) -> Outcome<Table> {
        self.table_until(name, |_| true).await
    }

    /// Waits for a table to show what is expected.
    ///
    /// # Errors
    /// When it does not; the message has the last state of the table.
    pub async fn table_until(&self, name: &str, right: impl Fn(&Table) -> bool) -> Outcome<Table> {
        let mut seen = None;
        let found = self
            .wait(
                self.patience.get(),
                &format!("table “{name}”"),
                async || {
                    seen = self.read_table(name).await?;
                    Ok(seen.clone().filter(&right))
                },
            )
            .await;
        found.map_err(|failure| match seen {
            Some(table) => Failure::new(format!("{failure}\n  table: {table:?}")),
            None => failure,
        })
    }

    /// Waits until a table's rows, below its head, are these.
    ///
    /// # Errors
    /// When they are not; the message has the rows that were there.
    pub async fn table_rows<R, C>(&self, name: &str, expected: R) -> Outcome
    where
        R: IntoIterator<Item = C>,
        C: IntoIterator<Item: Into<String>>,
    {
        let row = |row: C| row.into_iter().map(Into::into).collect();
        let expected: Table = expected.into_iter().map(row).collect();
        let right = |table: &Table| table.get(1..) == Some(&expected);
        let found = self.table_until(name, right).await;
        found
            .map(|_| ())
            .map_err(|failure| Failure::new(format!("{failure}\n  expected: {expected:?}")))
    }

    async fn read_table(&self, name: &str) -> Outcome<Option<Table>> {
        for role in ["table", "grid"] {
            if let Some(table) = self.find(role, name).await? {
                let cells = self.js(READ_TABLE, &[table.to_json()?]).await?;
                return Ok(Some(serde_json::from_value(cells)?));
            }
        }
        Ok(None)
    }

    /// What the page says of its state, as one text.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn status(&self) -> Outcome<String> {
        Ok(self.spoken("[role=status], output").await?.join("\n"))
    }

    /// Waits until the status says this.
    ///
    /// # Errors
    /// When it does not within [`BUILD`].
    pub async fn status_contains(&self, text: &str) -> Outcome {
        self.wait(
            BUILD,
            &format!("the status to say “{text}”"),
            async || Ok(self.status().await?.contains(text).then_some(())),
        )
        .await
    }

    /// The alerts that are shown now.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn alerts(&self) -> Outcome<Vec<String>> {
        self.spoken("[role=alert]").await
    }

    /// Waits for an alert that says all of this, in any case of letters; `a|b` is either of the two.
    ///
    /// # Errors
    /// When none does in time.
    pub async fn alert_contains(&self, limit: Duration, words: &[&str]) -> Outcome<String> {
        self.wait(limit, &format!("an alert with {words:?}"), async || {
            let alerts = self.alerts().await?;
            Ok(alerts.into_iter().find(|alert| {
                let alert = alert.to_lowercase();
                let says = |word: &str| alert.contains(&word.to_lowercase());
                words.iter().all(|word| word.split('|').any(says))
            }))
        })
        .await
    }

    async fn spoken(&self, selector: &str) -> Outcome<Vec<String>> {
        let script = "return [...document.querySelectorAll(arguments[0])]
            .filter(element => element.checkVisibility())
            .map(element => element.innerText.trim())
            .filter(text => text !== '');";
        Ok(serde_json::from_value(
            self.js(script, &[json!(selector)]).await?,
        )?)
    }

    /// How often the page has set this performance mark.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn marks(&self, name: &str) -> Outcome<u64> {
        let script = "return performance.getEntriesByName(arguments[0], 'mark').length;";
        let count = self.js(script, &[json!(name)]).await?;
        Ok(count.as_u64().unwrap_or_default())
    }

    /// Waits until the page has set this mark more often than that.
    ///
    /// # Errors
    /// When it does not within [`BUILD`].
    pub async fn mark_after(&self, name: &str, count: u64) -> Outcome<u64> {
        self.wait(
            BUILD,
            &format!("mark “{name}” number {}", count + 1),
            async || Ok(Some(self.marks(name).await?).filter(|now| *now > count)),
        )
        .await
    }

    /// Chooses an option of a list, by its text.
    ///
    /// # Errors
    /// When there is no such list, or no such option in it.
    pub async fn choose(&self, list: &str, option: &str) -> Outcome {
        let what = format!("option “{option}” of “{list}”");
        self.wait(self.patience.get(), &what, async || {
            let list = self.by_role("combobox", list).await?;
            let is_there = self.js(CHOOSE, &[list.to_json()?, json!(option)]).await?;
            Ok((is_there == true).then_some(()))
        })
        .await
    }

    /// Moves the pointer to the middle of a bar of a figure, counted from 0.
    ///
    /// # Errors
    /// When it has no such bar.
    pub async fn point_at_bar(&self, figure: &WebElement, bar: usize) -> Outcome {
        let middle = self
            .js(MIDDLE_OF_BAR, &[figure.to_json()?, json!(bar)])
            .await?;
        let (x, y) = serde_json::from_value(middle)?;
        Ok(self.tab().action_chain().move_to(x, y).perform().await?)
    }

    /// Writes what is on screen to a PNG file.
    ///
    /// # Errors
    /// When the browser or the disk refuses.
    pub async fn screenshot(&self, path: &Path) -> Outcome {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        Ok(self.tab().screenshot(path).await?)
    }
}

/// Real tables, and grids made of other elements.
const READ_TABLE: &str = "
    const rows = arguments[0].querySelectorAll('tr, [role=row]');
    const cells = 'th, td, [role=columnheader], [role=rowheader], [role=cell], [role=gridcell]';
    return [...rows].map(row => [...row.querySelectorAll(cells)].map(cell => cell.innerText.trim()));";

/// Not by its letters: two words typed within a second are one word to a browser.
const CHOOSE: &str = "
    const [list, text] = arguments;
    const found = [...list.options].find(option => option.text === text);
    if (!found) return false;
    list.value = found.value;
    list.dispatchEvent(new Event('change', { bubbles: true }));
    return true;";

const MIDDLE_OF_BAR: &str = "
    const [figure, bar] = arguments;
    const { x, y, width, height } = figure.querySelectorAll('rect')[bar].getBoundingClientRect();
    return [Math.round(x + width / 2), Math.round(y + height / 2)];";
