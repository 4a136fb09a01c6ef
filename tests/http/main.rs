//! The product as its people meet it: requests in, pages out, all through the whole router.
//!
//! Each file or folder holds one part of the product; `blog` makes a blog and its people, `page` reads what they are shown.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod accounts;
mod appearance;
mod audit_and_health;
mod backups;
mod blog;
mod comment_form;
mod comment_safety;
mod costs;
mod doors;
mod editor;
mod erasing;
mod feature_pictures;
mod feeds;
mod fetched_pictures;
mod forms;
mod galleries;
mod harmless;
mod hosts;
mod languages;
mod long_texts;
mod mail;
mod moderation;
mod other_addresses;
mod own_comments;
mod page;
mod page_cache;
mod payloads;
mod people;
mod pictures;
mod post_lists;
mod protected_posts;
mod reader;
mod recordings;
mod redirects;
mod related_posts;
mod roles;
mod routes;
mod secrecy;
mod security;
mod settings;
mod signed_links;
mod sitemap_and_metadata;
mod spam_and_bans;
mod tags;
mod threads;
mod transfer;
mod upgrade;
mod views;
mod xml;
