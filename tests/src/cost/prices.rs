//! Dated table of list prices, from `infra/prices.json`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::service::Price;

/// The table, as JSON.
const TABLE: &str = include_str!("../../../infra/prices.json");

/// List prices of one region, on one day.
#[derive(Debug, Clone)]
pub(super) struct Prices {
    /// AWS region.
    pub(super) region: String,
    /// Date of the look-up: year, month, day.
    pub(super) date: String,
    /// Source of the prices.
    pub(super) note: String,
    dollars: BTreeMap<Price, f64>,
}

impl Prices {
    /// Returns the prices in the repository.
    ///
    /// If the table is not valid JSON, lacks a price, or has a price that is not used.
    pub(super) fn ours() -> Result<Self, String> {
        Self::parse(TABLE)
    }

    pub(super) fn parse(table: &str) -> Result<Self, String> {
        let table: Value = serde_json::from_str(table).map_err(|error| error.to_string())?;
        let text =
            |name: &str| table[name].as_str().map(str::to_owned).ok_or(format!("the prices have no {name}"));
        let named = table["prices"].as_object().ok_or("there are no prices")?;
        let known = |name: &String| Price::ALL.iter().any(|price| price.name() == name);
        if let Some(unknown) = named.keys().find(|name| !known(name)) {
            return Err(format!("nothing is billed by {unknown}"));
        }
        let dollars = |price: &Price| Some((*price, one(named.get(price.name())?)?));
        let dollars: BTreeMap<Price, f64> = Price::ALL.iter().filter_map(dollars).collect();
        if let Some(lacking) = Price::ALL.iter().find(|price| !dollars.contains_key(price)) {
            return Err(format!("{} has no price, or one without a unit or a page", lacking.name()));
        }
        Ok(Self { region: text("region")?, date: text("date")?, note: text("note")?, dollars })
    }

    /// Returns the price of one unit, in dollars.
    pub(super) fn of(&self, price: Price) -> f64 {
        self.dollars.get(&price).copied().unwrap_or_default()
    }
}

/// Returns dollars per unit. An entry must name its unit and the page that states the price.
fn one(entry: &Value) -> Option<f64> {
    entry["unit"].as_str()?;
    entry["page"].as_str()?;
    Some(entry["dollars"].as_f64()? / entry["per"].as_f64().filter(|per| *per > 0.0)?)
}
