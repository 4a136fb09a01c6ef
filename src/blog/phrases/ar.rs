//! Arabic.

use super::{Archive, Blocks, Counted, Feeds, Frame, Lists, Phrases, Post, Search};

pub const PHRASES: Phrases = Phrases {
    frame: Frame {
        home: "الرئيسية",
        tags: "الوسوم",
        search: "البحث",
        skip_to_content: "تخطَّ إلى المحتوى",
    },
    lists: Lists {
        newer_posts: "تدوينات أحدث",
        older_posts: "تدوينات أقدم",
    },
    post: Post {
        comments: Counted {
            none: "لا تعليقات",
            one: "تعليق واحد",
            two: "تعليقان",
            few: "{n} تعليقات",
            many: "{n} تعليقًا",
            other: "{n} تعليق",
            zero: "",
        },
    },
    archive: Archive {
        title: "الأرشيف",
        posts: Counted {
            none: "لا تدوينات",
            one: "تدوينة واحدة",
            two: "تدوينتان",
            few: "{n} تدوينات",
            many: "{n} تدوينة",
            other: "{n} تدوينة",
            zero: "",
        },
    },
    search: Search {
        title: "البحث"
    },
    feeds: Feeds {
        title: "الخلاصات"
    },
    blocks: Blocks {
        popular: "التدوينات الرائجة",
    },
};
