use super::input::Input;
use super::send::Prepared;

/// Each line is one field of the header that names a version.
pub(super) fn prepare(data: &[u8]) -> Option<Prepared> {
    let input = Input::read(data)?;
    let mut sent = input.request(input.target());
    for line in &input.lines {
        sent.add(input.config.echo, line);
    }
    Some(Prepared::new(&input, sent, b""))
}
