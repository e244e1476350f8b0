use steadfast::{ApiVersions, Endpoints, endpoints, idempotent, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
}

struct MayPay;

#[post("/payments")]
#[idempotent(ttl = "24h", scope = global, authorize(MayPay))]
async fn handler() {}

fn main() {
    let _: Endpoints<Version, (), _> = endpoints![Version; handler]; //~ ERROR
}
