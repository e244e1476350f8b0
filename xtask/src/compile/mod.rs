//! What it costs to compile an API, beside the same API on bare axum.

mod source;

pub(crate) use source::{Api, Framework, Kind};

use crate::run::{cargo, run};
use crate::{Result, root};
use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

/// How an API is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    /// `cargo check`, with nothing of the API compiled before.
    Check,
    /// `cargo check`, after a change in the body of one handler.
    CheckAgain,
    /// `cargo build`, with nothing of the API compiled before.
    Debug,
}

/// Where the APIs are, in a workspace of their own.
pub(crate) struct Workspace {
    folder: PathBuf,
}

impl Workspace {
    /// Writes the packages of `apis`, and compiles what they depend on.
    pub(crate) fn of(apis: &[Api]) -> Result<Self> {
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
    pub(crate) fn seconds(&self, api: Api, build: Build, times: u32) -> Result<f64> {
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
    pub(crate) fn text(&self, api: Api) -> Result<f64> {
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

/// A cost of the API that the same on bare axum has too.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) endpoints: usize,
    pub(crate) build: Build,
}

const fn row(name: &'static str, kind: Kind, endpoints: usize, build: Build) -> Row {
    Row { name, kind, endpoints, build }
}

pub(crate) const ROWS: &[Row] = &[
    row("check-text-50", Kind::Text, 50, Build::Check),
    row("check-text-200", Kind::Text, 200, Build::Check),
    row("check-text-500", Kind::Text, 500, Build::Check),
    row("check-bodies-200", Kind::Bodies, 200, Build::Check),
    row("check-types-50", Kind::Types, 50, Build::Check),
    row("check-types-200", Kind::Types, 200, Build::Check),
    row("check-types-500", Kind::Types, 500, Build::Check),
    row("check-again-types-200", Kind::Types, 200, Build::CheckAgain),
    row("build-bodies-200", Kind::Bodies, 200, Build::Debug),
    row("build-types-200", Kind::Types, 200, Build::Debug),
];

/// The cost of each row whose name begins so, with steadfast and on bare axum.
pub(crate) fn measure(beginning: &str, times: u32) -> Result<Vec<(&'static str, f64, f64)>> {
    let rows: Vec<&Row> = ROWS.iter().filter(|row| row.name.starts_with(beginning)).collect();
    let api = |row: &Row, framework| Api { kind: row.kind, framework, endpoints: row.endpoints };
    let mut apis: Vec<Api> = Vec::new();
    for row in &rows {
        for framework in [Framework::Steadfast, Framework::Axum] {
            let api = api(row, framework);
            if apis.iter().all(|known| known.name() != api.name()) {
                apis.push(api);
            }
        }
    }
    let workspace = Workspace::of(&apis)?;
    let mut measured = Vec::new();
    for row in rows {
        let ours = workspace.seconds(api(row, Framework::Steadfast), row.build, times)?;
        let bare = workspace.seconds(api(row, Framework::Axum), row.build, times)?;
        eprintln!("{}: {ours:.2} s, bare {bare:.2} s, x {:.2}", row.name, ours / bare);
        measured.push((row.name, ours, bare));
    }
    Ok(measured)
}
