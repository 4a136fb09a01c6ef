//! Who is signed in, what they may do, and what pages and forms behind the sign-in have in common.

pub mod access;
pub mod admin_layout;
pub mod cookies;
pub mod csrf_form;
pub mod json_form;
pub mod known_device;
pub mod return_to;
pub mod session;
