//! From a place in the newest shape to the place in an older one where a client has the same.

use super::history::{ChangeVerb, Held, Layout, TypeChange, TypeHistory};
use crate::mode;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The JSON pointer, into a value whose type has this history behind so many keys or positions, as the version `at` has
/// it. What that version does not have is pointed at by what it is in.
pub fn pointer(history: &'static TypeHistory, nesting: usize, at: u32, pointer: &str) -> String {
    if at == mode::HEAD {
        return pointer.to_owned();
    }
    let tokens: Vec<&str> = pointer.split('/').skip(1).collect();
    let mut older = String::new();
    Walk { at, older: &mut older }.nested(Some(history), nesting, &tokens);
    older
}

struct Walk<'a> {
    at: u32,
    older: &'a mut String,
}

/// What a name of the newest shape is in an older one.
enum Name {
    /// The same, but for the name.
    Stays(&'static str),
    /// This, and nothing that is in it.
    Became(&'static str),
    /// Nothing.
    Gone,
    Unchanged,
}

impl Walk<'_> {
    fn nested(&mut self, history: Option<&'static TypeHistory>, nesting: usize, tokens: &[&str]) {
        let (keys, rest) = tokens.split_at(nesting.min(tokens.len()));
        self.push(keys);
        match history {
            Some(history) if !rest.is_empty() => self.inside(history, rest),
            _ => self.push(rest),
        }
    }

    fn inside(&mut self, history: &'static TypeHistory, tokens: &[&str]) {
        let reshaped = |change: &TypeChange| {
            self.is_newer(change) && matches!(change.verb, ChangeVerb::Replaced | ChangeVerb::Retagged)
        };
        if history.changes.iter().any(reshaped) {
            return;
        }
        match history.layout {
            Layout::Fields => self.field(history, tokens),
            Layout::Variants => match self.name(history, &unescaped(tokens[0]), tokens.get(1)) {
                Name::Gone => {}
                Name::Became(name) => self.push_name(name),
                Name::Stays(name) => {
                    self.push_name(name);
                    self.held(history, &candidates(history, tokens), tokens, 1);
                }
                Name::Unchanged => self.held(history, &candidates(history, tokens), tokens, 0),
            },
            Layout::Positions(count) => self.position(history, count, tokens),
            // The names are those of variants, and in no pointer.
            Layout::Tagged(_) => self.held(history, &candidates(history, tokens), tokens, 0),
            Layout::Unknown => self.push(tokens),
        }
    }

    fn field(&mut self, history: &'static TypeHistory, tokens: &[&str]) {
        let (flat, own): (Vec<_>, Vec<_>) =
            candidates(history, tokens).into_iter().partition(|(_, depth)| *depth == 0);
        match self.name(history, &unescaped(tokens[0]), tokens.get(1)) {
            Name::Gone => {}
            Name::Became(name) => self.push_name(name),
            Name::Stays(name) => {
                self.push_name(name);
                self.held(history, &own, tokens, 1);
            }
            Name::Unchanged if !own.is_empty() => self.held(history, &own, tokens, 0),
            Name::Unchanged => {
                // Names of what is flattened stand among those of the fields.
                let is_moved = history.changes.iter().any(|change| change.is_flat && self.is_newer(change));
                let known: Vec<_> = flat.into_iter().filter(|(held, _)| knows(held, tokens[0])).collect();
                if !is_moved {
                    self.held(history, &known, tokens, 0);
                }
            }
        }
    }

    fn position(&mut self, history: &'static TypeHistory, count: usize, tokens: &[&str]) {
        if count == 1 {
            // What is in it has the place of the whole.
            if matches!(self.name(history, "_0", None), Name::Unchanged) {
                self.held(history, &candidates(history, tokens), tokens, 0);
            }
            return;
        }
        let later = |change: &&TypeChange| self.is_newer(change) && change.verb == ChangeVerb::Added;
        let is_alone = count - history.changes.iter().filter(later).count() == 1;
        let name = self.name(history, &format!("_{}", tokens[0]), None);
        if !is_alone && !matches!(name, Name::Gone) {
            self.push(&tokens[..1]);
        }
        if matches!(name, Name::Unchanged) {
            self.held(history, &candidates(history, tokens), tokens, 1);
        }
    }

    /// Goes on in what stands at the tokens, of which the first so many are written.
    fn held(
        &mut self,
        history: &TypeHistory,
        found: &[(&'static Held, usize)],
        tokens: &[&str],
        written: usize,
    ) {
        let mut places: Vec<String> = Vec::new();
        let mut place = |held: Option<&'static Held>, depth: usize| {
            let mut place = String::new();
            let mut walk = Walk { at: self.at, older: &mut place };
            walk.push(&tokens[written..depth]);
            let (inside, nesting) =
                held.map_or((None, 0), |held| (held.history.map(|history| history()), held.nesting));
            walk.nested(inside, nesting, &tokens[depth..]);
            places.push(place);
        };
        for (held, depth) in found {
            place(Some(held), *depth);
        }
        // Of variants that no name tells apart each may be meant, also one that holds nothing with a history.
        let variants: BTreeSet<_> = found.iter().map(|(held, _)| held.field).collect();
        if matches!(history.layout, Layout::Tagged(count) if variants.len() < count) || found.is_empty() {
            place(None, written);
        }
        if let [first, others @ ..] = places.as_slice()
            && others.iter().all(|other| other == first)
        {
            self.older.push_str(first);
        }
    }

    /// What a name became, going back in time; `next` is what follows it.
    fn name(&self, history: &'static TypeHistory, name: &str, next: Option<&&str>) -> Name {
        let mut found = Name::Unchanged;
        let mut done = None;
        for change in history.changes.iter().filter(|change| self.is_newer(change)) {
            let current = match &found {
                Name::Stays(name) | Name::Became(name) => name,
                _ => name,
            };
            // Those of one date are undone at once: two fields may swap their names.
            if done == Some(change.date)
                || change.verb == ChangeVerb::Constrained
                || !change.new.contains(&current)
            {
                continue;
            }
            done = Some(change.date);
            let like = |old: &&&str| next.is_some_and(|next| unescaped(next) == **old);
            let old = change.old.iter().find(like).or(change.old.first());
            found = match (old, &found) {
                _ if change.is_flat => return Name::Gone,
                (None, _) => return Name::Gone,
                (Some(old), Name::Unchanged | Name::Stays(_)) if change.verb == ChangeVerb::Renamed => {
                    Name::Stays(old)
                }
                (Some(old), _) => Name::Became(old),
            };
        }
        found
    }

    fn is_newer(&self, change: &TypeChange) -> bool {
        change.date.number() > self.at
    }

    fn push(&mut self, tokens: &[&str]) {
        for token in tokens {
            self.older.push('/');
            self.older.push_str(token);
        }
    }

    fn push_name(&mut self, name: &str) {
        self.push(&[&name.replace('~', "~0").replace('/', "~1")]);
    }
}

/// What may stand at the tokens, each with how many of them lead there.
fn candidates(history: &'static TypeHistory, tokens: &[&str]) -> Vec<(&'static Held, usize)> {
    let leads = |held: &'static Held| {
        let depth = held.at.split('/').skip(1).count();
        let is_prefix = held.at.split('/').skip(1).eq(tokens.iter().take(depth).copied());
        (is_prefix && depth <= tokens.len()).then_some((held, depth))
    };
    history.held.iter().filter(|held| held.history.is_some()).filter_map(leads).collect()
}

fn knows(held: &Held, token: &str) -> bool {
    let Some(history) = held.history else { return false };
    let name = unescaped(token);
    let history = history();
    history.changes.iter().any(|change| change.new.contains(&&*name))
        || history.held.iter().any(|held| held.field == name)
}

fn unescaped(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        Cow::Owned(token.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(token)
    }
}
