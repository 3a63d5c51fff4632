//! Failures of jobs that a test asks for.

use std::collections::VecDeque;

/// Where a job of the emulator can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// A file that was uploaded ends in the status `error`.
    FileProcessing,
    /// `POST /uploads/{id}/complete` is refused.
    UploadCompletion,
    /// `POST /batches` is refused with 400, as in regions that check the quota at once.
    BatchCreation,
    /// A batch goes from `validating` to `failed`.
    BatchValidation,
    /// A line of a batch fails and stands in the error file.
    BatchLine,
    /// A batch ends as `expired` with half of its lines run.
    BatchExpiry,
    /// A file of a vector store ends in the status `failed`.
    VectorStoreFile,
    /// A fine-tuning job fails when its files are validated.
    FineTuningValidation,
    /// A fine-tuning job fails while it runs.
    FineTuningRun,
    /// A file of a container is refused.
    ContainerFile,
}

/// A failure of a job, for [`Emulator::fail`](crate::Emulator::fail).
#[derive(Debug, Clone)]
#[must_use]
pub struct JobFault {
    pub(crate) step: Step,
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) status: u16,
    key: Option<String>,
    skip: usize,
    times: usize,
}

impl JobFault {
    /// Fails the next job that comes to this step, once, with this error code.
    pub fn new(step: Step, code: impl Into<String>) -> Self {
        let code = code.into();
        let message = format!("The emulator was told to fail here with {code}.");
        Self { step, code, message, status: 400, key: None, skip: 0, times: 1 }
    }

    /// Sets the text of the error.
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// Sets the HTTP status, where the step has one; 400 by default.
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Fails this alone: the `custom_id` of a line, the name of a file, the id of a job.
    pub fn only(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Lets so many pass before.
    pub fn after(mut self, passed: usize) -> Self {
        self.skip = passed;
        self
    }

    /// Fails so many instead of one.
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }
}

/// The failures that are still to come.
#[derive(Debug, Default)]
pub(crate) struct JobFaults(VecDeque<JobFault>);

impl JobFaults {
    pub(crate) fn push(&mut self, fault: JobFault) {
        if fault.times > 0 {
            self.0.push_back(fault);
        }
    }

    /// The failure of a job that comes to a step, if it is to fail.
    pub(crate) fn take(&mut self, step: Step, key: &str) -> Option<JobFault> {
        let is_meant = |fault: &JobFault| {
            fault.step == step && fault.key.as_deref().is_none_or(|wanted| wanted == key)
        };
        let at = self.0.iter().position(is_meant)?;
        let fault = self.0.get_mut(at)?;
        if fault.skip > 0 {
            fault.skip -= 1;
            return None;
        }
        fault.times -= 1;
        let taken = fault.clone();
        if fault.times == 0 {
            self.0.remove(at);
        }
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::{JobFault, JobFaults, Step};

    #[test]
    fn a_fault_strikes_its_step_and_key_as_often_as_it_was_told() {
        let mut faults = JobFaults::default();
        faults.push(JobFault::new(Step::BatchLine, "x").only("b").after(1).times(2));
        let mut struck = |step, key| faults.take(step, key).is_some();
        assert!(!struck(Step::BatchValidation, "b"));
        assert!(!struck(Step::BatchLine, "a"));
        assert!(!struck(Step::BatchLine, "b"), "one passes");
        assert!(struck(Step::BatchLine, "b"));
        assert!(struck(Step::BatchLine, "b"));
        assert!(!struck(Step::BatchLine, "b"));
    }
}
