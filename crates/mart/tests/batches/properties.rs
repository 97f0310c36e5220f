//! What is true of any loads of any files: each amount is accounted for, each key leads to a row, a load again
//! changes nothing, and a load that is taken back has never been.

use mart::LoadMode::{self, Append, Merge, Replace};
use mart::Part;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::support::{Mart, SHOP};

/// Rows of both sources, and what they do to those before.
type Load = (
    Option<(LoadMode, Vec<String>)>,
    Option<(LoadMode, Vec<String>)>,
);

fn mode() -> impl Strategy<Value = LoadMode> {
    prop::sample::select(vec![Replace, Append, Merge])
}

fn person() -> impl Strategy<Value = String> {
    let id = prop::option::weighted(0.9, 1..5_u8);
    let city = prop::sample::select(vec!["'Bonn'", "'Kiel'", "NULL"]);
    (id, 0..2_u8, city).prop_map(|(id, name, city)| {
        let id = id.map_or_else(|| "CAST(NULL AS BIGINT)".to_owned(), |id| id.to_string());
        format!("({id}, 'N{name}', CAST({city} AS VARCHAR))")
    })
}

fn sale() -> impl Strategy<Value = String> {
    let buyer = prop::option::weighted(0.8, 1..6_u8);
    (1..5_u8, 1..3_u8, buyer, 0..3_u8, 0..10_u8).prop_map(|(sale, line, buyer, item, price)| {
        let buyer = buyer.map_or_else(|| "NULL".to_owned(), |buyer| buyer.to_string());
        format!("({sale}, {line}, CAST({buyer} AS BIGINT), 'I{item}', {price})")
    })
}

fn load() -> impl Strategy<Value = Load> {
    let people = prop::option::weighted(0.7, (mode(), prop::collection::vec(person(), 1..5)));
    let sales = prop::option::weighted(0.8, (mode(), prop::collection::vec(sale(), 1..6)));
    (people, sales)
}

/// A document with the choices that a user has.
fn document() -> impl Strategy<Value = String> {
    let history = prop::sample::select(vec!["first", "last", "versions"]);
    (history, any::<bool>(), any::<bool>()).prop_map(|(history, keeps_last, waits)| {
        let mut document: serde_json::Value = serde_json::from_str(SHOP).unwrap();
        let person = &mut document["datasets"][0];
        person["history"] = history.into();
        if history != "versions" {
            let fields = person["fields"].as_array_mut().unwrap();
            fields.retain(|field| field["from"]["version"].is_null());
        }
        if keeps_last {
            document["sources"][1]["duplicates"] = "keep_last".into();
        }
        if waits {
            document["relationships"][1]["orphans"] = "quarantine".into();
        }
        document.to_string()
    })
}

fn apply(mart: &mut Mart, load: &Load) -> u32 {
    let join = |rows: &[String]| rows.join(", ");
    let people = load.0.as_ref().map(|(mode, rows)| (0, *mode, join(rows)));
    let sales = load.1.as_ref().map(|(mode, rows)| (1, *mode, join(rows)));
    let files: Vec<_> = people.into_iter().chain(sales).collect();
    let files: Vec<_> = files
        .iter()
        .map(|(place, mode, rows)| (*place, *mode, rows.as_str()))
        .collect();
    mart.load(&files)
}

fn tables(mart: &mut Mart) -> Vec<String> {
    let mut all = mart.everything();
    all.retain(|row| !row.starts_with("quarantine"));
    all
}

#[test]
fn any_loads_keep_what_is_promised() {
    if Mart::of(SHOP).is_none() {
        return;
    }
    let cases = std::env::var("LOAD_CASES").ok();
    let cases = cases.and_then(|cases| cases.parse().ok()).unwrap_or(10);
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 30,
        ..ProptestConfig::default()
    };
    let histories = (document(), prop::collection::vec(load(), 1..5));
    let outcome = TestRunner::new(config).run(&histories, |(document, loads)| {
        let mut mart = Mart::of(&document).unwrap();
        mart.fill();
        for one in &loads {
            let before = mart.everything();
            let number = apply(&mut mart, one);
            let after = mart.everything();
            for measure in ["rows", "price"] {
                let [sources, in_mart, set_aside, replaced] = mart.account(measure);
                prop_assert_eq!(
                    sources,
                    in_mart + set_aside + replaced,
                    "{}: {:?}",
                    measure,
                    Part::ALL
                );
            }
            let lost = "SELECT count(*) FROM fact_sale AS f
                WHERE NOT EXISTS (SELECT 1 FROM dim_item AS d WHERE d.item_key = f.item_key)
                   OR NOT EXISTS (SELECT 1 FROM dim_person AS d WHERE d.person_key = f.buyer_key)";
            prop_assert_eq!(mart.rows(lost), ["0"]);
            mart.take_back(number);
            prop_assert_eq!(&mart.everything(), &before, "taken back");
            apply(&mut mart, one);
            prop_assert_eq!(&mart.everything(), &after, "loaded once more");
            let adds = |part: &Option<(LoadMode, Vec<String>)>| {
                part.as_ref().is_some_and(|(mode, _)| *mode == Append)
            };
            if !adds(&one.0) && !adds(&one.1) {
                let once = tables(&mut mart);
                let again = apply(&mut mart, one);
                prop_assert_eq!(tables(&mut mart), once, "loaded twice");
                mart.take_back(again);
            }
        }
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}
