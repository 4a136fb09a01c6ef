//! Japanese.

use super::{Archive, Blocks, Counted, Feeds, Frame, Lists, Phrases, Post, Search};

pub const PHRASES: Phrases = Phrases {
    frame: Frame {
        home: "ホーム",
        tags: "タグ",
        search: "検索",
        skip_to_content: "本文へスキップ",
    },
    lists: Lists {
        newer_posts: "新しい投稿",
        older_posts: "過去の投稿",
    },
    post: Post {
        comments: Counted {
            none: "コメントはありません",
            one: "",
            two: "",
            few: "",
            many: "",
            other: "コメント{n}件",
            zero: "",
        },
    },
    archive: Archive {
        title: "アーカイブ",
        posts: Counted {
            none: "投稿はありません",
            one: "",
            two: "",
            few: "",
            many: "",
            other: "投稿{n}件",
            zero: "",
        },
    },
    search: Search { title: "検索" },
    feeds: Feeds {
        title: "フィード"
    },
    blocks: Blocks {
        popular: "人気の投稿",
    },
};
