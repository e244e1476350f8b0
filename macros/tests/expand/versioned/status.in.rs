#[versioned]
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[removed(in = "2024-12-18", was(Pending), upgrade = Status::Active)]
pub enum Status {
    Active,
    #[renamed(in = "2024-12-18", was(CancelledByUser))]
    Canceled { reason: String },
    #[added(in = "2025-09-30", was(Active))]
    RequiresAction,
    #[added(in = "2025-09-30", downgrade = Status::before_partial)]
    Partial(Partial),
}
