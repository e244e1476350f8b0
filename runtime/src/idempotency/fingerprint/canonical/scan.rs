use super::LONGEST;
use super::layout::{Layout, Open, OpenMember};
use super::pointers::{Counts, Place};

/// How deep values may stand in each other, as in `serde_json`.
const DEEPEST: usize = 128;

/// Reads a document once. Yields its text without white space and needless escapes, and what in it has to move.
pub(super) fn scan<'a>(
    body: &'a [u8],
    skip: &'static [&'static str],
    layout: &mut Layout,
    text: &'a mut Vec<u8>,
) -> Option<&'a [u8]> {
    debug_assert!(body.len() <= LONGEST);
    let (place, counts) = if skip.is_empty() {
        (None, Counts::All)
    } else {
        let (place, counts) = Place::root(skip);
        (Some(place), counts)
    };
    layout.reserve(body.len());
    let mut scanner = Scanner { body, at: 0, text, copied: 0, shift: 0, layout, place };
    let is_kept = scanner.value(DEEPEST, counts)?;
    if scanner.token().is_some() {
        return None;
    }
    let Scanner { text, copied, layout, .. } = scanner;
    if !is_kept {
        layout.clear();
        return Some(b"");
    }
    if copied == 0 {
        return Some(body);
    }
    text.extend_from_slice(&body[copied..]);
    Some(text)
}

struct Scanner<'a, 's> {
    body: &'a [u8],
    /// What comes next.
    at: usize,
    /// The text of what comes before `copied`. Most bodies have nothing that does not belong into the text, and then
    /// nothing is copied.
    text: &'a mut Vec<u8>,
    copied: usize,
    /// What has to be added to a position in the body to get that in the text, wrapping.
    shift: usize,
    layout: &'s mut Layout,
    /// Where this is, if that decides what counts.
    place: Option<Place>,
}

impl Scanner<'_, '_> {
    /// The first byte of what comes next, white space passed over.
    #[inline]
    fn token(&mut self) -> Option<u8> {
        match self.body.get(self.at) {
            Some(..=b' ') => self.token_after_space(),
            token => token.copied(),
        }
    }

    #[inline(never)]
    fn token_after_space(&mut self) -> Option<u8> {
        self.copy_to(self.at);
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.body.get(self.at) {
            self.at += 1;
        }
        self.go_on();
        self.body.get(self.at).copied()
    }

    /// Appends the body to the text as far as `end`.
    fn copy_to(&mut self, end: usize) {
        self.text.reserve(self.body.len() - self.copied);
        self.text.extend_from_slice(&self.body[self.copied..end]);
    }

    /// What lies before `at` is in the text or does not belong there.
    fn go_on(&mut self) {
        self.copied = self.at;
        self.shift = self.text.len().wrapping_sub(self.at);
    }

    /// Where in the text `at` is.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "the longest text has 2 GiB")]
    fn here(&self) -> u32 {
        self.at.wrapping_add(self.shift) as u32
    }

    /// Reads a value, and says whether anything of it is kept.
    fn value(&mut self, depth: usize, counts: Counts) -> Option<bool> {
        match self.token()? {
            b'"' => {
                self.string()?;
            }
            b'{' => return self.object(depth.checked_sub(1)?, counts),
            b'[' => return self.array(depth.checked_sub(1)?, counts),
            b'-' | b'0'..=b'9' => self.number()?,
            _ => {
                let rest = &self.body[self.at..];
                let word =
                    [&b"true"[..], b"false", b"null"].into_iter().find(|word| rest.starts_with(word))?;
                self.at += word.len();
            }
        }
        Some(counts.rest())
    }

    /// RFC 8259 section 6.
    #[inline]
    fn number(&mut self) -> Option<()> {
        if self.body.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        if self.body.get(self.at) == Some(&b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.body.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.body.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = self.body.get(self.at) {
                self.at += 1;
            }
            self.digits()?;
        }
        Some(())
    }

    #[inline]
    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.body.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    /// Reads a string, and says whether it had escapes.
    #[inline]
    fn string(&mut self) -> Option<bool> {
        /// Every byte is 1.
        const ONES: u64 = u64::MAX / 0xFF;
        const HIGH_BITS: u64 = ONES << 7;
        let start = self.at;
        if self.body.get(start) != Some(&b'"') {
            return None;
        }
        self.at += 1;
        // Eight bytes at a time: a subtraction sets the high bit of every byte that is too small, and, by borrowing, of
        // some after the first. Only the first matters.
        while let Some(eight) = self.body.get(self.at..).and_then(<[u8]>::first_chunk) {
            let word = u64::from_le_bytes(*eight);
            let quote = (word ^ (ONES * u64::from(b'"'))).wrapping_sub(ONES);
            let backslash = (word ^ (ONES * u64::from(b'\\'))).wrapping_sub(ONES);
            let control = word.wrapping_sub(ONES * u64::from(b' '));
            let ends = (quote | backslash | control) & !word & HIGH_BITS;
            if ends != 0 {
                self.at += (ends.trailing_zeros() / 8) as usize;
                break;
            }
            self.at += 8;
        }
        if self.body.get(self.at) == Some(&b'"') {
            self.at += 1;
            return Some(false);
        }
        self.string_from(start)
    }

