//! French.

use super::{Archive, Blocks, Counted, Feeds, Frame, Lists, Phrases, Post, Search};

pub const PHRASES: Phrases = Phrases {
    frame: Frame {
        home: "Accueil",
        tags: "Étiquettes",
        search: "Rechercher",
        skip_to_content: "Aller au contenu",
    },
    lists: Lists {
        newer_posts: "Articles plus récents",
        older_posts: "Articles plus anciens",
    },
    post: Post {
        comments: Counted {
            none: "Aucun commentaire",
            one: "{n} commentaire",
            two: "",
            few: "",
            many: "{n} de commentaires",
            other: "{n} commentaires",
            zero: "",
        },
    },
    archive: Archive {
        title: "Archives",
        posts: Counted {
            none: "Aucun article",
            one: "{n} article",
            two: "",
            few: "",
            many: "{n} d’articles",
            other: "{n} articles",
            zero: "",
        },
    },
    search: Search { title: "Recherche" },
    feeds: Feeds { title: "Flux" },
    blocks: Blocks {
        popular: "Articles populaires",
    },
};
