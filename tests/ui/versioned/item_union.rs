use steadfast::versioned;

#[versioned]
union Bits {
    #[renamed(in = "2025-09-30", was(raw))]
    whole: u32,
    parts: [u8; 4],
}

fn main() {}
