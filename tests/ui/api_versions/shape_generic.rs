use steadfast::ApiVersions;

#[derive(ApiVersions)]
pub enum Version<const N: usize> { //~ ERROR
    #[version("2024-01-15")]
    V1,
}

fn main() {}
