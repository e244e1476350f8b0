use steadfast::ApiVersions;

#[derive(ApiVersions)]
pub struct Version; //~ ERROR

fn main() {}
