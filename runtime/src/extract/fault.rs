use crate::problem::{Kind, Problem};
use crate::transform::{self};
use crate::wire;
use crate::wire::place;
use serde::de::value::Error;
use serde::{Deserialize, Deserializer};
use serde_path_to_error::Segment;

/// Why named texts do not have the shape of the served version.
pub(super) struct Fault {
    /// The name at fault, if it is told.
    name: Option<String>,
    pointer: String,
    message: String,
}

/// Reads in the shape of the served version.
pub(super) fn read<'de, T, D>(deserializer: D) -> Result<T, Fault>
where
    T: Deserialize<'de>,
    D: Deserializer<'de, Error = Error>,
{
    let read = || place::tracked(|| serde_path_to_error::deserialize(deserializer));
    wire::as_served(read).map_err(|traced| {
        let path = traced.path().clone();
        let message = match traced.into_inner().to_string() {
            // serde_html_form says so of many values, where one is asked for.
            message if message == "unsupported value" => {
                "is sent more than once, and takes one value".to_owned()
            }
            message => message,
        };
        let place = place::of(&message);
        let name = match path.iter().next() {
            Some(Segment::Map { key }) => Some(key.clone()),
            Some(_) => None,
            None => place.split('/').nth(1).map(|name| name.replace("~1", "/").replace("~0", "~")),
        };
        Fault { name, pointer: transform::pointer(&path) + place, message }
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
        match &self.name {
            Some(name) => {
                let name = written(name);
                kind.because(format!("the {noun} `{name}`: {}", self.message)).member(member, name)
            }
            None => kind.because(self.message),
        }
    }

    /// The problem of a body; its `pointer` is where the fault is.
    pub(super) fn pointed(self) -> Problem {
        Kind::InvalidBody.because(self.message).member("pointer", self.pointer)
    }

    /// The field that is not there. serde tells it in the sentence alone.
    fn missing(&self) -> Option<&str> {
        self.message.strip_prefix("missing field `")?.strip_suffix('`')
    }
}
