use super::{V1, V2, V3, Version, assert_refused, at, server};
use serde::{Deserialize, Serialize};
use steadfast::extract::Cookies;
use steadfast::{api_version, endpoints, get, versioned};

#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Session {
    #[renamed(in = "2024-12-18", was(sid))]
    session_id: String,
    #[changed(in = "2025-07-01", was(dark: Option<bool>), upgrade = theme, downgrade = dark)]
    theme: Vec<String>,
}

fn theme(dark: Option<bool>) -> Vec<String> {
    dark.into_iter().map(|dark| if dark { "dark" } else { "light" }.to_owned()).collect()
}

fn dark(theme: &Vec<String>) -> Option<bool> {
    theme.first().map(|theme| theme == "dark")
}

#[get("/session")]
#[api_version(since = "2024-01-01")]
async fn session(Cookies(session): Cookies<Session>) -> String {
    format!("{} {}", session.session_id, session.theme.join(","))
}

#[tokio::test]
async fn each_version_has_its_own_cookies() {
    let server = server(endpoints![Version; session]).await;
    for (version, lines, expected) in [
        (V1, &["sid=a"][..], "a "),
        (V1, &["other=1; sid=a%20b;dark=true"], "a b dark"),
        (V2, &["session_id=a=b; dark=false; sid=c"], "a=b light"),
        (V2, &["session_id=a", "dark=on"], "a dark"),
        (V3, &["session_id=a; theme=x; theme=y%3B"], "a x,y;"),
        (V3, &["theme=x; ;=; nonsense", "session_id=\"q\"; theme=y"], "\"q\" x,y"),
    ] {
        let mut headers = vec![at(version)];
        headers.extend(lines.iter().map(|line| format!("Cookie: {line}")));
        let answer = server.call("GET /session", &headers, "").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, expected), "{version} {lines:?} {answer:?}");
    }
}

#[tokio::test]
async fn a_refusal_names_the_cookie_as_the_client_does() {
    let server = server(endpoints![Version; session]).await;
    for (version, line, name, detail) in [
        (V1, "session_id=a", "sid", "missing"),
        (V2, "sid=a", "session_id", "missing"),
        (V2, "session_id=a; dark=very", "dark", "very"),
        (V3, "session_id=a; session_id=b; theme=x", "session_id", "more than once"),
        (V3, "session_id=a", "theme", "missing"),
    ] {
        let answer = server.get("/session", &[&at(version), &format!("Cookie: {line}")]).await;
        assert_refused(&answer, 400, "invalid-cookie", "cookie", Some(name), detail);
    }
}
