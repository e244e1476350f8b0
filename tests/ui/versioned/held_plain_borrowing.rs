use serde::Serialize;
use steadfast::versioned;

#[derive(Serialize)]
struct Plain<'a> {
    id: &'a str,
}

#[versioned]
#[derive(Serialize)]
struct Order<'a> {
    held: Plain<'a>, //~ ERROR
}

fn main() {}
