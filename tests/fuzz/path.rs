use super::input::Input;
use super::send::Prepared;

/// The first line is the path, whole; if it is empty, the chosen one. The others are conditions, and references that a
/// handler answers.
pub(super) fn prepare(data: &[u8]) -> Option<Prepared> {
    let input = Input::read(data)?;
    let (path, junk) = input.lines.split_first()?;
    let uri = if path.is_empty() {
        input.target()
    } else {
        [input.config.mount.as_bytes(), path].concat().as_slice().try_into().ok()?
    };
    let mut sent = input.request(uri);
    for junk in junk {
        sent.add_junk(junk);
    }
    Some(Prepared::new(&input, sent, b""))
}
