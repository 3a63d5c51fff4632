//! The replies that a test has queued.

use std::collections::VecDeque;

use crate::journal::Recorded;
use crate::reply::Reply;

/// Which requests a reply is for.
#[derive(Debug)]
pub(crate) enum Target {
    Any,
    /// Those whose path ends like this.
    Path(String),
    /// Those of an operation, such as `GET /responses/{id}`.
    Operation(String),
}

/// Replies in the order in which they were queued, some for certain requests alone.
#[derive(Debug, Default)]
pub(crate) struct Script {
    queue: VecDeque<(Target, Reply)>,
}

impl Script {
    pub(crate) fn push(&mut self, target: Target, reply: Reply) {
        if reply.times > 0 {
            self.queue.push_back((target, reply));
        }
    }

    /// Takes the reply for a request: one that is meant for it first, then one for any.
    pub(crate) fn take(&mut self, request: &Recorded) -> Option<Reply> {
        let own = |(target, _): &(Target, Reply)| match target {
            Target::Any => false,
            Target::Path(suffix) => request.path.ends_with(suffix.as_str()),
            Target::Operation(operation) => request.is_of(operation),
        };
        let is_any = |(target, _): &(Target, Reply)| matches!(target, Target::Any);
        let at = self.queue.iter().position(own);
        let at = at.or_else(|| self.queue.iter().position(is_any))?;
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
    use super::{Script, Target};
    use crate::journal::Recorded;
    use crate::reply::Reply;

    #[test]
    fn an_answer_for_the_path_or_the_operation_goes_before_one_for_any() {
        let mut script = Script::default();
        script.push(Target::Any, Reply::status(500));
        script.push(Target::Operation("GET /embeddings".into()), Reply::status(404));
        script.push(Target::Operation("POST /embeddings".into()), Reply::status(503));
        script.push(Target::Path("/embeddings".into()), Reply::status(429).times(2));
        let request = hyper::Request::post("/openai/deployments/d/embeddings").body(()).unwrap();
        let (head, ()) = request.into_parts();
        let request = Recorded::new(0, 0, &head, bytes::Bytes::new());
        let mut statuses = vec![];
        while let Some(reply) = script.take(&request) {
            statuses.push(reply.status);
        }
        assert_eq!(statuses, [503, 429, 429, 500]);
        assert_eq!(script.clear(), 1);
    }
}
