//! What every request builder has, written once.

/// The setters of the options of a call: `options`, `header`, `query`, `timeout`. The argument is
/// the path of the field that holds them.
macro_rules! option_setters {
    ($($options:ident).+) => {
        /// Sets timeouts, retries, headers and query of this request; what is set here wins over the
        /// client's.
        pub fn options(mut self, options: $crate::CallOptions) -> Self {
            self.$($options).+ = self.$($options).+.merged_with(&options);
            self
        }

        /// Sends another header; see [`CallOptions::header`](crate::CallOptions::header).
        pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
            self.$($options).+ = self.$($options).+.header(name, value);
            self
        }

        /// Adds a parameter to the query; see [`CallOptions::query`](crate::CallOptions::query).
        pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
            self.$($options).+ = self.$($options).+.query(name, value);
            self
        }

        /// Limits each attempt; see [`CallOptions::timeout`](crate::CallOptions::timeout). Default
        /// 600 s.
        pub fn timeout(mut self, limit: std::time::Duration) -> Self {
            self.$($options).+ = self.$($options).+.timeout(limit);
            self
        }
    };
}
pub(crate) use option_setters;

/// The setter of fields that a builder has no setter for. The argument is the path of the map that
/// holds them.
macro_rules! extra_setter {
    ($($extra:ident).+) => {
        /// Sets any field of the request, also one that this crate does not know. It wins over a
        /// setter of the same field.
        pub fn extra(
            mut self,
            field: impl Into<String>,
            value: impl Into<serde_json::Value>,
        ) -> Self {
            self.$($extra).+.insert(field.into(), value.into());
            self
        }
    };
}
pub(crate) use extra_setter;

/// The setter of the field `user`. The argument is the path of the field.
macro_rules! end_user_setter {
    ($($user:ident).+) => {
        /// A stable ID of the end user, for abuse monitoring (`user`).
        #[doc(alias = "user")]
        pub fn end_user(mut self, id: impl Into<String>) -> Self {
            self.$($user).+ = Some(id.into());
            self
        }
    };
}
pub(crate) use end_user_setter;

/// Makes a builder a future: `.await` is short for `.send().await`.
macro_rules! send_on_await {
    ($request:ident $(<$($generic:ident: $bound:path),+>)? => $output:ty) => {
        /// `.await` is short for `.send().await`.
        impl $(<$($generic: $bound + 'static),+>)? std::future::IntoFuture
            for $request $(<$($generic),+>)?
        {
            type Output = Result<$crate::Response<$output>, $crate::Error>;
            type IntoFuture = futures_util::future::BoxFuture<'static, Self::Output>;

            #[inline]
            fn into_future(self) -> Self::IntoFuture {
                Box::pin(self.send())
            }
        }
    };
}
pub(crate) use send_on_await;
