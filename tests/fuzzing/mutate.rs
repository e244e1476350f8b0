//! Inputs that are nearly those of the corpus.

/// As long as an input becomes: what servers permit in one field, and the choices before it.
const LONGEST: usize = 64 * 1024 + 5;

/// Texts that mean something somewhere.
const WORDS: &[&str] = &[
    "2024-06-01",
    "2023-01-15",
    "2025-04-01",
    "2022-01-01",
    "brown",
    "2024-01-15",
    "2024-12-18",
    "2025-03-01",
    "2025-06-01",
    "2026-01-15",
    "2024-12-19",
    "2025-02-29",
    "0000-01-01",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "+024-12-18",
    "v1",
    "v2",
    "V2",
    "v3",
    "v9",
    "next",
    "latest",
    "2",
    "api-version",
    "\n=\n",
    "{\"a\":1,\"b\":[2]}",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "\\u0041",
    "\\",
    "1.0e5",
    "null",
    "api-version=",
    "&api-version=2024-12-18",
    "api%2Dversion=",
    "&",
    "=",
    "+",
    "%20",
    "%2F",
    "%2f",
    "%00",
    "%0A",
    "%FF",
    "%C3%A9",
    "%",
    "%2",
    "%zz",
    ";",
    ",",
    ", ",
    " ",
    "\t",
    "\n",
    "q=",
    ";q=0",
    ";q=0.5",
    ";q=1.000",
    ";q=1.001",
    ";q=0.1234",
    "; q=\"1\"",
    "version=",
    "; version=v2",
    ";VERSION=2025-03-01",
    "; version=\"v2\"",
    "; version=\"\\v2\"",
    "\"",
    "\\",
    "*",
    "*/*",
    "/",
    "//",
    "/..",
    "/.",
    "./",
    "application/vnd.acme+json",
    "application/vnd.acme.v2+json",
    "application/vnd.acme.2025-03-01+json",
    "application/vnd.acme.invoice+json",
    "application/vnd.acme",
    "Application/VND.ACME.V3+JSON",
    "application/json",
    "text/html",
    ".v2",
    "+json",
    "+",
    ".",
    "/v2",
    "/2024-12-18",
    "/next",
    "/api",
    "/shop",
    "/version",
    "/items",
    "/items/latest",
    "/items/latest/count",
    "/lists/",
    "/files/",
    "/query",
    "/tag",
    "/health",
    "?",
    "#",
    "{id}",
    "{",
    "}",
    "{*rest}",
    ":id",
    "~2024-12-18\"",
    "\"abc\"",
    "\"abc~2024-12-18\"",
    "W/\"abc\"",
    "<",
    ">",
    "</api/items/1>",
    "; rel=\"next\"",
    "</api/files/x>; rel=\"a<b\"",
    "http://",
    "https://example.com/api/items",
    "@",
    "[::1]",
    "\u{e9}",
    "\u{80}",
    "\u{ffff}",
    "{\"customer\":\"c\"}",
    "{\"customer_id\":\"c\",\"amount\":1}",
    "[",
    "null",
    "1e999",
];
const BYTES: &[u8] = b"\0\t\n\r \x0b\x0c\x7f\x80\xa0\xff\"%&+,-./0:;<=>?@[\\]^`{|}~";

/// The mutation of this number, always the same.
pub(crate) fn mutated(seeds: &[&[u8]], number: u64) -> Vec<u8> {
    let mut random = Random(number.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x5eed);
    let mut input = random.pick(seeds).to_vec();
    for _ in 0..=random.below(6) {
        once(&mut input, seeds, &mut random);
    }
    input.truncate(LONGEST);
    input
}

fn once(input: &mut Vec<u8>, seeds: &[&[u8]], random: &mut Random) {
    let (from, to) = random.range(input.len());
    match random.below(32) {
        // Another API, endpoint, method or second place.
        0..8 if input.len() >= 4 => input[random.below(4)] = b'0' + u8::try_from(random.below(10)).unwrap(),
        8..11 if from < input.len() => input[from] ^= 1 << random.below(8),
        11..13 if from < input.len() => input[from] = *random.pick(BYTES),
        13..21 => drop(input.splice(from..from, random.pick(WORDS).bytes())),
        21..24 => drop(input.splice(from..to, random.pick(WORDS).bytes())),
        24..26 => drop(input.drain(from..to)),
        26..28 => {
            let other = *random.pick(seeds);
            let (start, end) = random.range(other.len());
            input.splice(from..to, other[start..end].iter().copied());
        }
        28..31 => {
            let again = input[from..to].repeat(1 + random.below(3));
            input.splice(to..to, again);
        }
        // The longest.
        31 if from >= 4 && random.below(4) == 0 => {
            let times = (LONGEST - input.len().min(LONGEST)) / (to - from).max(1);
            let again = input[from..to].repeat(times);
            input.splice(to..to, again);
        }
        _ => input.push(*random.pick(BYTES)),
    }
}

/// The generator `SplitMix64`.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// A span of so many bytes, rather behind the choices than in them, and rather short.
    fn range(&mut self, length: usize) -> (usize, usize) {
        let first = if length > 5 && self.below(8) > 0 { 5 } else { 0 };
        let from = first + self.below(length - first + 1);
        let longest = if self.below(4) == 0 { length - from } else { (length - from).min(12) };
        (from, from + self.below(longest + 1))
    }
}
