//! English, which all others are translated from.

use super::{Archive, Blocks, Counted, Feeds, Frame, Lists, Phrases, Post, Search};

pub const PHRASES: Phrases = Phrases {
    frame: Frame {
        home: "Home",
        tags: "Tags",
        search: "Search",
        skip_to_content: "Skip to content",
    },
    lists: Lists {
        newer_posts: "Newer posts",
        older_posts: "Older posts",
    },
    post: Post {
        comments: Counted {
            none: "No comments",
            one: "1 comment",
            two: "",
            few: "",
            many: "",
            other: "{n} comments",
            zero: "",
        },
    },
    archive: Archive {
        title: "Archive",
        posts: Counted {
            none: "No posts",
            one: "1 post",
            two: "",
            few: "",
            many: "",
            other: "{n} posts",
            zero: "",
        },
    },
    search: Search { title: "Search" },
    feeds: Feeds { title: "Feeds" },
    blocks: Blocks {
        popular: "Popular posts",
    },
};
