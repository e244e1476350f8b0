//! What a path matches, so far as two paths can be compared while compiling.
//!
//! The rules are those of `matchit`, the router inside axum; the tests of the library compare the two.

/// A path in axum's syntax, with what a compile-time check compares instead of text.
#[derive(Debug, Clone, Copy)]
pub struct Path {
    /// The text, such as `/payments/{id}`.
    pub text: &'static str,
    hash: u64,
    shape: PathShape,
}

/// What a path matches, in a few numbers: reading two texts takes the compiler as long as comparing a hundred numbers.
#[derive(Debug, Clone, Copy)]
pub struct PathShape {
    /// A hash of the path without the names of its parameters: equal for paths that match the same requests.
    pub hash: u64,
    /// Whether there is a wildcard, or a parameter in the first segment. Without these, paths that differ in shape do
    /// no harm to each other.
    pub is_special: bool,
    /// Whether there is a parameter or wildcard in the first segment.
    is_dynamic: bool,
    /// A bit that stands for what is in front of the wildcard, if there is one.
    wildcard: u64,
    /// The bits that stand for what is in front of each parameter.
    parameters: u64,
    /// Of each of the first eight segments one byte of its hash.
    segments: u64,
    /// The bytes of `segments` in which another path must agree: not those of parameters.
    fixed: u64,
}

impl PathShape {
    /// Whether the text must be asked if two paths [clash](Path::clashes).
    pub const fn may_clash(&self, other: &Self) -> bool {
        (self.wildcard & other.parameters) | (other.wildcard & self.parameters) != 0
    }

    /// Whether the text must be asked if two paths [overlap](Path::overlaps), and no static segment tells versions apart.
    pub const fn may_hide(&self, other: &Self) -> bool {
        (self.is_dynamic || other.is_dynamic) && self.may_overlap(other)
    }

    /// Returns whether only the texts show if two paths [overlap](Path::overlaps).
    const fn may_overlap(&self, other: &Self) -> bool {
        (self.segments ^ other.segments) & self.fixed & other.fixed == 0
    }
}

/// A piece of a path: a byte that stands for itself, or what stands for others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Byte(u8),
    /// `{id}`: one segment, or what is left of it; empty only if a slash follows.
    Parameter,
    /// `{*rest}`: all that is left; not empty.
    Wildcard,
    End,
}

impl Path {
    /// Hashes the path as it stands and with the names of its parameters left out.
    pub const fn new(text: &'static str) -> Self {
        Self::known(text, numbers(text))
    }

    /// The path whose [`numbers`] are known: to read a text takes the compiler longer than all else that it asks of a path.
    pub const fn known(text: &'static str, numbers: [u64; 6]) -> Self {
        let [hash, shape, wildcard, parameters, segments, fixed] = numbers;
        let is_dynamic = fixed.trailing_zeros() >= 8;
        let is_special = wildcard != 0 || is_dynamic;
        Self {
            text,
            hash,
            shape: PathShape { hash: shape, is_special, is_dynamic, wildcard, parameters, segments, fixed },
        }
    }

    /// Whether both are the same text.
    pub const fn same(&self, other: &Self) -> bool {
        self.hash == other.hash
    }

    /// Whether both match the same requests, whatever their parameters are called.
    pub const fn matches_as(&self, other: &Self) -> bool {
        self.shape.hash == other.shape.hash
    }

    /// What it matches.
    pub const fn shape(&self) -> PathShape {
        self.shape
    }

    /// Whether the first segment is, or ends in, a parameter or wildcard.
    pub const fn is_dynamic(&self) -> bool {
        self.shape.is_dynamic
    }

    /// Whether the router cannot hold both: they are one but for the names of parameters, or where the one has a
    /// parameter the other has a wildcard.
    pub const fn clashes(&self, other: &Self) -> bool {
        if self.shape.hash == other.shape.hash {
            return !self.same(other);
        }
        if !self.shape.may_clash(&other.shape) {
            return false;
        }
        matches!(
            difference(self.text.as_bytes(), other.text.as_bytes()),
            (Token::Parameter, Token::Wildcard) | (Token::Wildcard, Token::Parameter)
        )
    }

