use crate::Result;
use crate::run::{command, run};
use std::path::Path;

/// Makes sure that `program`, from the Debian package of the same name, can be run.
pub(crate) fn ensure(program: &str) -> Result {
    if found(program) {
        return Ok(());
    }
    if !Path::new("/etc/debian_version").exists() || !is_root() {
        return Err(format!(
            "`{program}` is not on PATH: install it (on Debian, `apt-get install {program}` as root)"
        )
        .into());
    }
    println!("installing {program}");
    run(command("apt-get", &["update", "--quiet", "--quiet"]).env("DEBIAN_FRONTEND", "noninteractive"))?;
    run(command("apt-get", &["install", "-y", "--quiet", program]).env("DEBIAN_FRONTEND", "noninteractive"))?;
    if found(program) {
        Ok(())
    } else {
        Err(format!("Debian's package {program} brought no `{program}`").into())
    }
}

fn found(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn is_root() -> bool {
    let id = command("id", &["-u"]).output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_looked_for_on_the_path() {
        assert!(found("sh"));
        assert!(!found("a-program-that-nobody-has-written"));
    }
}
