use steadfast::versioned;

#[versioned]
#[derive(Debug)]
struct Payment {
    #[renamed(in = "2024-12-18", was(number))]
    id: u64,
}

fn main() {
    println!("{:?}", Payment { id: 1 });
}
