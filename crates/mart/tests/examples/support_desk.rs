//! Two roles of one calendar, and a bridge with weights.

use mart::{Days, Filter};

use crate::example::Example;
use crate::totals_are_those_of_the_files;

const NAME: &str = "support_desk";

#[test]
fn totals_by_every_attribute_are_those_of_the_files() {
    let Some(mut desk) = Example::load(NAME) else {
        return;
    };
    let tickets = desk.csv("tickets.csv");
    let score = "avg(CAST(nullif(satisfaction, 'n/a') AS INTEGER))";
    let expected = [
        ("tickets", format!("SELECT count(*) FROM {tickets}")),
        (
            "closed_tickets",
            format!("SELECT count(*) FROM {tickets} WHERE closed_on <> ''"),
        ),
        (
            "hours_of_work",
            format!("SELECT sum(CAST(hours_spent AS DECIMAL(8,1))) FROM {tickets}"),
        ),
        (
            "replies_in_time",
            format!("SELECT count(*) FROM {tickets} WHERE replied_in_time = '1'"),
        ),
        (
            "resolution_rate",
            format!("SELECT round(count(nullif(closed_on, '')) / count(*), 4) FROM {tickets}"),
        ),
        (
            "average_satisfaction",
            format!("SELECT round({score}, 2) FROM {tickets}"),
        ),
    ];
    totals_are_those_of_the_files(&mut desk, &expected);
}

#[test]
fn each_role_of_the_date_counts_its_own_days() {
    let Some(mut desk) = Example::load(NAME) else {
        return;
    };
    let tickets = desk.csv("tickets.csv");
    for (attribute, column) in [("opened_month", "opened_on"), ("closed_month", "closed_on")] {
        let ours = desk.ask(&["tickets"], &[attribute], &Filter::default());
        let theirs = format!(
            "SELECT CAST(nullif({column}, '')[:7] || '-01' AS DATE) AS {attribute}, count(*) AS tickets\nFROM {tickets}\nGROUP BY ALL"
        );
        desk.assert_same(&ours, &theirs);
    }
    // Filters are about the day that a ticket was opened.
    let march = Filter {
        days: Days::of("2025-03").unwrap(),
        ..Filter::default()
    };
    let ours = desk.ask(&["tickets", "closed_tickets"], &[], &march);
    let theirs = format!(
        "SELECT count(*) AS tickets, count(nullif(closed_on, '')) AS closed_tickets FROM {tickets} WHERE opened_on LIKE '2025-03-%'"
    );
    desk.assert_same(&ours, &theirs);
}

#[test]
fn a_ticket_is_shared_between_its_tags() {
    let Some(mut desk) = Example::load(NAME) else {
        return;
    };
    let (tickets, shares, tags) = (
        desk.csv("tickets.csv"),
        desk.csv("ticket_tags.csv"),
        desk.csv("tags.csv"),
    );
    let uneven = format!(
        "SELECT count(*) AS uneven FROM (SELECT ticket_id FROM {shares} GROUP BY ticket_id HAVING sum(CAST(share AS DECIMAL(2,1))) <> 1)"
    );
    assert_eq!(desk.text(&uneven), "0");
    let ours = desk.ask(
        &["tickets", "closed_tickets", "hours_of_work"],
        &["tag_name"],
        &Filter::default(),
    );
    let theirs = format!(
        "SELECT tag_name, sum(CAST(share AS DECIMAL(2,1))) AS tickets,
    sum(CASE WHEN closed_on <> '' THEN CAST(share AS DECIMAL(2,1)) ELSE 0 END) AS closed_tickets,
    sum(CAST(hours_spent AS DECIMAL(8,1)) * CAST(share AS DECIMAL(2,1))) AS hours_of_work
FROM {tickets} JOIN {shares} USING (ticket_id) JOIN {tags} USING (tag_id)
GROUP BY tag_name"
    );
    desk.assert_same(&ours, &theirs);
}

#[test]
fn the_question_by_tag_is_readable() {
    let Some(desk) = Example::load(NAME) else {
        return;
    };
    insta::assert_snapshot!(desk.question("tickets_by_tag"));
}