    /// Whether the router prefers this path for whatever both match.
    pub const fn beats(&self, other: &Self) -> bool {
        matches!(difference(self.text.as_bytes(), other.text.as_bytes()), (Token::Byte(_), _))
    }

    /// Whether both have as many parameters, and one of them stands at another place among them.
    pub const fn reorders(&self, other: &Self) -> bool {
        let (one, two) = (self.text.as_bytes(), other.text.as_bytes());
        let (mut at, mut index, mut is_reordered) = (0, 0, false);
        loop {
            let (found, next) = token(one, at);
            match found {
                Token::End => return is_reordered && index == parameters(two),
                Token::Byte(_) => {}
                Token::Parameter | Token::Wildcard => {
                    is_reordered |= stands_elsewhere(one, at, next, two, index);
                    index += 1;
                }
            }
            at = next;
        }
    }

    /// Whether there is a request that both match.
    pub const fn overlaps(&self, other: &Self) -> bool {
        if !self.shape.may_overlap(&other.shape) {
            return false;
        }
        let (one, two) = (self.text.as_bytes(), other.text.as_bytes());
        let (mut i, mut j) = (0, 0);
        loop {
            let (in_one, after_one) = token(one, i);
            let (in_two, after_two) = token(two, j);
            match (in_one, in_two) {
                (Token::End, Token::End) => return true,
                // Whatever else is left matches nothing empty.
                (Token::End, _) | (_, Token::End) => return false,
                (Token::Wildcard, _) | (_, Token::Wildcard) => return true,
                (Token::Byte(x), Token::Byte(y)) if x != y => return false,
                (Token::Byte(_), Token::Byte(_)) | (Token::Parameter, Token::Parameter) => {
                    (i, j) = (after_one, after_two);
                }
                // The parameter takes what the other has up to the next slash, if only nothing.
                (Token::Parameter, Token::Byte(_)) => match end_of_segment(two, j) {
                    None => return true,
                    Some(end) => (i, j) = (after_one, end),
                },
                (Token::Byte(_), Token::Parameter) => match end_of_segment(one, i) {
                    None => return true,
                    Some(end) => (i, j) = (end, after_two),
                },
            }
        }
    }
}

/// Computes the numbers by which two paths are compared, for [`Path::known`].
pub const fn numbers(path: &str) -> [u64; 6] {
    let path = path.as_bytes();
    let mut hash = FNV_OFFSET;
    let (mut wildcard, mut parameters) = (0, 0);
    // The segments so far, and the hash of the one that is read; nothing stands in front of the first slash.
    let (mut segments, mut fixed, mut count) = (0, 0, 0);
    let (mut segment, mut is_static) = (FNV_OFFSET, true);
    let mut at = 0;
    loop {
        let (token, next) = token(path, at);
        if matches!(token, Token::Byte(b'/') | Token::End) && at > 0 && count < 8 {
            if is_static {
                segments |= (segment & 0xfe | 1) << (8 * count);
                fixed |= 0xff << (8 * count);
            }
            (segment, is_static) = (FNV_OFFSET, true);
            count += 1;
        }
        // No path holds the bytes 0 and 1.
        match token {
            Token::Byte(byte) => {
                if byte != b'/' {
                    segment = mix(segment, byte);
                }
                hash = mix(hash, byte);
            }
            Token::Parameter => {
                is_static = false;
                parameters |= 1 << (hash & 63);
                hash = mix(hash, 0);
            }
            Token::Wildcard => {
                is_static = false;
                wildcard = 1 << (hash & 63);
                hash = mix(hash, 1);
            }
            Token::End => break,
        }
        at = next;
    }
    // Behind the last segment there is nothing, which is no byte of a segment, unless a wildcard takes what comes.
    if wildcard == 0 && count < 8 {
        fixed |= u64::MAX << (8 * count);
    }
    [text_id(path), hash, wildcard, parameters, segments, fixed]
}

