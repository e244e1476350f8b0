//! Compiles generated APIs beside the same APIs on bare axum, and measures the costs.

mod source;

use source::{Api, Framework, Kind};

use crate::run::{cargo, run};
use crate::{Result, root};
use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

/// A way to compile an API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Build {
    /// `cargo check`, with nothing of the API compiled before.
    Check,
    /// `cargo check`, after a change in the body of one handler.
    CheckAgain,
    /// `cargo build`, with nothing of the API compiled before.
    Debug,
}

/// The generated packages, in a workspace of their own.
struct Workspace {
    folder: PathBuf,
}

impl Workspace {
    /// Writes the packages of `apis`, and compiles what they depend on.
    fn of(apis: &[Api]) -> Result<Self> {
        let this = Self { folder: root().join("target/compile") };
        let folder = &this.folder;
        fs::create_dir_all(folder)?;
        let members: Vec<_> = apis.iter().map(|api| format!("{:?}", api.name())).collect();
        fs::write(
            folder.join("Cargo.toml"),
            format!(
                "[workspace]\nresolver = \"3\"\nmembers = [{}]\n[profile.dev]\ndebug = 0\n[profile.release]\nlto = \"thin\"\n",
                members.join(", ")
            ),
        )?;
        // The versions that everything else here is tested with.
        fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
        for api in apis {
            let package = folder.join(api.name());
            fs::create_dir_all(package.join("src"))?;
            let dependency = match api.framework {
                Framework::Steadfast => {
                    format!("steadfast = {{ path = \"{}\" }}", root().join("runtime").display())
                }
                Framework::Axum => {
                    "axum = { version = \"0.8\", default-features = false, features = [\"json\"] }".to_owned()
                }
            };
            fs::write(
                package.join("Cargo.toml"),
                format!(
                    "[package]\nname = {:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n\
                     [dependencies]\n{dependency}\nserde = {{ version = \"1\", features = [\"derive\"] }}\n",
                    api.name()
                ),
            )?;
            this.write(*api, 0)?;
        }
        Ok(this)
    }

    fn write(&self, api: Api, marker: u32) -> Result {
        Ok(fs::write(self.folder.join(api.name()).join("src/main.rs"), api.source(marker))?)
    }

    fn cargo(&self, arguments: &[&str], api: Api) -> Result {
        let mut cargo = cargo(arguments);
        cargo.args(["--quiet", "--package", &api.name()]).current_dir(&self.folder);
        cargo.env("CARGO_TARGET_DIR", self.folder.join("target")).env_remove("RUSTFLAGS");
        run(cargo.stdout(Stdio::null()))
    }

    /// The CPU seconds of a build of an API, the least of so many. What it depends on is compiled before.
    fn seconds(&self, api: Api, build: Build, times: u32) -> Result<f64> {
        let command: &[&str] = if build == Build::Debug { &["build"] } else { &["check"] };
        self.write(api, 0)?;
        self.cargo(command, api)?;
        let mut least = f64::INFINITY;
        for marker in 1..=times {
            if build != Build::CheckAgain {
                self.cargo(&["clean"], api)?;
            }
            self.write(api, marker)?;
            let before = cpu_seconds()?;
            self.cargo(command, api)?;
            least = least.min(cpu_seconds()? - before);
        }
        Ok(least)
    }

    /// The bytes of code in the release binary of an API.
    fn text(&self, api: Api) -> Result<f64> {
        use object::{Object, ObjectSection};
        self.write(api, 0)?;
        self.cargo(&["build", "--release"], api)?;
        let binary = fs::read(self.folder.join("target/release").join(api.name()))?;
        let file = object::File::parse(&*binary)?;
        let text = file.section_by_name(".text").ok_or("the binary has no code")?;
        #[allow(clippy::cast_precision_loss, reason = "a size")]
        Ok(text.size() as f64)
    }
}

/// The CPU seconds of all processes that this one has waited for.
fn cpu_seconds() -> Result<f64> {
    // proc(5): the 16th and 17th field, in hundredths of a second. The second may have spaces, and ends with `)`.
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |field: usize| -> Result<f64> {
        Ok(fields.get(field - 3).ok_or("no such field in /proc/self/stat")?.parse()?)
    };
    Ok((ticks(16)? + ticks(17)?) / 100.0)
}

/// A cost of an API that the same on bare axum has too.
struct Row {
    name: &'static str,
    kind: Kind,
    endpoints: usize,
    of: Cost,
}

#[derive(Clone, Copy)]
enum Cost {
    /// The CPU seconds of a build.
    Seconds(Build),
    /// The bytes of code in a release binary.
    Text,
}

const fn row(name: &'static str, kind: Kind, endpoints: usize, of: Cost) -> Row {
    Row { name, kind, endpoints, of }
}

const ROWS: &[Row] = &[
    row("check-text-50", Kind::Text, 50, Cost::Seconds(Build::Check)),
    row("check-text-200", Kind::Text, 200, Cost::Seconds(Build::Check)),
    row("check-text-500", Kind::Text, 500, Cost::Seconds(Build::Check)),
    row("check-bodies-200", Kind::Bodies, 200, Cost::Seconds(Build::Check)),
    row("check-types-50", Kind::Types, 50, Cost::Seconds(Build::Check)),
    row("check-types-200", Kind::Types, 200, Cost::Seconds(Build::Check)),
    row("check-types-500", Kind::Types, 500, Cost::Seconds(Build::Check)),
    row("check-again-types-200", Kind::Types, 200, Cost::Seconds(Build::CheckAgain)),
    row("build-bodies-200", Kind::Bodies, 200, Cost::Seconds(Build::Debug)),
    row("build-types-200", Kind::Types, 200, Cost::Seconds(Build::Debug)),
    row("text-bodies-200", Kind::Bodies, 200, Cost::Text),
    row("text-types-200", Kind::Types, 200, Cost::Text),
];

/// The cost of a row with steadfast, and on bare axum.
pub(crate) struct Measured {
    pub(crate) name: &'static str,
    pub(crate) ours: f64,
    pub(crate) bare: f64,
}

/// Measures every row whose name begins so; of several builds the fastest counts.
pub(crate) fn measure(beginning: &str, builds: u32) -> Result<Vec<Measured>> {
    let rows: Vec<&Row> = ROWS.iter().filter(|row| row.name.starts_with(beginning)).collect();
    let api = |row: &Row, framework| Api { kind: row.kind, framework, endpoints: row.endpoints };
    let both = [Framework::Steadfast, Framework::Axum];
    let mut apis: Vec<Api> = rows.iter().flat_map(|row| both.map(|framework| api(row, framework))).collect();
    apis.sort_by_key(|api| api.name());
    apis.dedup_by_key(|api| api.name());
    let workspace = Workspace::of(&apis)?;
    let mut measured = Vec::new();
    for row in rows {
        let cost = |framework| match row.of {
            Cost::Seconds(build) => workspace.seconds(api(row, framework), build, builds),
            Cost::Text => workspace.text(api(row, framework)),
        };
        measured.push(Measured {
            name: row.name,
            ours: cost(Framework::Steadfast)?,
            bare: cost(Framework::Axum)?,
        });
    }
    Ok(measured)
}
