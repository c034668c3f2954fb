//! Spans and events for [`tracing`](https://docs.rs/tracing) (feature `tracing`): what a call does, how long it takes, and
//! which faults it returns. All have the target `attain`.
//!
//! Without the feature, [`traced!`] is the call alone.

/// Runs a call that returns a `Result` in a span: `traced!(INFO, "attain.read", {files = 3}, call, |answer| {rows = …})`.
/// The fields of the last part are recorded after the call if it succeeds.
#[cfg(feature = "tracing")]
macro_rules! traced {
    (
        $level:ident, $name:literal, {$($field:ident = $value:expr),*}, $call:expr
        $(, |$answer:ident| {$($after:ident = $found:expr),*})?
    ) => {{
        let span = tracing::span!(
            target: "attain",
            tracing::Level::$level,
            $name,
            $($field = $value,)*
            $($($after = tracing::field::Empty,)*)?
        );
        let result = $crate::trace::in_span(&span, || $call);
        $(if !span.is_disabled() && let Ok($answer) = &result {
            $(span.record(stringify!($after), $found);)*
        })?
        result
    }};
}

#[cfg(not(feature = "tracing"))]
macro_rules! traced {
    (
        $level:ident, $name:literal, {$($field:ident = $value:expr),*}, $call:expr
        $(, |$answer:ident| {$($after:ident = $found:expr),*})?
    ) => {
        $call
    };
}

pub(crate) use traced;

#[cfg(feature = "tracing")]
pub(crate) use spans::in_span;

#[cfg(feature = "tracing")]
mod spans {
    use std::cell::Cell;

    use crate::error::{Error, FaultCode, Result};

    thread_local! {
        /// Whether this thread is in a span of this crate. The outermost one reports the faults.
        static IS_WITHIN: Cell<bool> = const { Cell::new(false) };
    }

    /// Sets the flag back, also if the call panics.
    struct Outermost;

    impl Drop for Outermost {
        fn drop(&mut self) {
            IS_WITHIN.set(false);
        }
    }

    /// Runs a call in a span, and reports its faults in it.
    pub(crate) fn in_span<T>(span: &tracing::Span, call: impl FnOnce() -> Result<T>) -> Result<T> {
        if IS_WITHIN.replace(true) {
            return span.in_scope(call);
        }
        let _outermost = Outermost;
        span.in_scope(|| call().inspect_err(report))
    }

    /// An event for each code of the faults, with their number and the first of them.
    #[cold]
    fn report(error: &Error) {
        let mut of_codes: Vec<(FaultCode, u64, String)> = Vec::new();
        for fault in error.faults() {
            match of_codes.iter_mut().find(|(code, _, _)| *code == fault.code) {
                Some((_, faults, _)) => *faults += 1,
                None => of_codes.push((fault.code, 1, fault.to_string())),
            }
        }
        for (code, faults, first) in of_codes {
            let code = code.code();
            tracing::warn!(target: "attain", code, faults, "{first}");
        }
        if error.faults().is_empty() {
            tracing::warn!(target: "attain", "{error}");
        }
    }
}
