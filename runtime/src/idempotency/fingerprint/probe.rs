use super::{Asked, FingerprintForm, Hashing, Match, Secrets};
use crate::idempotency::record::Fingerprint;
use bytes::Bytes;
use http::request::Parts;
use std::sync::Arc;

/// Fingerprints without an API around them, for what measures and fuzzes them.
#[doc(hidden)]
#[derive(Debug)]
pub struct Fingerprinting {
    hashing: Hashing,
    form: FingerprintForm,
    request: Parts,
}

impl Fingerprinting {
    /// Of requests like `request`.
    pub fn new(secrets: &[[u8; 32]], request: Parts) -> Self {
        let hashing = Hashing::Sha256(Arc::new(Secrets::new(secrets)));
        Self { hashing, form: FingerprintForm::DEFAULT, request }
    }

    /// In another form.
    #[must_use]
    pub fn form(mut self, form: FingerprintForm) -> Self {
        self.form = form;
        self
    }

    /// What the record of a first request with this body holds.
    pub fn recorded(&self, body: &Bytes) -> Fingerprint {
        self.asked(body).fingerprint()
    }

    /// Whether a request with this body is that of a record.
    pub fn is_same(&self, body: &Bytes, recorded: &Fingerprint) -> bool {
        self.asked(body).matches(recorded) == Match::Same
    }

    fn asked(&self, body: &Bytes) -> Asked {
        Asked::of(&self.hashing, self.form, "pay", &self.request, body)
    }
}
