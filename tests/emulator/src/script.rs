//! The answers that a test has queued.

use std::collections::VecDeque;

use crate::reply::Reply;

/// Answers in the order in which they were queued, some for one path alone.
#[derive(Debug, Default)]
pub(crate) struct Script {
    queue: VecDeque<(Option<String>, Reply)>,
}

impl Script {
    pub(crate) fn push(&mut self, path: Option<String>, reply: Reply) {
        if reply.times > 0 {
            self.queue.push_back((path, reply));
        }
    }

    /// Takes the answer for a request to `path`: one for this path first, then one for any.
    pub(crate) fn take(&mut self, path: &str) -> Option<Reply> {
        let own = |(suffix, _): &(Option<String>, Reply)| {
            suffix.as_ref().is_some_and(|suffix| path.ends_with(suffix.as_str()))
        };
        let at = self.queue.iter().position(own);
        let at = at.or_else(|| self.queue.iter().position(|(suffix, _)| suffix.is_none()))?;
        let (_, queued) = self.queue.get_mut(at)?;
        let reply = queued.clone();
        queued.times -= 1;
        if queued.times == 0 {
            self.queue.remove(at);
        }
        Some(reply)
    }

    pub(crate) fn clear(&mut self) -> usize {
        let left = self.queue.len();
        self.queue.clear();
        left
    }
}

#[cfg(test)]
mod tests {
    use super::Script;
    use crate::reply::Reply;

    #[test]
    fn an_answer_for_the_path_goes_before_one_for_any() {
        let mut script = Script::default();
        script.push(None, Reply::status(500));
        script.push(Some("/embeddings".into()), Reply::status(429).times(2));
        let mut statuses = vec![];
        while let Some(reply) = script.take("/openai/deployments/d/embeddings") {
            statuses.push(reply.status);
        }
        assert_eq!(statuses, [429, 429, 500]);
    }
}