/// Returns a hash of a text.
pub const fn text_id(text: &[u8]) -> u64 {
    let mut hash = FNV_OFFSET;
    let mut i = 0;
    while i < text.len() {
        hash = mix(hash, text[i]);
        i += 1;
    }
    hash
}

/// The token that begins at this byte, and where the next one does.
const fn token(path: &[u8], at: usize) -> (Token, usize) {
    if at >= path.len() {
        return (Token::End, at);
    }
    let byte = path[at];
    let doubled = at + 1 < path.len() && path[at + 1] == byte;
    if (byte == b'{' || byte == b'}') && doubled {
        return (Token::Byte(byte), at + 2);
    }
    if byte != b'{' {
        return (Token::Byte(byte), at + 1);
    }
    let is_wildcard = at + 1 < path.len() && path[at + 1] == b'*';
    let mut end = at + 1;
    while end < path.len() && path[end] != b'}' {
        end += 1;
    }
    (if is_wildcard { Token::Wildcard } else { Token::Parameter }, end + 1)
}

/// The number of parameters and wildcards.
const fn parameters(path: &[u8]) -> usize {
    let (mut at, mut count) = (0, 0);
    loop {
        let (found, next) = token(path, at);
        match found {
            Token::End => return count,
            Token::Byte(_) => {}
            Token::Parameter | Token::Wildcard => count += 1,
        }
        at = next;
    }
}

/// Whether the parameter between these bytes is in `other`, but not as the one with this index.
const fn stands_elsewhere(path: &[u8], from: usize, to: usize, other: &[u8], index: usize) -> bool {
    let (mut at, mut other_index) = (0, 0);
    loop {
        let (found, next) = token(other, at);
        match found {
            Token::End => return false,
            Token::Byte(_) => {}
            Token::Parameter | Token::Wildcard => {
                if other_index != index && same_name(path, from, to, other, at, next) {
                    return true;
                }
                other_index += 1;
            }
        }
        at = next;
    }
}

/// Whether `{id}`, or `{*id}`, between the first two positions and another one between the last two have one name.
const fn same_name(one: &[u8], mut from: usize, to: usize, two: &[u8], mut start: usize, end: usize) -> bool {
    from += if one[from + 1] == b'*' { 2 } else { 1 };
    start += if two[start + 1] == b'*' { 2 } else { 1 };
    if to - from != end - start {
        return false;
    }
    let mut i = 0;
    while i < to - from {
        if one[from + i] != two[start + i] {
            return false;
        }
        i += 1;
    }
    true
}

/// The first tokens in which two paths differ; twice the end if they do not.
const fn difference(one: &[u8], two: &[u8]) -> (Token, Token) {
    let (mut i, mut j) = (0, 0);
    loop {
        let (in_one, after_one) = token(one, i);
        let (in_two, after_two) = token(two, j);
        match (in_one, in_two) {
            (Token::Byte(x), Token::Byte(y)) if x == y => {}
            (Token::Parameter, Token::Parameter) => {}
            _ => return (in_one, in_two),
        }
        (i, j) = (after_one, after_two);
    }
}

/// Where the segment ends that this byte lies in, at a slash or with the path; `None` if a wildcard takes it and more.
const fn end_of_segment(path: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match token(path, at) {
            (Token::Byte(b'/') | Token::End, _) => return Some(at),
            (Token::Wildcard, _) => return None,
            (Token::Byte(_) | Token::Parameter, next) => at = next,
        }
    }
}

// FNV-1a. A collision would make a correct program fail to compile, with both paths in the message.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

const fn mix(hash: u64, byte: u8) -> u64 {
    (hash ^ byte as u64).wrapping_mul(0x0000_0100_0000_01b3)
}
