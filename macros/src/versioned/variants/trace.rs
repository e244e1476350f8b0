//! Traces the variants back through the changes, date by date.

use super::super::model::Derives;
use super::super::sensitive;
use super::super::serde_attrs::{self, Container};
use super::super::shape::is_opaque;
use super::attr::{Change, Statement};
use super::check::Placed;
use super::model::{Mapping, Mappings, Member, Origin, Shape};
use super::names;
use super::tagging::Tagging;
use crate::diag::Sink;
use crate::diag::messages::{variants as messages, versioned};
use crate::fingerprint::is_ours;
use crate::syntax::args::Arg;
use crate::syntax::words;
use std::collections::BTreeSet;
use steadfast_core::Date;
use syn::{Attribute, Expr, Fields, Ident, ItemEnum, Type, Variant, parse_quote};

pub(super) struct Traced {
    pub(super) head: Shape,
    /// The dates until which the shapes lasted, newest first.
    pub(super) untils: Vec<Date>,
    pub(super) shapes: Vec<Shape>,
    pub(super) mappings: Vec<Mappings>,
}

impl Traced {
    /// Everything that ever was in a variant, with the attributes of the variant, which speak for it too.
    pub(super) fn payloads(&self) -> impl Iterator<Item = (&Type, Vec<Attribute>)> {
        let members = self.head.members.iter().chain(self.shapes.iter().flat_map(|shape| &shape.members));
        members.flat_map(|member| {
            member.fields.iter().map(|field| (&field.ty, [&*member.attrs, &*field.attrs].concat()))
        })
    }
}

/// The history, as far as it could be followed.
pub(super) fn trace(
    item: &ItemEnum,
    container: &Container,
    open: Option<&Ident>,
    statements: &[Placed],
    derives: &Derives,
    sink: &mut Sink,
) -> Traced {
    let members: Vec<_> =
        item.variants.iter().enumerate().map(|(i, variant)| member(i, variant, open)).collect();
    let tagging = Tagging::of(&item.attrs);
    let head = Shape { attrs: tagging.attrs(&item.ident, &container.attrs), members: members.clone() };
    let traced = Traced { head, untils: Vec::new(), shapes: Vec::new(), mappings: Vec::new() };
    let mut history = Tracer { item, container, open, derives, members, tagging, traced, sink };
    let dates: BTreeSet<Date> = statements.iter().map(|placed| placed.statement.date.date).collect();
    for date in dates.into_iter().rev() {
        history.step_back(date, statements.iter().filter(|placed| placed.statement.date.date == date));
    }
    history.traced
}

/// The names of the variants, for an error.
pub(super) fn idents(item: &ItemEnum) -> Vec<String> {
    item.variants.iter().map(|variant| variant.ident.to_string()).collect()
}

