//! Lists across pages: one implementation for every collection.

use std::collections::HashSet;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec::IntoIter;

use bytes::Bytes;
use futures_core::Stream;
use futures_util::future::BoxFuture;

use crate::error::{DecodeError, Error};
use crate::page::{ListItem, Page};
use crate::response::Response;

type Fetched<T> = Result<Response<Page<T>>, Error>;

/// The pages of a list, one request each; a [`Stream`] of responses.
///
/// A page is requested when it is asked for. The stream ends with the page whose `has_more` is
/// false or that has no entries, and after an error: [`cursor`](Self::cursor) is then where the
/// list can be continued. A cursor that the service returns a second time is an error.
#[must_use = "nothing is requested before the first page is asked for"]
pub struct Pages<T> {
    fetch: Box<dyn Fn(Option<String>) -> BoxFuture<'static, Fetched<T>> + Send + Sync>,
    state: State<T>,
    cursor: Option<String>,
    seen: HashSet<String>,
}

enum State<T> {
    Ready,
    Running(BoxFuture<'static, Fetched<T>>),
    Over,
}

impl<T: ListItem> Pages<T> {
    /// Reads from `first`, the cursor of the request, with `fetch` for each page.
    pub(crate) fn new(
        first: Option<String>,
        fetch: impl Fn(Option<String>) -> BoxFuture<'static, Fetched<T>> + Send + Sync + 'static,
    ) -> Self {
        let seen = first.iter().cloned().collect();
        Self { fetch: Box::new(fetch), state: State::Ready, cursor: first, seen }
    }

    /// The cursor after which the next page begins, for the `after` of another request. `None`
    /// before the first page, unless the request had one.
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// Returns the next page, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// The error of the request; [`Error::Decode`] for a cursor that comes a second time.
    pub async fn try_next(&mut self) -> Result<Option<Response<Page<T>>>, Error> {
        std::future::poll_fn(|cx| self.poll_page(cx)).await.transpose()
    }

    fn poll_page(&mut self, cx: &mut Context<'_>) -> Poll<Option<Fetched<T>>> {
        loop {
            match &mut self.state {
                State::Over => return Poll::Ready(None),
                State::Ready => self.state = State::Running((self.fetch)(self.cursor.clone())),
                State::Running(request) => {
                    let fetched = ready!(request.as_mut().poll(cx));
                    self.state = State::Over;
                    return Poll::Ready(Some(fetched.and_then(|page| self.advance(page))));
                }
            }
        }
    }

    fn advance(&mut self, page: Response<Page<T>>) -> Fetched<T> {
        if let Some(next) = page.next_after() {
            if !self.seen.insert(next.to_owned()) {
                let what = format!("the list repeats: the cursor `{next}` came a second time");
                let (status, ids) = (page.status(), page.request_ids());
                return Err(Error::Decode(DecodeError::new(status, ids, Bytes::new(), what)));
            }
            self.cursor = Some(next.to_owned());
            self.state = State::Ready;
        }
        Ok(page)
    }
}

impl<T: ListItem> Stream for Pages<T> {
    type Item = Fetched<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_page(cx)
    }
}

impl<T> Unpin for Pages<T> {}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("cursor", &self.cursor).finish_non_exhaustive()
    }
}

/// The entries of a list across its pages; a [`Stream`].
///
/// It ends after the last entry, and after an error.
#[must_use = "nothing is requested before the first entry is asked for"]
pub struct Items<T> {
    pages: Pages<T>,
    page: IntoIter<T>,
    last: Option<String>,
}

impl<T: ListItem> Items<T> {
    pub(crate) fn new(pages: Pages<T>) -> Self {
        let last = pages.cursor.clone();
        Self { pages, page: Vec::new().into_iter(), last }
    }

    /// ID of the last entry that was returned: the `after` of a request that continues here.
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        self.last.as_deref()
    }

    /// Returns the next entry, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// As for [`Pages::try_next`].
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        std::future::poll_fn(|cx| self.poll_item(cx)).await.transpose()
    }

    fn poll_item(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            if let Some(item) = self.page.next() {
                self.last = Some(item.id().to_owned());
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll_page(cx)) {
                Some(Ok(page)) => self.page = page.into_inner().data.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<T: ListItem> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_item(cx)
    }
}

impl<T> Unpin for Items<T> {}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("cursor", &self.last).finish_non_exhaustive()
    }
}

