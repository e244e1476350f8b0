#[versioned]
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub struct Payment {
    pub id: u64,
    #[changed(
        in = "2024-12-18",
        was(amount_cents: i64, #[serde(default = "usd")] currency: String),
        upgrade = Money::from_parts,
        downgrade = Money::to_parts,
    )]
    pub amount: Money,
    #[added(in = "2025-09-30", default)]
    pub priority: Priority,
}