fn member(i: usize, variant: &Variant, open: Option<&Ident>) -> Member {
    let mut attrs: Vec<_> = variant.attrs.iter().filter(|a| serde_attrs::is_mirrored(a)).cloned().collect();
    if open == Some(&variant.ident) && !serde_attrs::has(&attrs, "other") {
        attrs.push(parse_quote!(#[serde(other)]));
    }
    Member { ident: variant.ident.clone(), attrs, fields: fields(&variant.fields), origin: Origin::Head(i) }
}

/// The payload as the mirrors have it: what is none of serde's business stays with the user's type.
fn fields(fields: &Fields) -> Fields {
    let mut fields = fields.clone();
    for field in &mut fields {
        field
            .attrs
            .retain(|a| serde_attrs::is_mirrored(a) || sensitive::is_ours(a) || is_ours(a) || is_opaque(a));
    }
    fields
}

struct Tracer<'a> {
    item: &'a ItemEnum,
    container: &'a Container,
    open: Option<&'a Ident>,
    derives: &'a Derives,
    /// The members of the shape that has been reached, and how they are told apart.
    members: Vec<Member>,
    tagging: Tagging,
    traced: Traced,
    sink: &'a mut Sink,
}

impl Tracer<'_> {
    /// Undoes all changes of one date at once: two variants may swap their names.
    fn step_back<'s>(&mut self, date: Date, statements: impl Iterator<Item = &'s Placed>) {
        let newer = Shape { attrs: Vec::new(), members: self.members.clone() };
        let tagging_now = self.tagging.clone();
        let (mut claimed, mut retagged, mut added) = (Vec::new(), false, Vec::new());
        let mut old_names: Vec<(&Ident, &Statement)> = Vec::new();
        let mut renamed: Vec<(usize, &Member, &Variant, &Statement)> = Vec::new();
        let mut changed = false;
        for Placed { statement, variant } in statements {
            if let Some(i) = *variant {
                if claimed.contains(&i) {
                    // #[renamed(in = "2025-09-30", was(A))] #[renamed(in = "2025-09-30", was(B))] C
                    self.sink.push(messages::changed_twice(&statement.date, &self.item.variants[i].ident));
                    continue;
                }
                claimed.push(i);
                let Some(at) = newer.members.iter().position(|member| is_head(member, i)) else {
                    // #[added(in = "2025-09-30", was(A))] #[renamed(in = "2024-12-18", was(B))] C
                    self.sink.push(messages::not_there_yet(&statement.date, &self.item.variants[i].ident));
                    continue;
                };
                let now = &newer.members[at];
                match &statement.change {
                    Change::Added { was, downgrade } => {
                        added.push((i, statement, was.as_ref(), downgrade.as_ref()));
                        changed |= !self.stays(was.as_ref(), downgrade.as_ref());
                    }
                    Change::Renamed { was } => {
                        changed = true;
                        self.rename(i, now, was);
                        renamed.push((i, now, was, statement));
                        old_names.push((&was.ident, statement));
                    }
                    Change::Removed { .. } | Change::Retagged { .. } => {}
                }
            } else if let Change::Removed { was, upgrade } = &statement.change {
                changed = true;
                self.removed(statement, was, upgrade.as_ref());
                old_names.push((&was.ident, statement));
            } else if let Change::Retagged { was } = &statement.change {
                changed = true;
                if retagged {
                    // #[retagged(in = "2025-09-30", was(untagged))] #[retagged(in = "2025-09-30", was(external))]
                    self.sink.push(messages::retagged_twice(&statement.date));
                } else {
                    retagged = true;
                    self.retag(&was.key, &tagging_now, &was.value);
                }
            }
        }
        for (i, now, was, statement) in renamed {
            self.renames(i, now, &tagging_now, was, statement);
        }
        let mapped = added.iter().filter(|(_, _, was, downgrade)| !self.stays(*was, *downgrade));
        let gone: Vec<usize> = mapped.map(|(i, ..)| *i).collect();
        self.members.retain(|member| !gone.iter().any(|i| is_head(member, *i)));
        if let (true, Some((_, statement, ..))) = (self.members.is_empty(), added.first()) {
            // enum Status { #[added(in = "2025-09-30", downgrade = Status::earlier)] Active }
            self.sink.push(messages::nothing_left(statement.span, &self.item.ident, date));
            return;
        }
        self.names_are_free(date, &old_names);
        self.map(date, &added);
        if changed {
            self.traced.untils.push(date);
            let attrs = self.tagging.attrs(&self.item.ident, &self.container.attrs);
            self.traced.shapes.push(Shape { attrs, members: self.members.clone() });
        }
    }

    /// Whether a variant that was added is shown to clients that came before it.
    fn stays(&self, was: Option<&Arg<Ident>>, downgrade: Option<&Arg<Expr>>) -> bool {
        self.open.is_some() && was.is_none() && downgrade.is_none()
    }

    fn rename(&mut self, i: usize, now: &Member, was: &Variant) {
        let mut attrs = serde_attrs::without(&now.attrs, &["rename"]);
        attrs.extend(was.attrs.iter().filter(|attribute| serde_attrs::is_mirrored(attribute)).cloned());
        if let Some(member) = self.members.iter_mut().find(|member| is_head(member, i)) {
            member.ident = was.ident.clone();
            member.attrs = attrs;
        }
    }

    /// A name that is the same on the wire is the newest shape for old clients, whatever it is in the program.
    fn renames(&mut self, i: usize, now: &Member, tagging_now: &Tagging, was: &Variant, of: &Statement) {
        let Some(old) = self.members.iter().find(|member| is_head(member, i)) else { return };
        let all = |side, tagging: &Tagging, member| names::all(&self.container.attrs, tagging, member, side);
        let is_alike = |side| all(side, tagging_now, now) == all(side, &self.tagging, old);
        if !self.derives.sides().all(is_alike) {
            return;
        }
        let nameless = |side| names::nameless_by(tagging_now, now, side);
        let error = if let Some(side) = self.derives.sides().find(|side| nameless(side).is_none()) {
            // #[serde(rename_all = "lowercase")] .. #[renamed(in = "2025-09-30", was(CANCELED))] Canceled
            let name = names::name(&self.container.attrs, old, side);
            versioned::renamed_to_itself(&was.ident, &name, serde_attrs::has(&was.attrs, words::RENAME))
        } else {
            // #[serde(untagged)] .. #[renamed(in = "2025-09-30", was(Number))] Amount(u64)
            let word = self.derives.sides().find_map(nameless).unwrap_or_default();
            versioned::renamed_without_name(of.span, word)
        };
        self.sink.push(error);
    }

    fn removed(&mut self, statement: &Statement, was: &Variant, upgrade: Option<&Arg<Expr>>) {
        match (self.derives.deserialize.is_some(), upgrade) {
            // #[removed(in = "2025-09-30", was(Pending))]
            (true, None) => {
                self.sink.push(messages::removed_without_upgrade(statement.span, &self.item.ident, was));
            }
            // #[derive(Serialize)] .. upgrade = Status::Active
            (false, Some(unused)) => self.sink.push(versioned::unused_conversion(
                &unused.key,
                &self.item.ident,
                words::DESERIALIZE,
            )),
            _ => {}
        }
        self.members.push(Member {
            ident: was.ident.clone(),
            attrs: was.attrs.iter().filter(|a| serde_attrs::is_mirrored(a)).cloned().collect(),
            fields: fields(&was.fields),
            origin: Origin::Removed(upgrade.map(|upgrade| upgrade.value.clone())),
        });
    }

    fn retag(&mut self, key: &Ident, now: &Tagging, was: &Tagging) {
        // #[retagged(in = "2025-09-30", was(tag = "type"))] #[serde(tag = "type")]
        if was == now {
            self.sink.push(messages::retagged_to_itself(key, &was.text()));
        }
        // #[retagged(in = "2025-09-30", was(untagged))] and `open`
        if let (Tagging::Untagged, Some(open)) = (was, self.open) {
            self.sink.push(messages::open_and_untagged(open));
        }
        let several = self
            .members
            .iter()
            .find(|member| matches!(&member.fields, Fields::Unnamed(fields) if fields.unnamed.len() != 1));
        // #[retagged(in = "2025-09-30", was(tag = "type"))] enum Shape { Rectangle(u8, u8) }
        if let (Tagging::Internal { .. }, Some(member)) = (was, several) {
            self.sink.push(messages::no_place_for_a_tag(key, &member.ident));
        }
        self.tagging = was.clone();
    }

    /// No two members of the shape before the date have one name.
    fn names_are_free(&mut self, date: Date, old_names: &[(&Ident, &Statement)]) {
        for (i, (name, _)) in old_names.iter().enumerate() {
            let is_last = !old_names[i + 1..].iter().any(|(other, _)| other == name);
            let several = self.members.iter().filter(|member| member.ident == **name).count() > 1;
            // #[renamed(in = "2025-09-30", was(Active))] Canceled, where `Active` is still there
            if several && is_last {
                self.sink.push(messages::name_clash(name, &self.item.ident, date));
            }
        }
    }

    /// What clients before the date see of the variants that came with it.
    fn map(&mut self, date: Date, added: &[Added<'_>]) {
        let earlier: Vec<usize> = self
            .members
            .iter()
            .filter_map(|member| match member.origin {
                Origin::Head(i) => Some(i),
                Origin::Removed(_) => None,
            })
            .collect();
        let mut mapped = Vec::new();
        for (i, statement, was, downgrade) in added {
            let variant = &self.item.variants[*i];
            let serializes = self.derives.serialize.is_some();
            match (was, downgrade) {
                // #[derive(Deserialize)] .. #[added(in = "2025-09-30", was(Active))]
                (Some(Arg { key, .. }), _) | (_, Some(Arg { key, .. })) if !serializes => {
                    self.sink.push(versioned::unused_conversion(key, &self.item.ident, words::SERIALIZE));
                }
                // #[added(in = "2025-09-30", was(Active), downgrade = Status::earlier)]
                (Some(_), Some(downgrade)) => self.sink.push(messages::was_and_downgrade(&downgrade.key)),
                (Some(was), None) => {
                    if let Some(to) = self.unit(&statement.date, variant, &was.value, &earlier) {
                        mapped.push((*i, Mapping::Unit(to)));
                    }
                }
                (None, Some(downgrade)) => {
                    if self.gives_an_earlier_one(&statement.date, variant, &downgrade.value, &earlier) {
                        mapped.push((*i, Mapping::Function(downgrade.value.clone())));
                    }
                }
                // #[added(in = "2025-09-30")] RequiresAction
                (None, None) if serializes && self.open.is_none() => {
                    let unit = earlier.iter().map(|i| &self.item.variants[*i]);
                    let mut unit =
                        unit.filter(|variant| matches!(variant.fields, Fields::Unit)).map(|v| &v.ident);
                    self.sink.push(messages::added_without_mapping(
                        statement.span,
                        &self.item.ident,
                        variant,
                        unit.next_back(),
                    ));
                }
                (None, None) => {}
            }
        }
        if !mapped.is_empty() {
            self.traced.mappings.push(Mappings { date, mapped, earlier });
        }
    }

    /// The unit variant that is shown in the place of a newer one.
    fn unit(
        &mut self,
        date: &crate::syntax::literals::DateLit,
        variant: &Variant,
        was: &Ident,
        earlier: &[usize],
    ) -> Option<usize> {
        let Some(to) = self.item.variants.iter().position(|other| other.ident == *was) else {
            // #[added(in = "2025-09-30", was(Actve))]
            self.sink.push(messages::unknown_variant(was, &self.item.ident, &idents(self.item)));
            return None;
        };
        // #[added(in = "2025-09-30", was(Expired))] where `Expired` came later or at the same time
        if !earlier.contains(&to) {
            self.sink.push(messages::mapped_to_a_newer(was, date));
            return None;
        }
        // #[added(in = "2025-09-30", was(Partial))] where `Partial` has a payload
        if !matches!(self.item.variants[to].fields, Fields::Unit) {
            self.sink.push(messages::mapped_to_a_payload(was, &self.item.ident, &variant.ident));
            return None;
        }
        Some(to)
    }

    /// Whether a closure does not visibly give a variant that is not there before the date.
    fn gives_an_earlier_one(
        &mut self,
        date: &crate::syntax::literals::DateLit,
        variant: &Variant,
        downgrade: &Expr,
        earlier: &[usize],
    ) -> bool {
        let Some(given) = visible(downgrade) else { return true };
        let newer = self.item.variants.iter().enumerate().find(|(_, other)| other.ident == *given);
        // downgrade = |_| Status::Expired
        if let Some((i, _)) = newer
            && (!earlier.contains(&i) || self.item.variants[i].ident == variant.ident)
        {
            self.sink.push(messages::mapped_to_a_newer(given, date));
            return false;
        }
        true
    }
}

/// The place of a variant that was added, its statement, and what that says of older clients.
type Added<'a> = (usize, &'a Statement, Option<&'a Arg<Ident>>, Option<&'a Arg<Expr>>);

fn is_head(member: &Member, i: usize) -> bool {
    matches!(member.origin, Origin::Head(head) if head == i)
}

/// The last word of the path that a closure returns, as far as the tokens show it.
fn visible(downgrade: &Expr) -> Option<&Ident> {
    let Expr::Closure(closure) = downgrade else { return None };
    let path = match &*closure.body {
        Expr::Path(path) => &path.path,
        Expr::Struct(made) => &made.path,
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => &path.path,
            _ => return None,
        },
        _ => return None,
    };
    (path.segments.len() > 1).then(|| &path.segments[path.segments.len() - 1].ident)
}
