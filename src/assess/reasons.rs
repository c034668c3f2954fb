//! Reasons of views: their own ones, and those of the report's rows.

/// Declares the reasons of a view, with a variant `Row` for the [`Reason`](super::Reason) of a row, and what follows from
/// their codes.
macro_rules! reasons {
    (
        $(#[$doc:meta])*
        pub enum $name:ident as $what:literal {
            $(#[$row_doc:meta])*
            Row,
            $($(#[$own_doc:meta])* $own:ident = $code:literal,)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(#[$row_doc])*
            Row($crate::assess::Reason),
            $($(#[$own_doc])* $own,)+
        }

        impl $name {
            /// The code of the reason.
            pub const fn code(self) -> &'static str {
                match self {
                    $($name::$own => $code,)+
                    $name::Row(reason) => reason.code(),
                }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::error::Error;

            fn from_str(code: &str) -> $crate::error::Result<Self> {
                let rows = $crate::assess::Reason::ALL.iter().copied().map($name::Row);
                let all = [$($name::$own),+].into_iter().chain(rows);
                $crate::error::codes::find($what, code, all, $name::code)
            }
        }

        $crate::error::codes::coded!($name, &[]);
    };
}

pub(crate) use reasons;
