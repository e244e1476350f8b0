use steadfast::{ApiVersions, Endpoints, endpoints, get};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
}

struct Answer;

#[get("/payments")]
async fn handler() -> Answer { //~ ERROR
    Answer
}

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; handler];
}
