//! Spanish.

use super::{Archive, Blocks, Counted, Feeds, Frame, Lists, Phrases, Post, Search};

pub const PHRASES: Phrases = Phrases {
    frame: Frame {
        home: "Inicio",
        tags: "Etiquetas",
        search: "Buscar",
        skip_to_content: "Saltar al contenido",
    },
    lists: Lists {
        newer_posts: "Entradas más recientes",
        older_posts: "Entradas más antiguas",
    },
    post: Post {
        comments: Counted {
            none: "Sin comentarios",
            one: "1 comentario",
            two: "",
            few: "",
            many: "{n} de comentarios",
            other: "{n} comentarios",
            zero: "",
        },
    },
    archive: Archive {
        title: "Archivo",
        posts: Counted {
            none: "Sin entradas",
            one: "1 entrada",
            two: "",
            few: "",
            many: "{n} de entradas",
            other: "{n} entradas",
            zero: "",
        },
    },
    search: Search { title: "Buscar" },
    feeds: Feeds { title: "Feeds" },
    blocks: Blocks {
        popular: "Entradas populares",
    },
};
