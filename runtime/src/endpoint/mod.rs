//! Endpoints: one handler function with its method, path, version range and policies.

mod answer;

pub(crate) use answer::Answer;
