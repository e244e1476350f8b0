use super::input::Input;
use super::send::Prepared;

/// Lines of `Accept`, besides the second, which is `Content-Type`, and the last of three or more, which is the body.
pub(super) fn prepare(data: &[u8]) -> Option<Prepared> {
    let input = Input::read(data)?;
    let mut sent = input.request(input.target());
    let (body, fields) = match input.lines.as_slice() {
        [fields @ .., body] if fields.len() >= 2 => (*body, fields),
        fields => (&b""[..], fields),
    };
    for (index, line) in fields.iter().enumerate() {
        let name = if index == 1 { "content-type" } else { "accept" };
        // An empty field is another thing than none, but only the first can be left out otherwise.
        if index != 1 || !line.is_empty() {
            sent.add(name, line);
        }
    }
    Some(Prepared::new(&input, sent, body))
}
