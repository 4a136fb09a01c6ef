//! Handles: the store answers noun by noun, so `store.posts()` gives the questions and changes of posts.

use super::ask::Ask;
use super::{Store, Write};
use crate::error::Result;

/// Declares the handle of a noun, and the method of [`Store`] that gives it.
macro_rules! handle {
    ($(#[$doc:meta])* $noun:ident: $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name<'a>(pub(in crate::store) &'a Store);

        impl Store {
            $(#[$doc])*
            pub fn $noun(&self) -> $name<'_> {
                $name(self)
            }
        }

        impl<'a> $crate::store::handle::Handle<'a> for $name<'a> {
            fn store(self) -> &'a Store {
                self.0
            }
        }
    };
}
pub(super) use handle;

/// What every handle can do within the store.
pub(super) trait Handle<'a>: Sized {
    fn store(self) -> &'a Store;

    /// See [`Store::ask`].
    fn ask(self, sql: &'static str) -> Ask<'a> {
        self.store().ask(sql)
    }

    /// See [`Store::write`].
    async fn write(self) -> Result<Write> {
        self.store().write().await
    }
}
