//! Russian.

use super::{Archive, Blocks, Counted, Feeds, Frame, Lists, Phrases, Post, Search};

pub const PHRASES: Phrases = Phrases {
    frame: Frame {
        home: "Главная",
        tags: "Метки",
        search: "Поиск",
        skip_to_content: "Перейти к содержанию",
    },
    lists: Lists {
        newer_posts: "Более новые записи",
        older_posts: "Более старые записи",
    },
    post: Post {
        comments: Counted {
            none: "Нет комментариев",
            one: "{n} комментарий",
            two: "",
            few: "{n} комментария",
            many: "{n} комментариев",
            other: "{n} комментария",
            zero: "",
        },
    },
    archive: Archive {
        title: "Архив",
        posts: Counted {
            none: "Нет записей",
            one: "{n} запись",
            two: "",
            few: "{n} записи",
            many: "{n} записей",
            other: "{n} записи",
            zero: "",
        },
    },
    search: Search {
        title: "Поиск"
    },
    feeds: Feeds {
        title: "Ленты"
    },
    blocks: Blocks {
        popular: "Популярные записи",
    },
};
