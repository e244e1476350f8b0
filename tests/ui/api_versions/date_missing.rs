use steadfast::ApiVersions;

#[derive(ApiVersions)]
pub enum Version {
    V1, //~ ERROR
}

fn main() {
    // A use of the broken timeline is no second error.
    let _ = Version::TIMELINE;
}
