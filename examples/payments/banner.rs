//! What the program says when it starts.

use crate::options::Place;
use crate::version::Version;
use std::fmt;
use std::net::SocketAddr;
use steadfast::{ApiVersions, Date, Phase};

/// The versions with their phase, where the service listens, and commands to try.
pub struct Banner<'a> {
    pub today: Date,
    pub address: SocketAddr,
    pub place: &'a Place,
}

impl Banner<'_> {
    #[allow(clippy::print_stdout, reason = "this is a program, and its output is for a person")]
    pub fn print(&self) {
        print!("{self}");
    }

    fn versions(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Versions on {}:", self.today)?;
        writeln!(f, "  version     alias  phase       deprecated  sunset")?;
        let day = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        for release in Version::TIMELINE.releases {
            let phase = Phase::of(release, self.today);
            let [alias, deprecated, sunset] =
                [release.alias.unwrap_or_default().to_owned(), day(release.deprecated), day(release.sunset)];
            let line = format!("  {}  {alias:<5}  {phase:<10}  {deprecated:<10}  {sunset}", release.date);
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

impl fmt::Display for Banner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.versions(f)?;
        let Self { address, place, .. } = self;
        // A key of its own for every start: the answers of the last one are kept 24 hours.
        let key = format!("order-{:08x}", getrandom::u32().unwrap_or_default());
        let post = |value: u32| {
            format!(
                "curl -i http://{address}/payments -H 'Authorization: Bearer acme' \\\n    \
                 -H 'Idempotency-Key: {key}' -H 'Content-Type: application/json' \\\n    \
                 -d '{{\"amount\":{{\"value\":{value},\"currency\":\"usd\"}},\"customer\":\"cus_1\"}}'"
            )
        };
        write!(
            f,
            "
Pay. Send it twice: the second answer is a replay (Idempotency-Replayed: true), and there is one payment:
  {pay}

The same key for another amount is refused (422):
  {reuse}

The list as a client of 2024-12-18 sees it; globex is pinned to that version and need not name it:
  curl -i http://{address}/payments -H 'Authorization: Bearer acme' -H 'Api-Version: 2024-12-18'
  curl -i http://{address}/payments -H 'Authorization: Bearer globex'

Payments and idempotency records: {place}. Stop with Ctrl-C.
Listening on http://{address}
",
            pay = post(1000),
            reuse = post(2000),
        )
    }
}
