//! Traces the columns back through the changes, date by date.

use super::attr::{Statement, Verb, WasColumn};
use super::check::Placed;
use super::model::{Column, ColumnId, Conversion, Derives, Given, History, Place, Shape, Step};
use super::{positions, sensitive, serde_attrs, shape, wire_names};
use crate::diag::{Sink, messages::versioned as messages};
use crate::fingerprint;
use crate::syntax::words;
use std::collections::BTreeSet;
use steadfast_core::Date;
use syn::{Attribute, Error, Ident, Type};

/// The history, as far as it could be followed.
pub(super) fn trace(
    head: History,
    statements: &[Placed],
    ident: &Ident,
    attrs: &[Attribute],
    derives: &Derives,
    sink: &mut Sink,
) -> History {
    head_is_distinct(&head, attrs, derives, sink);
    let lineage = head.head.iter().map(|id| vec![*id]).collect();
    let state = head.head.clone();
    let mut tracer = Tracer { history: head, state, lineage, ident, attrs, derives, sink };
    let dates: BTreeSet<Date> = statements.iter().map(|placed| placed.statement.date.date).collect();
    for date in dates.into_iter().rev() {
        tracer.step_back(date, statements.iter().filter(|placed| placed.statement.date.date == date));
    }
    tracer.history.spread_sensitivity();
    tracer.history.spread_skips();
    tracer.history
}

struct Tracer<'a> {
    history: History,
    /// The columns of the shape that has been reached.
    state: Vec<ColumnId>,
    /// What each field of the head is in that shape.
    lineage: Vec<Vec<ColumnId>>,
    ident: &'a Ident,
    /// The attributes of the type, with the rule by which serde makes names.
    attrs: &'a [Attribute],
    derives: &'a Derives,
    sink: &'a mut Sink,
}

