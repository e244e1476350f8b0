use steadfast::ApiVersions;

#[derive(ApiVersions)]
pub enum Version {
    #[version("2024-01-15")]
    V1(u32), //~ ERROR
}

fn main() {
    // A use of the broken timeline is no second error.
    let _ = Version::TIMELINE;
}
