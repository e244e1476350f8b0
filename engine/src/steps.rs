use bytes::Bytes;
use std::fmt;
use std::sync::Arc;

/// The result of one step of an execution.
#[derive(Clone, PartialEq, Eq)]
pub struct Step {
    /// The name of the step.
    pub name: Arc<str>,
    /// A hash of the type of its output: an output of another type is not read as this one.
    pub shape: u64,
    /// The output, as JSON.
    pub output: Bytes,
}

/// The steps that an execution has completed, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CompletedSteps(Option<Arc<Vec<Step>>>);

impl CompletedSteps {
    /// No step.
    pub const NONE: Self = Self(None);

    /// Returns the steps, the first one first.
    pub fn as_slice(&self) -> &[Step] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }

    /// Returns the number of steps.
    pub fn len(&self) -> usize {
        self.as_slice().len()
    }

    /// Returns `true` if no step is completed.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Returns the step at a position.
    pub fn get(&self, index: usize) -> Option<&Step> {
        self.as_slice().get(index)
    }

    /// Adds the step that was completed last.
    pub fn push(&mut self, step: Step) {
        Arc::make_mut(self.0.get_or_insert_default()).push(step);
    }
}

impl FromIterator<Step> for CompletedSteps {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        let steps: Vec<Step> = steps.into_iter().collect();
        Self((!steps.is_empty()).then(|| Arc::new(steps)))
    }
}

/// Shows the length of the output only: it is part of a response, or a secret of another service.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step")
            .field("name", &self.name)
            .field("output", &format_args!("{} bytes", self.output.len()))
            .finish_non_exhaustive()
    }
}