impl Tracer<'_> {
    /// Undoes all changes of one date at once: two fields may swap their names.
    fn step_back<'s>(&mut self, date: Date, statements: impl Iterator<Item = &'s Placed>) {
        let mut claimed: Vec<ColumnId> = Vec::new();
        let mut steps = Vec::new();
        for Placed { statement, field } in statements {
            let Some(new) = self.new_side(statement, *field) else { continue };
            // #[renamed(in = "2024-12-18", was(a))] #[changed(in = "2024-12-18", ..)] b: B
            if let Some(twice) = new.iter().find(|id| claimed.contains(id)) {
                let name = &self.history.column(*twice).ident;
                self.sink.push(messages::changed_twice(&statement.date, name));
                continue;
            }
            claimed.extend(&new);
            let Some(old) = self.old_side(statement, *field, &new) else { continue };
            let Some(conversion) = self.conversion(statement, &new, &old) else { continue };
            steps.push((
                statement,
                *field,
                Step {
                    date,
                    old,
                    new,
                    conversion,
                    verb: statement.verb,
                    claim: statement.claim(),
                    overwrite: statement.overwrite.as_ref().map(Ident::span),
                },
            ));
        }
        for (statement, field, step) in &steps {
            if let (Some(field), true) = (field, statement.verb != Verb::Removed) {
                self.lineage[*field].clone_from(&step.old);
            }
        }
        let steps: Vec<_> = steps.into_iter().map(|(statement, _, step)| (statement, step)).collect();
        self.replace(&claimed, &steps);
        self.history.steps.extend(steps.into_iter().map(|(_, step)| step));
        self.history.shapes.push(Shape { until: date, columns: self.state.clone() });
    }

    /// The columns that the change made.
    fn new_side(&mut self, statement: &Statement, field: Option<usize>) -> Option<Vec<ColumnId>> {
        if statement.verb == Verb::Removed {
            return Some(Vec::new());
        }
        if let Some(into) = &statement.into {
            let mut new = Vec::new();
            for name in &into.value {
                match self.state.iter().find(|id| self.history.column(**id).ident == *name) {
                    // `into(first, first)`
                    Some(id) if new.contains(id) => self.sink.push(messages::changed_twice_in_into(name)),
                    Some(id) => new.push(*id),
                    // `into(frist)`
                    None => {
                        let names = self.state.iter().map(|id| self.history.column(*id).ident.to_string());
                        let names: Vec<String> = names.collect();
                        self.sink.push(messages::unknown_column(name, &statement.date, &names));
                    }
                }
            }
            return (new.len() == into.value.len()).then_some(new);
        }
        let Some(field) = field else {
            // #[changed(in = .., was(name: String), ..)] struct Person { .. }
            self.sink.push(messages::container_without_into(statement.span, statement.verb.word()));
            return None;
        };
        let new = self.lineage[field].clone();
        let alive = !new.is_empty() && new.iter().all(|id| self.state.contains(id));
        if !alive {
            // #[added(in = "2025-09-30", default)] #[renamed(in = "2024-12-18", was(urgency))] priority: Priority
            let name = &self.history.column(self.history.head[field]).ident;
            self.sink.push(messages::not_there_yet(&statement.date, name));
            return None;
        }
        Some(new)
    }

    /// The columns that the change did away with.
    fn old_side(
        &mut self,
        statement: &Statement,
        field: Option<usize>,
        new: &[ColumnId],
    ) -> Option<Vec<ColumnId>> {
        let place = match (new.first(), field) {
            (Some(first), _) => Place { stays: true, ..self.history.column(*first).place },
            (None, Some(field)) => Place { field, stays: false },
            (None, None) => Place { field: usize::MAX, stays: false },
        };
        let word = statement.verb.word();
        let was = match statement.verb {
            Verb::Added => &[],
            // #[changed(in = "2024-12-18", upgrade = .., downgrade = ..)]
            _ if statement.was.is_none() => {
                let is_position = |id: &ColumnId| positions::is_one(&self.history.column(*id).ident);
                let form = match (statement.verb, new.first().is_some_and(is_position)) {
                    (Verb::Renamed, _) => "was(name)",
                    (_, true) => "was(Type)",
                    (_, false) => "was(name: Type)",
                };
                self.sink.push(messages::missing_was(statement.span, word, form));
                return None;
            }
            _ => statement.was(),
        };
        if matches!(statement.verb, Verb::Renamed) && !self.is_plain_rename(statement, new, was) {
            return None;
        }
        let mut old = Vec::new();
        for column in was {
            let renamed_from = (statement.verb == Verb::Renamed).then(|| new[0]);
            let Some((ty, mut attrs)) = self.old_type(column, renamed_from) else {
                // #[changed(in = .., was(amount_cents), ..)]
                self.sink.push(messages::column_without_type(&column.ident));
                continue;
            };
            attrs
                .extend(column.attrs.iter().filter(|attribute| serde_attrs::is_mirrored(attribute)).cloned());
            let until = Some(statement.date.date);
            let is_skipped = fingerprint::is_skipped(&column.attrs, self.sink);
            old.push(self.history.add(Column {
                ident: column.ident.clone(),
                ty,
                attrs,
                until,
                place,
                from_whole: false,
                is_sensitive: column.attrs.iter().any(sensitive::is_ours),
                is_skipped,
                is_opaque: column.attrs.iter().any(shape::is_opaque)
                    || renamed_from.is_some_and(|new| self.history.column(new).is_opaque),
            }));
        }
        if statement.verb == Verb::Renamed {
            self.renames(statement, new[0], old[0], &was[0]);
        }
        (old.len() == was.len()).then_some(old)
    }

    /// A name that is the same on the wire is the newest shape for old clients, whatever it is in the program.
    fn renames(&mut self, statement: &Statement, new: ColumnId, old: ColumnId, was: &WasColumn) {
        let (new, old) = (self.history.column(new), self.history.column(old));
        // The one field of such a type has its own error.
        let is_transparent = serde_attrs::has(self.attrs, "transparent");
        if is_transparent || !wire_names::are_alike(self.attrs, self.derives, new, old) {
            return;
        }
        let nameless = |side| wire_names::nameless(&new.attrs, side);
        let error = if let Some(side) = self.derives.sides().find(|side| nameless(side).is_none()) {
            // #[serde(rename_all = "camelCase")] .. #[renamed(in = "2025-09-30", was(seat_no))] seat_no: u32
            let name = wire_names::wire_name(self.attrs, old, side);
            messages::renamed_to_itself(&was.ident, &name, serde_attrs::has(&was.attrs, words::RENAME))
        } else {
            // #[renamed(in = "2025-09-30", was(inner))] #[serde(flatten)] other: Inner
            let word = self.derives.sides().find_map(nameless).unwrap_or_default();
            messages::renamed_without_name(statement.span, word)
        };
        self.sink.push(error);
    }

    fn old_type(&self, column: &WasColumn, renamed_from: Option<ColumnId>) -> Option<(Type, Vec<Attribute>)> {
        match renamed_from {
            Some(new) => {
                let new = self.history.column(new);
                Some((new.ty.clone(), serde_attrs::without(&new.attrs, &["rename"])))
            }
            None => Some((column.ty.clone()?, Vec::new())),
        }
    }

    fn is_plain_rename(&mut self, statement: &Statement, new: &[ColumnId], was: &[WasColumn]) -> bool {
        let errors_before = self.sink.len();
        // #[renamed(in = .., was(first, last))] name: String
        if let Some(second) = was.get(1) {
            self.sink.push(messages::renamed_from_several(&second.ident));
        }
        // #[renamed(in = .., was(customer: String))]
        for ty in was.iter().filter_map(|column| column.ty.as_ref()) {
            self.sink.push(messages::renamed_with_type(ty));
        }
        // A later change made this field from several columns.
        if new.len() != 1 {
            let names = new.iter().map(|id| self.history.column(*id).ident.to_string());
            self.sink.push(messages::several_columns(&statement.date, statement.verb.word(), names));
        }
        self.sink.len() == errors_before
    }

    fn conversion(
        &mut self,
        statement: &Statement,
        new: &[ColumnId],
        old: &[ColumnId],
    ) -> Option<Conversion> {
        // `downgrade` of `removed` gives the old columns from the whole.
        let given = |argument: &Statement| match (&argument.default, &argument.downgrade) {
            (Some(default), _) => Some(match &default.value {
                Some(value) => Given::Value(value.clone()),
                None => Given::Default(default.key.span()),
            }),
            (None, Some(whole)) => Some(Given::Whole(whole.value.clone())),
            (None, None) => None,
        };
        let (serialize, deserialize) = (self.derives.serialize.is_some(), self.derives.deserialize.is_some());
        let errors_before = self.sink.len();
        if !serialize && let Some(unused) = &statement.downgrade {
            // #[derive(Deserialize)] .. downgrade = Money::to_parts
            self.sink.push(messages::unused_conversion(&unused.key, self.ident, words::SERIALIZE));
        }
        if !deserialize && let Some(unused) = &statement.upgrade {
            // #[derive(Serialize)] .. upgrade = Money::from_parts
            self.sink.push(messages::unused_conversion(&unused.key, self.ident, words::DESERIALIZE));
        }
        let conversion = match statement.verb {
            Verb::Renamed => Conversion::Renamed,
            Verb::Added => match given(statement) {
                Some(Given::Value(_)) if new.len() != 1 => {
                    let names = new.iter().map(|id| self.history.column(*id).ident.to_string());
                    self.sink.push(messages::several_columns(&statement.date, words::ADDED, names));
                    return None;
                }
                Some(given) => Conversion::Added(given),
                // #[added(in = "2025-09-30")] priority: Priority
                None if deserialize => {
                    self.sink.push(messages::added_without_default(statement.span, &self.types(new)));
                    return None;
                }
                None => {
                    // #[derive(Serialize)] .. #[added(in = "2025-09-30", overwrite)] priority: Priority
                    if let Some(overwrite) = &statement.overwrite {
                        self.sink.push(messages::overwrite_without_default(overwrite, self.ident));
                    }
                    Conversion::Added(Given::Never)
                }
            },
            Verb::Removed => {
                // #[removed(in = .., was(a: A), default, downgrade = Payment::a)]
                if let (Some(default), Some(_)) = (&statement.default, &statement.downgrade) {
                    self.sink.push(messages::default_and_downgrade(&default.key));
                }
                match given(statement) {
                    Some(given) => Conversion::Removed(given),
                    // #[removed(in = .., was(legacy_ref: String))]
                    None if serialize => {
                        let signature = self.signature("earlier", old, &[], old, Some(self.ident));
                        self.sink.push(messages::removed_without_downgrade(
                            statement.span,
                            self.ident,
                            &signature,
                        ));
                        return None;
                    }
                    None => Conversion::Removed(Given::Never),
                }
            }
            Verb::Changed => {
                // #[changed(in = .., was(amount_cents: i64), downgrade = Money::cents)]
                let upgrade = (deserialize && statement.upgrade.is_none())
                    .then(|| self.signature(words::UPGRADE, new, old, new, None));
                // #[changed(in = .., was(amount_cents: i64), upgrade = Money::from_cents)]
                let downgrade = (serialize && statement.downgrade.is_none())
                    .then(|| self.signature(words::DOWNGRADE, new, new, old, None));
                if upgrade.is_some() || downgrade.is_some() {
                    let missing =
                        messages::missing_conversion(statement.span, upgrade.as_ref(), downgrade.as_ref());
                    self.sink.push(missing);
                }
                let value = |argument: &Option<crate::syntax::args::Arg<syn::Expr>>| {
                    argument.as_ref().map(|argument| argument.value.clone())
                };
                Conversion::Changed {
                    upgrade: value(&statement.upgrade),
                    downgrade: value(&statement.downgrade),
                }
            }
        };
        (self.sink.len() == errors_before).then_some(conversion)
    }

    /// `fn upgrade_amount(amount_cents: i64, currency: String) -> Money`, to paste.
    fn signature(
        &self,
        verb: &str,
        named: &[ColumnId],
        from: &[ColumnId],
        to: &[ColumnId],
        whole: Option<&Ident>,
    ) -> messages::Signature {
        let name = named.first().map_or_else(String::new, |id| self.history.column(*id).ident.to_string());
        let borrowed = if verb == words::DOWNGRADE { "&" } else { "" };
        let mut parameters: Vec<String> = whole.iter().map(|ident| format!("head: &{ident}")).collect();
        parameters.extend(from.iter().map(|id| {
            let column = self.history.column(*id);
            format!("{}: {borrowed}{}", column.ident, messages::type_text(&column.ty))
        }));
        let name = format!("{verb}_{}", name.trim_start_matches('_'));
        messages::Signature { name, parameters, returns: self.types(to) }
    }

    /// `Money`, or `(i64, String)`.
    fn types(&self, columns: &[ColumnId]) -> String {
        let types: Vec<_> =
            columns.iter().map(|id| messages::type_text(&self.history.column(*id).ty)).collect();
        match types.as_slice() {
            [one] => one.clone(),
            _ => format!("({})", types.join(", ")),
        }
    }

    /// The shape before the date: old columns where the first of the new ones stood, removed ones where they were.
    fn replace(&mut self, claimed: &[ColumnId], steps: &[(&Statement, Step)]) {
        let mut state = Vec::new();
        for id in &self.state {
            if !claimed.contains(id) {
                state.push(*id);
            } else if let Some((_, step)) = steps.iter().find(|(_, step)| step.new.first() == Some(id)) {
                state.extend(&step.old);
            }
        }
        for (_, step) in steps.iter().filter(|(_, step)| step.new.is_empty()) {
            for id in &step.old {
                let place = self.history.column(*id).place;
                let at = state.iter().position(|other| self.history.column(*other).place > place);
                state.insert(at.unwrap_or(state.len()), *id);
            }
        }
        let old: Vec<_> = steps.iter().flat_map(|(_, step)| &step.old).copied().collect();
        for (statement, step) in steps {
            for id in &step.old {
                // The column that stays is not at fault; of two old ones the second is.
                let at = |id: &ColumnId| old.iter().position(|old| old == id);
                let mut others = state.iter().filter(|other| at(other) < at(id)).copied();
                if let Some(error) = others.find_map(|other| self.clash(statement, *id, other, &old)) {
                    self.sink.push(error);
                }
            }
        }
        self.state = state;
    }

    /// The error for two columns of one name in one shape.
    fn clash(
        &self,
        statement: &Statement,
        old: ColumnId,
        other: ColumnId,
        all_old: &[ColumnId],
    ) -> Option<Error> {
        let (column, date) = (self.history.column(old), &statement.date);
        let other_column = self.history.column(other);
        let stays = (!all_old.contains(&other)).then_some(&other_column.ident);
        let is_same = column.ident == other_column.ident;
        // #[removed(in = .., was(id: u64), ..)] where `id` is still there
        if is_same && stays.is_some() && statement.verb == Verb::Removed {
            return Some(messages::removed_still_there(&column.ident, date));
        }
        // #[renamed(in = .., was(seat_no))] place: u8, seat_no: u8
        if let Some(shared) = wire_names::shared(self.attrs, self.derives, column, other_column) {
            return Some(messages::column_clash(&column.ident, &shared, date, stays));
        }
        // #[renamed(in = .., was(#[serde(rename = "seat")] seat_no))] place: u8, seat_no: u8
        is_same.then(|| messages::ident_clash(&column.ident, date))
    }
}

/// No two fields of the newest shape have one name on the wire.
fn head_is_distinct(history: &History, attrs: &[Attribute], derives: &Derives, sink: &mut Sink) {
    for (i, id) in history.head.iter().enumerate() {
        let column = history.column(*id);
        let mut earlier = history.head[..i].iter().map(|id| history.column(*id));
        // seat: u8, #[serde(rename = "seat")] place: u8
        let shared = |other| wire_names::shared(attrs, derives, column, other);
        if let Some(name) = earlier.find_map(shared) {
            sink.push(messages::field_clash(&column.ident, &name));
        }
    }
}
