use super::input::Input;
use super::send::Prepared;

/// The first line is the query; the others are what handlers get to see besides.
pub(super) fn prepare(data: &[u8]) -> Option<Prepared> {
    let input = Input::read(data)?;
    let (query, junk) = input.lines.split_first()?;
    let target = [input.path().as_bytes(), b"?", query].concat();
    let mut sent = input.request(target.as_slice().try_into().ok()?);
    for junk in junk {
        sent.add_junk(junk);
    }
    Some(Prepared::new(&input, sent, b""))
}