/// What every list request has: `after`, `limit`, the options, `send`, `pages` and `stream`. The
/// struct has the fields `client`, `options`, `after` and `limit`, and a method `fetch(self)` that
/// requests one page.
macro_rules! list_methods {
    ($request:ident => $item:ty) => {
        impl $request {
            /// Begins after the entry with this ID, such as
            /// [`Page::next_after`](crate::Page::next_after).
            pub fn after(mut self, id: impl Into<String>) -> Self {
                self.after = Some(id.into());
                self
            }

            /// The most entries of a page.
            pub fn limit(mut self, limit: u32) -> Self {
                self.limit = Some(limit);
                self
            }

            $crate::engine::setters::option_setters!(options);

            /// Requests one page.
            ///
            /// # Errors
            ///
            /// Any [`Error`](crate::Error).
            pub async fn send(
                self,
            ) -> Result<$crate::Response<$crate::Page<$item>>, $crate::Error> {
                self.fetch().await
            }

            /// The pages, each requested when it is asked for.
            #[inline]
            pub fn pages(self) -> $crate::Pages<$item> {
                let first = self.after.clone();
                $crate::Pages::new(first, move |after| {
                    let request = Self { after, ..self.clone() };
                    Box::pin(async move { request.fetch().await })
                })
            }

            /// The entries of all pages.
            #[inline]
            pub fn stream(self) -> $crate::Items<$item> {
                $crate::Items::new(self.pages())
            }
        }

        $crate::engine::setters::send_on_await!($request => $crate::Page<$item>);
    };
}
pub(crate) use list_methods;

openai_azure_sys::open_enum! {
    /// In which order a list is read.
    pub enum ListOrder {
        /// The oldest entry is the first.
        Ascending = "asc",
        /// The newest entry is the first.
        Descending = "desc",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use serde_json::{Value, json};

    use super::{Items, Pages};
    use crate::error::Error;
    use crate::page::Page;
    use crate::response::{Head, Response};

    fn page(ids: &[&str], has_more: bool) -> Result<Page<Value>, Error> {
        let data = ids.iter().map(|id| json!({"id": id})).collect();
        Ok(Page { data, has_more, ..Page::default() })
    }

    type Asked = Arc<Mutex<Vec<Option<String>>>>;

    /// A list of these pages, and the cursors that it was asked for.
    fn list(pages: Vec<Result<Page<Value>, Error>>) -> (Pages<Value>, Asked) {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (pages, asks) = (Mutex::new(pages.into_iter()), Arc::clone(&asked));
        let pages = Pages::new(None, move |after| {
            asks.lock().unwrap().push(after);
            let next = pages.lock().unwrap().next().unwrap();
            let head = Head::new(200, &Default::default());
            Box::pin(async move { next.map(|page| Response::new(page, head)) })
        });
        (pages, asked)
    }

    async fn ids(mut items: Items<Value>) -> (Vec<String>, Option<Error>) {
        let mut ids = Vec::new();
        loop {
            match items.try_next().await {
                Ok(Some(item)) => ids.push(item["id"].as_str().unwrap().to_owned()),
                Ok(None) => return (ids, None),
                Err(error) => {
                    assert!(items.try_next().await.unwrap().is_none(), "it ends after an error");
                    assert_eq!(items.cursor(), ids.last().map(String::as_str));
                    return (ids, Some(error));
                }
            }
        }
    }

    #[tokio::test]
    async fn entries_come_in_order_and_the_last_page_ends_the_list() {
        let (pages, asked) = list(vec![page(&["a", "b"], true), page(&["c"], false)]);
        assert_eq!(ids(Items::new(pages)).await.0, ["a", "b", "c"]);
        assert_eq!(*asked.lock().unwrap(), [None, Some("b".to_owned())]);
    }

    #[tokio::test]
    async fn an_empty_page_ends_the_list_whatever_it_says() {
        let (pages, _) = list(vec![page(&["a"], true), page(&[], true)]);
        assert_eq!(ids(Items::new(pages)).await.0, ["a"]);
    }

    #[tokio::test]
    async fn a_cursor_that_comes_again_is_an_error_and_no_loop() {
        let pages = vec![page(&["a"], true), page(&["b"], true), page(&["a"], true)];
        let (found, error) = ids(Items::new(list(pages).0)).await;
        assert_eq!(found, ["a", "b"]);
        assert!(matches!(error, Some(Error::Decode(_))));
    }

    #[tokio::test]
    async fn an_error_ends_the_list_with_the_cursor_to_go_on_from() {
        let pages = vec![page(&["a", "b"], true), Err(Error::config("broken"))];
        let (found, error) = ids(Items::new(list(pages).0)).await;
        assert_eq!(found, ["a", "b"]);
        assert!(matches!(error, Some(Error::Config(_))));
    }
}
