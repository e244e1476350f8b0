use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[changed(in = "2024-12-18", was(name: String), into(frist, last), upgrade = split, downgrade = join)]
struct Payment {
    first: String,
    last: String,
}

fn split(name: String) -> (String, String) {
    (name.clone(), name)
}

fn join(first: &String, last: &String) -> String {
    format!("{first} {last}")
}

fn main() {}
