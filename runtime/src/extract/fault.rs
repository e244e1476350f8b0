use crate::problem::{Kind, Problem};
use crate::transform;
use serde::de::value::Error;
use serde::{Deserialize, Deserializer};
use serde_path_to_error::Segment;

/// Why named texts do not have the shape of the served version.
pub(super) struct Fault {
    path: serde_path_to_error::Path,
    message: String,
}

/// Reads in the shape of the served version.
pub(super) fn read<'de, T, D>(deserializer: D) -> Result<T, Fault>
where
    T: Deserialize<'de>,
    D: Deserializer<'de, Error = Error>,
{
    transform::as_served(|| serde_path_to_error::deserialize(deserializer)).map_err(|traced| {
        let path = traced.path().clone();
        let message = match traced.into_inner().to_string() {
            // serde_html_form says so of many values, where one is asked for.
            message if message == "unsupported value" => {
                "is sent more than once, and takes one value".to_owned()
            }
            message => message,
        };
        Fault { path, message }
    })
}

/// Reads what is in the form of a query.
pub(super) fn read_encoded<'de, T: Deserialize<'de>>(encoded: &'de [u8]) -> Result<T, Fault> {
    read(serde_html_form::Deserializer::from_bytes(encoded))
}

impl Fault {
    /// The problem of a place whose names are `noun`s; the problem's `member` names the one at fault. What it is called
    /// on the wire, `written` says.
    pub(super) fn named(
        self,
        kind: Kind,
        noun: &str,
        member: &'static str,
        written: impl Fn(&str) -> String,
    ) -> Problem {
        if let Some(name) = self.missing() {
            let name = written(name);
            return kind.because(format!("the {noun} `{name}` is missing")).member(member, name);
        }
        match self.path.iter().next() {
            Some(Segment::Map { key }) => {
                let name = written(key);
                kind.because(format!("the {noun} `{name}`: {}", self.message)).member(member, name)
            }
            _ => kind.because(self.message),
        }
    }

    /// The problem of a body; its `pointer` is where the fault is.
    pub(super) fn pointed(self) -> Problem {
        let pointer = transform::pointer(&self.path);
        Kind::InvalidBody.because(self.message).member("pointer", pointer)
    }

    /// The field that is not there. serde tells it in the sentence alone.
    fn missing(&self) -> Option<&str> {
        self.message.strip_prefix("missing field `")?.strip_suffix('`')
    }
}
