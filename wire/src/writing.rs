//! A shape as its columns are written: what serde derives for a struct, in one call that is checked once.

use serde::ser::{Serialize, SerializeStruct, Serializer};

/// Writes the columns of a shape: a list of pairs, `(first, (second, ()))`.
#[inline]
pub fn write<S: Serializer, F: Fields>(
    serializer: S,
    name: &'static str,
    fields: F,
) -> Result<S::Ok, S::Error> {
    let mut writer = serializer.serialize_struct(name, fields.count())?;
    fields.write(&mut writer)?;
    writer.end()
}

// What the two return is opaque, so that a type that cannot be written is an error here and not once more in `write`.

/// A column, by its name on the wire.
#[inline]
pub fn field<'a, T: Serialize>(name: &'static str, value: &'a T) -> impl Fields + use<'a, T> {
    Field { name, value }
}

/// A column that is left out if `is_skipped`.
#[inline]
pub fn field_unless<'a, T: Serialize>(
    is_skipped: bool,
    name: &'static str,
    value: &'a T,
) -> impl Fields + use<'a, T> {
    FieldUnless { is_skipped, field: Field { name, value } }
}

struct Field<'a, T> {
    name: &'static str,
    value: &'a T,
}

struct FieldUnless<'a, T> {
    is_skipped: bool,
    field: Field<'a, T>,
}

/// One column or more.
pub trait Fields: Sized {
    /// How many are written.
    fn count(&self) -> usize;
    /// Writes them in their order.
    fn write<W: SerializeStruct>(self, writer: &mut W) -> Result<(), W::Error>;
}

impl Fields for () {
    #[inline]
    fn count(&self) -> usize {
        0
    }

    #[inline]
    fn write<W: SerializeStruct>(self, _: &mut W) -> Result<(), W::Error> {
        Ok(())
    }
}

impl<F: Fields, R: Fields> Fields for (F, R) {
    #[inline]
    fn count(&self) -> usize {
        self.0.count() + self.1.count()
    }

    #[inline]
    fn write<W: SerializeStruct>(self, writer: &mut W) -> Result<(), W::Error> {
        self.0.write(writer)?;
        self.1.write(writer)
    }
}

impl<T: Serialize> Fields for Field<'_, T> {
    #[inline]
    fn count(&self) -> usize {
        1
    }

    #[inline]
    fn write<W: SerializeStruct>(self, writer: &mut W) -> Result<(), W::Error> {
        writer.serialize_field(self.name, self.value)
    }
}

impl<T: Serialize> Fields for FieldUnless<'_, T> {
    #[inline]
    fn count(&self) -> usize {
        usize::from(!self.is_skipped)
    }

    #[inline]
    fn write<W: SerializeStruct>(self, writer: &mut W) -> Result<(), W::Error> {
        if self.is_skipped { writer.skip_field(self.field.name) } else { self.field.write(writer) }
    }
}
