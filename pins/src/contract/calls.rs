//! One call after the other.

use super::{FIRST, LAST, Probe, day};

pub(super) async fn first_pins(probe: &Probe) -> Result<(), String> {
    probe.expect_pin("acme", day(5), day(5)).await?;
    probe.expect_pin("acme", day(6), day(5)).await?;
    probe.expect_pin("acme", day(4), day(5)).await?;
    probe.expect("acme", Some(day(5))).await
}

pub(super) async fn get_only_gets(probe: &Probe) -> Result<(), String> {
    probe.expect("acme", None).await?;
    probe.expect("acme", None).await?;
    probe.expect_pin("acme", day(5), day(5)).await
}

pub(super) async fn set_shows(probe: &Probe) -> Result<(), String> {
    probe.set("acme", day(3)).await?;
    probe.expect("acme", Some(day(3))).await?;
    probe.expect_pin("acme", day(9), day(3)).await?;
    // Callers move forward, and back if that was too early.
    for to in [9, 9, 2] {
        probe.set("acme", day(to)).await?;
        probe.expect_pin("acme", day(10), day(to)).await?;
        probe.expect("acme", Some(day(to))).await?;
    }
    probe.expect_pin("other", day(5), day(5)).await?;
    probe.set("other", day(6)).await?;
    probe.expect("other", Some(day(6))).await?;
    probe.expect_pin("other", day(7), day(6)).await
}

pub(super) async fn every_day(probe: &Probe) -> Result<(), String> {
    for (caller, day) in [("first", FIRST), ("last", LAST)] {
        probe.expect_pin(caller, day, day).await?;
        probe.expect(caller, Some(day)).await?;
    }
    probe.set("first", LAST).await?;
    probe.expect("first", Some(LAST)).await
}

/// What collations, trimming, normalisation, patterns and missing quotes take for each other.
pub(super) async fn every_byte_counts(probe: &Probe) -> Result<(), String> {
    let callers = [
        "",
        " ",
        "acme",
        "Acme",
        "ACME",
        "acme ",
        " acme",
        "acm",
        "acme1",
        "acme01",
        "a_me",
        "a%",
        "ac'me",
        "ac''me",
        "ac\"me",
        "ac\\me",
        "caf\u{e9}",
        "cafe\u{301}",
        "cafe",
        "stra\u{df}e",
        "strasse",
        "\u{540d}\u{524d}",
        "\u{1f980}",
        "\u{1f980}\u{200d}",
        "1",
        "01",
        "1.0",
        "NULL",
    ];
    apart(probe, &callers).await
}

pub(super) async fn long_ids(probe: &Probe) -> Result<(), String> {
    let common = "\u{e9}".repeat(5 * 1024);
    let callers: Vec<_> = ["", "1", "2"].map(|end| format!("{common}{end}")).into();
    apart(probe, &callers.iter().map(String::as_str).collect::<Vec<_>>()).await
}

async fn apart(probe: &Probe, callers: &[&str]) -> Result<(), String> {
    for (of, caller) in callers.iter().enumerate() {
        probe.expect_pin(caller, day(of), day(of)).await?;
    }
    for (of, caller) in callers.iter().enumerate() {
        probe.expect(caller, Some(day(of))).await?;
        probe.set(caller, day(of + 100)).await?;
    }
    for (of, caller) in callers.iter().enumerate() {
        probe.expect_pin(caller, day(0), day(of + 100)).await?;
    }
    Ok(())
}

pub(super) async fn callers_are_apart(probe: &Probe) -> Result<(), String> {
    probe.expect_pin("one", day(1), day(1)).await?;
    probe.expect("two", None).await?;
    probe.set("two", day(2)).await?;
    probe.expect("one", Some(day(1))).await?;
    probe.expect("three", None).await?;
    probe.set("one", day(4)).await?;
    probe.expect("two", Some(day(2))).await?;
    probe.expect_pin("three", day(3), day(3)).await?;
    probe.expect("one", Some(day(4))).await?;
    probe.expect("two", Some(day(2))).await
}
