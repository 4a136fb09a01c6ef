//! The product as its people meet it: requests in, pages out, all through the whole router.
//!
//! Each file holds one part of the product; `blog` makes a blog and its people, `page` reads what they are shown.

mod addresses;
mod aliases;
mod appearance;
mod backup;
mod blog;
mod caching;
mod commenting;
mod costs;
mod doors;
mod entering;
mod feeds;
mod fetching;
mod filtering;
mod finding;
mod harmless;
mod hosts;
mod languages;
mod listing;
mod machines;
mod mailing;
mod moderating;
mod own_comments;
mod page;
mod payloads;
mod people;
mod pictures;
mod post_feeds;
mod reading;
mod related;
mod roles;
mod safety;
mod saving;
mod secrecy;
mod security;
mod seeing;
mod signed_links;
mod tagging;
mod texts;
mod threads;
mod tools;
mod upgrade;
mod visits;
mod writing;
mod xml;
