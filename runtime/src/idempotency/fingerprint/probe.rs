use super::{Asked, FingerprintForm, Form, Hashing, Match, Secrets};
use crate::idempotency::record::Fingerprint;
use bytes::Bytes;
use http::request::Parts;
use std::sync::{Arc, Mutex, PoisonError};

/// Fingerprints without an API around them, for what measures and fuzzes them.
#[doc(hidden)]
#[derive(Debug)]
pub struct Fingerprinting {
    hashing: Hashing,
    form: Form,
    request: Mutex<Parts>,
}

impl Fingerprinting {
    /// Of requests like `request`.
    pub fn new(secrets: &[[u8; 32]], request: Parts) -> Self {
        let hashing = Hashing::Sha256(Arc::new(Secrets::new(secrets)));
        Self { hashing, form: Form::new(FingerprintForm::DEFAULT), request: Mutex::new(request) }
    }

    /// In another form.
    #[must_use]
    pub fn form(mut self, form: FingerprintForm) -> Self {
        self.form = Form::new(form);
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
        let mut request = self.request.lock().unwrap_or_else(PoisonError::into_inner);
        Asked::of(&self.hashing, self.form, "pay", &mut request, body)
    }
}
