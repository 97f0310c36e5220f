//! The values of attributes in the order of their size, whatever is filtered: charts colour by it, so that a
//! value keeps its colour. They are fetched when a chart first needs them. It must not know colours.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::Query;

use super::Workbench;
use super::error::Error;
use crate::rows::Rows;

/// The most values of an attribute that have a place in its order.
const MOST_VALUES: u32 = 100;

/// The values of a column in order; `None` while they are fetched.
type Order = Option<Arc<[String]>>;

/// The orders that are known or on their way, by the name of their column.
pub(super) type ValueOrders = RwSignal<BTreeMap<String, Order>>;

impl Workbench {
    /// The values of a column, the largest by the first metric first; `None` while they are fetched. A
    /// column that is no attribute of the mart has none.
    pub fn values_in_order(self, column: &str) -> Order {
        let known = self
            .value_orders
            .with(|value_orders| value_orders.get(column).cloned());
        if let Some(known) = known {
            return known;
        }
        // Not while the signal is being read.
        let column = column.to_owned();
        self.value_orders.update_untracked(|value_orders| {
            value_orders.insert(column.clone(), None);
        });
        self.fetch_order(column);
        None
    }

    /// Fetches the orders again for another mart or other rows. The earlier ones are good meanwhile.
    pub(super) fn refresh_orders(self) {
        let columns = self
            .value_orders
            .with_untracked(|value_orders| value_orders.keys().cloned().collect::<Vec<_>>());
        for column in columns {
            self.fetch_order(column);
        }
    }

    fn fetch_order(self, column: String) {
        spawn_local(async move {
            // Without an order, values get their colours as they come.
            let order: Arc<[String]> = self.order_of(&column).await.unwrap_or_default().into();
            let is_known = self.value_orders.with_untracked(|value_orders| {
                value_orders.get(&column) == Some(&Some(Arc::clone(&order)))
            });
            if !is_known {
                self.value_orders.update(|value_orders| {
                    value_orders.insert(column, Some(order));
                });
            }
        });
    }

    async fn order_of(self, column: &str) -> Result<Vec<String>, Error> {
        let sql = untrack(|| {
            self.with_model(|model| {
                let mut attributes = model.attributes().iter();
                let attribute = attributes.find(|known| known.name() == column)?;
                let mut metrics = model.metrics().iter();
                let metric = metrics.find(|metric| attribute.is_of_fact(metric.fact()))?;
                let mut query = Query::default();
                query.metrics = vec![metric.clone()];
                query.by = vec![attribute.clone()];
                query.limit = Some(MOST_VALUES);
                query.sql(model)
            })
        });
        let Some(sql) = sql else {
            return Ok(Vec::new());
        };
        let rows = Rows::from(self.connect().await?.query(&sql).await?);
        let values = (0..rows.len()).map(|row| results::chart::name(&rows.cell(row, 0)));
        Ok(values.collect())
    }
}
