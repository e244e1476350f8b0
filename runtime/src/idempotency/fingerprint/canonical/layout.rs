use std::ops::Range;

/// Where the objects of a document and their members stand in its text. What has another order, or leaves something
/// out, is only put down here; [`write`](Self::write) then moves every byte at most once, however deep it stands.
#[derive(Default)]
pub(super) struct Layout {
    members: Vec<Member>,
    /// In the order in which they begin, so that those inside a member stand together.
    objects: Vec<Object>,
    /// The members that are kept of every rearranged object, in their new order.
    order: Vec<u32>,
    /// The members kept of every object that is still open, innermost last: the first bytes of the name, which are
    /// nearly always enough to compare it, and the index of the member.
    keys: Vec<u128>,
    moves: bool,
}

struct Member {
    start: u32,
    /// Of an element of an array, which has no name, its index.
    name_end: u32,
    end: u32,
    /// The objects inside.
    objects: Range<u32>,
}

struct Object {
    /// Its text without the brackets.
    text: Range<u32>,
    /// The first object that is not inside of this.
    next: u32,
    /// `None` if the text stays.
    order: Option<Range<u32>>,
    is_array: bool,
}

/// An object, or an array of which something is left out, that is still being read.
pub(super) struct Open {
    object: usize,
    first_key: usize,
    last_prefix: u64,
    is_sorted: bool,
    leaves_out: bool,
}

/// A member that is still being read.
pub(super) struct OpenMember {
    pub(super) start: u32,
    pub(super) name_end: u32,
    pub(super) prefix: u64,
    first_object: u32,
}

#[allow(clippy::cast_possible_truncation, reason = "there are less of anything than the body has bytes")]
impl Layout {
    /// Makes room for the usual document of `body` bytes.
    pub(super) fn reserve(&mut self, body: usize) {
        let members = body / 16 + 4;
        self.members.reserve(members);
        self.objects.reserve(body / 64 + 4);
        self.keys.reserve(members.min(64));
    }

    /// Forgets the document, and not the room for it.
    pub(super) fn clear(&mut self) {
        self.members.clear();
        self.objects.clear();
        self.order.clear();
        self.keys.clear();
        self.moves = false;
    }

    /// For how many members there is room.
    pub(super) fn members(&self) -> usize {
        self.members.capacity().max(self.keys.capacity())
    }

    pub(super) fn open(&mut self, start: u32, is_array: bool) -> Open {
        let object = self.objects.len();
        self.objects.push(Object { text: start..start, next: 0, order: None, is_array });
        Open { object, first_key: self.keys.len(), last_prefix: 0, is_sorted: true, leaves_out: false }
    }

    pub(super) fn open_member(&self, start: u32, name_end: u32, prefix: u64) -> OpenMember {
        OpenMember { start, name_end, prefix, first_object: self.objects.len() as u32 }
    }

    #[inline]
    pub(super) fn close_member(&mut self, object: &mut Open, member: &OpenMember, end: u32) {
        let OpenMember { start, name_end, prefix, first_object } = *member;
        object.is_sorted &= object.last_prefix < prefix;
        object.last_prefix = prefix;
        self.keys.push(u128::from(prefix) << 64 | self.members.len() as u128);
        let objects = first_object..self.objects.len() as u32;
        self.members.push(Member { start, name_end, end, objects });
    }

    /// Closes an object whose text `text` holds from a position on.
    pub(super) fn close<'t>(&mut self, open: &Open, text: impl Fn(u32) -> &'t [u8], end: u32) {
        let Open { object, first_key, .. } = *open;
        let is_array = self.objects[object].is_array;
        let moves = !open.is_sorted && !is_array && self.sort(first_key, &text);
        let keys = &self.keys[first_key..];
        let order = (moves || open.leaves_out || is_array).then(|| {
            let start = self.order.len() as u32;
            self.order.extend(keys.iter().map(|&key| index(key) as u32));
            start..self.order.len() as u32
        });
        self.keys.truncate(first_key);
        self.moves |= order.is_some();
        let next = self.objects.len() as u32;
        let object = &mut self.objects[object];
        (object.text.end, object.next, object.order) = (end, next, order);
    }

    /// Sorts the keys from `first` on by name and then by where they stand, and says whether that changed anything.
    fn sort<'t>(&mut self, first: usize, text: &impl Fn(u32) -> &'t [u8]) -> bool {
        let (members, keys) = (&self.members, &mut self.keys[first..]);
        keys.sort_unstable();
        if keys.windows(2).any(|pair| pair[0] >> 64 == pair[1] >> 64) {
            let name = |&key: &u128| {
                let member = &members[index(key)];
                &text(member.start)[..(member.name_end - member.start) as usize]
            };
            keys.sort_by(|a, b| (a >> 64).cmp(&(b >> 64)).then_with(|| name(a).cmp(name(b))));
        }
        !keys.is_sorted_by_key(|&key| index(key))
    }

    pub(super) fn moves_anything(&self) -> bool {
        self.moves
    }

    /// Appends `text` in its new order to `out`.
    pub(super) fn write(&self, text: &[u8], out: &mut Vec<u8>) {
        self.write_part(text, 0..text.len() as u32, 0..self.objects.len() as u32, out);
    }

    fn write_part(&self, text: &[u8], part: Range<u32>, objects: Range<u32>, out: &mut Vec<u8>) {
        let (mut at, mut object) = (part.start, objects.start);
        while object < objects.end {
            let Object { text: inside, next, order, is_array } = &self.objects[object as usize];
            let Some(order) = order else {
                object += 1;
                continue;
            };
            out.extend_from_slice(&text[at as usize..inside.start as usize]);
            for (count, member) in self.order[order.start as usize..order.end as usize].iter().enumerate() {
                let Member { start, end, objects, name_end } = &self.members[*member as usize];
                if count > 0 {
                    out.push(b',');
                }
                if *is_array {
                    // Others may be left out before it.
                    out.extend_from_slice(name_end.to_string().as_bytes());
                    out.push(b':');
                }
                if objects.is_empty() {
                    out.extend_from_slice(&text[*start as usize..*end as usize]);
                } else {
                    self.write_part(text, *start..*end, objects.clone(), out);
                }
            }
            (at, object) = (inside.end, *next);
        }
        out.extend_from_slice(&text[at as usize..part.end as usize]);
    }
}

impl Open {
    /// Leaves out the member that was just read.
    pub(super) fn leave_out(&mut self) {
        self.leaves_out = true;
    }
}

/// Of the member that a key belongs to.
#[allow(clippy::cast_possible_truncation, reason = "the upper half is the name")]
fn index(key: u128) -> usize {
    key as u64 as usize
}
