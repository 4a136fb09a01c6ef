//! What only one database engine knows: its files, its checks, its full-text search. Everything else in the store is SQL
//! that goes through [`super::ask`].

pub mod sqlite;
