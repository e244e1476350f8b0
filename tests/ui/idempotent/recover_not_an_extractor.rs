use steadfast::idempotency::{LostExecution, Recover, Recovery};
use steadfast::{ApiVersions, Endpoints, endpoints, idempotent, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
}

struct AskBank;

impl Recover for AskBank {
    type Answer = ();

    async fn recover(self, _: LostExecution) -> Recovery<()> {
        Recovery::Unknown
    }
}

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none, on_lost = recover(AskBank))]
async fn handler() {}

fn main() {
    let _: Endpoints<Version, (), _> = endpoints![Version; handler]; //~ ERROR
}
