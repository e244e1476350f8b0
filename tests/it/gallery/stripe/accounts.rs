use crate::gallery::{both_ways, refused, sent, shown};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use steadfast::versioned;

/// Stripe, 2017-05-25, "Accounts must now specify one of three types (Standard, Express, or Custom)": who is new must
/// say the type; who said nothing before has a standard account.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct NewAccount {
    #[changed(
        in = "2017-05-25",
        was(#[serde(default)] managed: bool),
        upgrade = |managed| if managed { Kind::Custom } else { Kind::Standard },
        downgrade = |kind: &Kind| *kind != Kind::Standard,
        lossy = "an express account is managed too"
    )]
    r#type: Kind,
}

#[versioned]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Standard,
    Express,
    Custom,
}

#[test]
fn an_account_has_a_type() {
    let account = |r#type| NewAccount { r#type };
    for (kind, old, new) in [
        (Kind::Standard, r#"{"managed":false}"#, r#"{"type":"standard"}"#),
        (Kind::Custom, r#"{"managed":true}"#, r#"{"type":"custom"}"#),
    ] {
        both_ways(&account(kind), &[("2017-04-06", old), ("2017-05-25", new)]);
    }
    shown(
        &account(Kind::Express),
        &[("2017-04-06", r#"{"managed":true}"#), ("2017-05-25", r#"{"type":"express"}"#)],
    );
    sent(&[("2017-04-06", "{}", account(Kind::Standard))]);
    refused::<NewAccount>(&[("2017-05-25", "{}", "missing field `type`")]);
}

/// Stripe, 2019-02-19, "Several account fields have been refactored to better describe legal entity, verification status
/// and requirements, and configurable settings": three fields have other names inside of `settings.payouts`, the legal
/// entity is one of two fields beside its type, and a reason has another name.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[changed(
    in = "2019-02-19",
    was(legal_entity: LegalEntity),
    into(business_type, individual, company),
    upgrade = LegalEntity::split,
    downgrade = LegalEntity::join
)]
struct Account {
    business_type: BusinessType,
    individual: Option<Person>,
    company: Option<Company>,
    #[changed(
        in = "2019-02-19",
        was(payout_schedule: Schedule, payout_statement_descriptor: Option<String>, debit_negative_balances: bool),
        upgrade = Settings::of,
        downgrade = Settings::flat,
        lossless
    )]
    settings: Settings,
    disabled_reason: Option<DisabledReason>,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct LegalEntity {
    r#type: BusinessType,
    first_name: Option<String>,
    business_name: Option<String>,
}

#[versioned]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum BusinessType {
    Individual,
    Company,
}

#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Person {
    first_name: Option<String>,
}

#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Company {
    name: Option<String>,
}

impl LegalEntity {
    fn split(self) -> (BusinessType, Option<Person>, Option<Company>) {
        match self.r#type {
            BusinessType::Individual => (self.r#type, Some(Person { first_name: self.first_name }), None),
            BusinessType::Company => (self.r#type, None, Some(Company { name: self.business_name })),
        }
    }

    fn join(r#type: &BusinessType, individual: &Option<Person>, company: &Option<Company>) -> Self {
        Self {
            r#type: *r#type,
            first_name: individual.as_ref().and_then(|person| person.first_name.clone()),
            business_name: company.as_ref().and_then(|company| company.name.clone()),
        }
    }
}

#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Settings {
    payouts: Payouts,
}

#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Payouts {
    schedule: Schedule,
    statement_descriptor: Option<String>,
    debit_negative_balances: bool,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Schedule {
    interval: String,
}

impl Settings {
    fn of(schedule: Schedule, statement_descriptor: Option<String>, debit_negative_balances: bool) -> Self {
        Self { payouts: Payouts { schedule, statement_descriptor, debit_negative_balances } }
    }

    fn flat(&self) -> (Schedule, Option<String>, bool) {
        let Payouts { schedule, statement_descriptor, debit_negative_balances } = &self.payouts;
        (schedule.clone(), statement_descriptor.clone(), *debit_negative_balances)
    }
}

