//! German.

use super::{Archive, Blocks, Counted, Feeds, Frame, Lists, Phrases, Post, Search};

pub const PHRASES: Phrases = Phrases {
    frame: Frame {
        home: "Startseite",
        tags: "Themen",
        search: "Suche",
        skip_to_content: "Zum Inhalt springen",
    },
    lists: Lists {
        newer_posts: "Neuere Beiträge",
        older_posts: "Ältere Beiträge",
    },
    post: Post {
        comments: Counted {
            none: "Keine Kommentare",
            one: "1 Kommentar",
            two: "",
            few: "",
            many: "",
            other: "{n} Kommentare",
            zero: "",
        },
    },
    archive: Archive {
        title: "Archiv",
        posts: Counted {
            none: "Keine Beiträge",
            one: "1 Beitrag",
            two: "",
            few: "",
            many: "",
            other: "{n} Beiträge",
            zero: "",
        },
    },
    search: Search { title: "Suche" },
    feeds: Feeds { title: "Feeds" },
    blocks: Blocks {
        popular: "Beliebte Beiträge",
    },
};
