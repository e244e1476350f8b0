use steadfast::ApiVersions;

#[derive(ApiVersions)]
pub enum Version {} //~ ERROR

fn main() {}