#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum DisabledReason {
    #[serde(rename = "requirements.past_due")]
    #[renamed(in = "2019-02-19", was(FieldsNeeded))]
    RequirementsPastDue,
    Listed,
}

#[test]
fn an_account_has_settings_and_one_kind_of_owner() {
    let settings = || Settings::of(Schedule { interval: "daily".to_owned() }, Some("ACME".to_owned()), true);
    both_ways(
        &Account {
            business_type: BusinessType::Individual,
            individual: Some(Person { first_name: Some("Ada".to_owned()) }),
            company: None,
            settings: settings(),
            disabled_reason: Some(DisabledReason::RequirementsPastDue),
        },
        &[
            (
                "2019-02-11",
                r#"{"legal_entity":{"type":"individual","first_name":"Ada","business_name":null},"payout_schedule":{"interval":"daily"},"payout_statement_descriptor":"ACME","debit_negative_balances":true,"disabled_reason":"fields_needed"}"#,
            ),
            (
                "2019-02-19",
                r#"{"business_type":"individual","individual":{"first_name":"Ada"},"company":null,"settings":{"payouts":{"schedule":{"interval":"daily"},"statement_descriptor":"ACME","debit_negative_balances":true}},"disabled_reason":"requirements.past_due"}"#,
            ),
        ],
    );
    both_ways(
        &Account {
            business_type: BusinessType::Company,
            individual: None,
            company: Some(Company { name: Some("Analytical Engines".to_owned()) }),
            settings: settings(),
            disabled_reason: None,
        },
        &[(
            "2019-02-11",
            r#"{"legal_entity":{"type":"company","first_name":null,"business_name":"Analytical Engines"},"payout_schedule":{"interval":"daily"},"payout_statement_descriptor":"ACME","debit_negative_balances":true,"disabled_reason":null}"#,
        )],
    );
}

/// Stripe, 2019-08-14, "Renames the `platform_payments` capability for accounts to `card_payments`, requiring the manual
/// specification of the added `transfers` capability": its text says that `transfers` is the new name. Who asks for
/// card payments in an older version asks for transfers, too.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct CapableAccount {
    #[changed(
        in = "2019-08-14",
        was(requested_capabilities: Vec<Capability>),
        upgrade = with_transfers,
        downgrade = Vec::clone
    )]
    requested_capabilities: Vec<Capability>,
    #[serde(default)]
    capabilities: BTreeMap<Capability, String>,
}

#[versioned]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Capability {
    CardPayments,
    #[renamed(in = "2019-08-14", was(PlatformPayments))]
    Transfers,
}

fn with_transfers(mut capabilities: Vec<Capability>) -> Vec<Capability> {
    if capabilities.contains(&Capability::CardPayments) && !capabilities.contains(&Capability::Transfers) {
        capabilities.push(Capability::Transfers);
    }
    capabilities
}

#[test]
fn a_capability_has_another_name_and_is_implied_no_more() {
    let account = |requested: &[Capability], granted: &[Capability]| CapableAccount {
        requested_capabilities: requested.to_vec(),
        capabilities: granted.iter().map(|&capability| (capability, "active".to_owned())).collect(),
    };
    let (cards, transfers) = (Capability::CardPayments, Capability::Transfers);
    both_ways(
        &account(&[cards, transfers], &[cards, transfers]),
        &[
            (
                "2019-05-16",
                r#"{"requested_capabilities":["card_payments","platform_payments"],"capabilities":{"card_payments":"active","platform_payments":"active"}}"#,
            ),
            (
                "2019-08-14",
                r#"{"requested_capabilities":["card_payments","transfers"],"capabilities":{"card_payments":"active","transfers":"active"}}"#,
            ),
        ],
    );
    let text = r#"{"requested_capabilities":["card_payments"]}"#;
    sent(&[
        ("2019-05-16", text, account(&[cards, transfers], &[])),
        ("2019-08-14", text, account(&[cards], &[])),
    ]);
}
