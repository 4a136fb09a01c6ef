//! Daybook: a self-hosted blog server. One binary, an embedded database, pages rendered on the server.
//!
//! A request enters by one of three doors; a handler asks the store one question in the blog's own words;
//! a page struct above the handler is rendered with the layout that all pages share.
//!
//! - [`blog`]: the rules: types and decisions, no I/O.
//! - [`text`]: words in, HTML out: Markdown, sanitiser, excerpts, dates.
//! - [`store`]: all SQL.
//! - [`mail`]: hands messages to the mail server. [`media`]: the files that posts show. [`secrets`]: tokens, codes, passwords.
//! - [`fetch`]: the one way out: files of other servers, within bounds.
//! - [`metrics`]: what is counted while the server works, for Prometheus.
//! - [`transfer`]: moving a blog in and out; the archive is the one meeting point.
//! - [`app`]: the running blog: config, store, clock, site.
//! - [`jobs`]: the scheduler, for everything that happens without a request.
//! - [`http`]: all axum: the doors of readers, authors and operators, headers, page cache, accept loop.
//! - [`cli`]: the commands of the operator. [`config`]: what is decided before the start. [`memory`]: how much there is.
//! - `demo`: made-up content, to look round in or to measure.
//! - [`error`], [`clock`]: what can go wrong; the only place that reads the time.

pub mod app;
pub mod blog;
pub mod cli;
pub mod clock;
pub mod config;
mod demo;
pub mod error;
pub mod fetch;
pub mod http;
pub mod jobs;
pub mod mail;
pub mod media;
pub mod memory;
pub mod metrics;
pub mod secrets;
pub mod store;
pub mod text;
pub mod transfer;
