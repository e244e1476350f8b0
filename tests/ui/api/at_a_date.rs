use steadfast::Date;

fn main() {
    let date = Date::parse("2024-01-15").unwrap();
    let _ = steadfast::at(date, || 1); //~ ERROR
}
