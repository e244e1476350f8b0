use steadfast_core::Date;

/// A change of behaviour, as its derive declares it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gate {
    pub(crate) name: &'static str,
    pub(crate) date: Date,
    pub(crate) note: &'static str,
}
