use steadfast::ApiVersions;

#[derive(ApiVersions)]
pub enum Version {
    #[version("2024-01-15", alias = "..")] //~ ERROR
    V1,
}

fn main() {
    // A use of the broken timeline is no second error.
    let _ = Version::TIMELINE;
}
