use steadfast::{ApiVersions, Endpoints, endpoints, idempotent, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
}

#[post("/from/{from}/to/{to}")]
#[idempotent(ttl = "24h", scope = none, operation = "transfer")]
async fn transfer() {}

#[post("/to/{to}/from/{from}")]
#[idempotent(ttl = "24h", scope = none, operation = "transfer")]
async fn receive() {}

fn main() {
    let _: Endpoints<Version, (), _> = endpoints![Version; transfer, receive]; //~ ERROR
}
