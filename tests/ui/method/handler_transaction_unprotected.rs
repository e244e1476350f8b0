use steadfast::{Sqlite, Tx, post};

#[post("/payments")]
async fn handler(_tx: Tx<Sqlite>) {} //~ ERROR

fn main() {
    let _ = handler;
}
