use crate::Result;
use std::fs;
use std::path::{Path, PathBuf};

/// The text files that rules and figures are about, by their path from the root with `/` between folders.
pub(crate) struct Files(pub(crate) Vec<(String, String)>);

impl Files {
    const EXTENSIONS: [&str; 4] = ["rs", "stderr", "toml", "lock"];

    /// Reads the files of a checkout.
    pub(crate) fn of(root: &Path) -> Result<Self> {
        let mut paths = Vec::new();
        collect(root, &mut paths)?;
        paths.sort();
        let read = |path: PathBuf| -> Result<_> {
            let name = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
            Ok((name, fs::read_to_string(&path)?))
        };
        Ok(Self(paths.into_iter().map(read).collect::<Result<_>>()?))
    }

    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == path).map(|(_, text)| text.as_str())
    }

    /// Returns the path and the text of each Rust file.
    pub(crate) fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        let files = self.0.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        files.filter(|(path, _)| Path::new(path).extension().is_some_and(|extension| extension == "rs"))
    }
}

/// What is built, hidden or left over is no part of the repository.
fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> Result {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if entry.file_type()?.is_dir() {
            if !name.starts_with('.') && !["target", "wip"].contains(&&*name) {
                collect(&path, paths)?;
            }
        } else if Files::EXTENSIONS
            .iter()
            .any(|extension| path.extension().is_some_and(|own| own == *extension))
        {
            paths.push(path);
        }
    }
    Ok(())
}
