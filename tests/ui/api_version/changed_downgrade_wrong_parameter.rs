use steadfast::{api_version, get};

fn list_of(page: u8) -> String {
    page.to_string()
}

#[get("/payments")]
#[api_version(
    since = "2024-01-15",
    changed(in = "2024-12-18", response(downgrade = list_of)) //~ ERROR
)]
async fn list() -> String {
    String::new()
}

fn main() {}
