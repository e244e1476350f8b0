//! The programs of this package are in its folders: `cargo run --example payments`.