    /// Reads the rest of a string that is not plain, or stands at the end of the body.
    #[inline(never)]
    fn string_from(&mut self, start: usize) -> Option<bool> {
        loop {
            match *self.body.get(self.at)? {
                b'"' => {
                    self.at += 1;
                    return Some(false);
                }
                b'\\' => break,
                ..b' ' => return None,
                _ => self.at += 1,
            }
        }
        let mut strings = serde_json::Deserializer::from_slice(&self.body[start..]).into_iter::<String>();
        let string = strings.next()?.ok()?;
        self.copy_to(start);
        serde_json::to_writer(&mut *self.text, &string).ok()?;
        self.at = start + strings.byte_offset();
        self.go_on();
        Some(true)
    }

    fn array(&mut self, depth: usize, counts: Counts) -> Option<bool> {
        if counts.by_part() {
            return self.some_elements(depth, counts);
        }
        self.at += 1;
        if self.token()? != b']' {
            loop {
                self.value(depth, counts)?;
                match self.token()? {
                    b',' => self.at += 1,
                    b']' => break,
                    _ => return None,
                }
            }
        }
        self.at += 1;
        Some(counts == Counts::All)
    }

    fn object(&mut self, depth: usize, counts: Counts) -> Option<bool> {
        self.at += 1;
        if self.token()? == b'}' {
            self.at += 1;
            return Some(counts.rest());
        }
        let mut object = self.layout.open(self.here(), false);
        loop {
            self.token()?;
            let start = self.here();
            self.string()?;
            let name_end = self.here();
            let name = prefix(self.text_at(start + 1), (name_end - start - 1) as usize);
            let member = self.layout.open_member(start, name_end, name);
            if self.token()? != b':' {
                return None;
            }
            self.at += 1;
            if counts.by_part() {
                self.part(depth, counts, &mut object, &member)?;
            } else {
                self.value(depth, counts)?;
                let end = self.here();
                self.layout.close_member(&mut object, &member, end);
            }
            match self.token()? {
                b',' => self.at += 1,
                b'}' => break,
                _ => return None,
            }
        }
        self.close(&object);
        self.at += 1;
        Some(counts.rest())
    }

    fn close(&mut self, object: &Open) {
        let end = self.here();
        let (text, body, shift) = (&*self.text, self.body, self.shift);
        self.layout.close(object, |position| text_at(text, body, shift, position), end);
    }

    /// Reads the value of a member that may be left out; `counts` says what does of the object.
    #[inline(never)]
    fn part(&mut self, depth: usize, counts: Counts, object: &mut Open, member: &OpenMember) -> Option<()> {
        let mut place = self.place.take()?;
        let string = &self.text_at(member.start)[..(member.name_end - member.start) as usize];
        let (outside, counts) = if string.contains(&b'\\') {
            place.enter(serde_json::from_slice::<String>(string).ok()?.as_bytes(), counts)
        } else {
            place.enter(&string[1..string.len() - 1], counts)
        };
        self.place = Some(place);
        self.finish_part(depth, object, member, outside, counts)
    }

    /// Reads an array of which not every element counts. Those that do are named by their index.
    fn some_elements(&mut self, depth: usize, counts: Counts) -> Option<bool> {
        self.at += 1;
        if self.token()? == b']' {
            self.at += 1;
            return Some(counts.rest());
        }
        let mut array = self.layout.open(self.here(), true);
        for index in 0.. {
            self.token()?;
            let element = self.layout.open_member(self.here(), index, u64::from(index));
            let place = self.place.as_mut()?;
            let (outside, counts) = place.enter(index.to_string().as_bytes(), counts);
            self.finish_part(depth, &mut array, &element, outside, counts)?;
            match self.token()? {
                b',' => self.at += 1,
                b']' => break,
                _ => return None,
            }
        }
        self.close(&array);
        self.at += 1;
        Some(counts.rest())
    }

    fn finish_part(
        &mut self,
        depth: usize,
        of: &mut Open,
        member: &OpenMember,
        outside: usize,
        counts: Counts,
    ) -> Option<()> {
        let is_kept = self.value(depth, counts)?;
        if let Some(place) = &mut self.place {
            place.leave(outside);
        }
        if is_kept {
            let end = self.here();
            self.layout.close_member(of, member, end);
        } else {
            of.leave_out();
        }
        Some(())
    }

    /// The text from a position on that is already read. What is not yet in the text still stands in the body.
    #[inline]
    fn text_at(&self, position: u32) -> &[u8] {
        text_at(self.text, self.body, self.shift, position)
    }
}

#[inline]
fn text_at<'a>(text: &'a [u8], body: &'a [u8], shift: usize, position: u32) -> &'a [u8] {
    let position = position as usize;
    text.get(position..)
        .filter(|rest| !rest.is_empty())
        .unwrap_or_else(|| &body[position.wrapping_sub(shift)..])
}

/// The first `length` bytes of `text`, at most eight and at least one, as a number that orders as they do.
#[inline]
fn prefix(text: &[u8], length: usize) -> u64 {
    let unused = 64 - 8 * length.min(8);
    match text.first_chunk() {
        Some(eight) => u64::from_be_bytes(*eight) >> unused << unused,
        None => text[..length].iter().fold(0, |number, byte| number << 8 | u64::from(*byte)) << unused,
    }
}
