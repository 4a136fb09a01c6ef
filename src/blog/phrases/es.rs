//! Spanish.

use super::{
    Archive, Blocks, Counted, Errors, Feeds, Form, Frame, Lists, Phrases, Post, Refused, Search,
    Text, Thread, Told, Ways,
};

pub const PHRASES: Phrases = Phrases {
    frame: Frame {
        home: "Inicio",
        tags: "Etiquetas",
        search: "Buscar",
        skip_to_content: "Saltar al contenido",
        menu: "Blog",
        feed: "Feed",
        written_with: "escrito con Daybook",
    },
    lists: Lists {
        newer_posts: "Entradas más recientes",
        older_posts: "Entradas más antiguas",
        pages: "Páginas",
        pinned: "Fijadas",
        tagged: "Entradas con la etiqueta",
        nothing_yet: "Aquí todavía no se ha publicado nada. La primera entrada aparecerá en este lugar.",
        read_more: "Leer más",
        of_post: "de «{name}»",
        on_post: "en «{name}»",
        no_tags: "Todavía no hay entradas con etiquetas.",
        posts_beside: Counted {
            one: "entrada",
            many: "de entradas",
            other: "entradas",
            ..Counted::NONE
        },
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
        untitled: "Sin título",
        neighbours: "Entradas",
        newer: "Entrada más reciente",
        older: "Entrada más antigua",
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
    search: Search {
        title: "Buscar",
        label: "Buscar en títulos, textos y comentarios",
        label_short: "Buscar en este blog",
        button: "Buscar",
        nothing_found: "No se encontró nada para «{name}». Prueba con menos palabras o con otras, o echa un vistazo a [las etiquetas].",
        in_comments: "encontrado en los comentarios",
    },
    feeds: Feeds {
        title: "Feeds",
        comments_on: "Comentarios en {name}",
        name_on: "{name} en {title}",
        what: "Un feed cuenta a un programa qué hay de nuevo en este blog: una aplicación o una página que reúne las novedades de todos los blogs que lees. No te pierdes nada y nadie sabe quién lo sigue.",
        how: "Copia una de estas direcciones en tu lector de feeds. Todos los formatos contienen lo mismo; en caso de duda, elige Atom.",
        posts: "Entradas",
        comments: "Comentarios",
        comments_on_one: "Cada entrada tiene un feed con sus comentarios; el enlace está debajo de ellos.",
        one_tag: "Entradas de una etiqueta",
    },
    blocks: Blocks {
        popular: "Entradas populares",
        beside: "Más de este blog",
        about: "Acerca de",
        recent_comments: "Comentarios recientes",
        links: "Enlaces",
    },
    thread: Thread {
        title: "Comentarios",
        on_page: "Comentarios, página {n}",
        pages: "Páginas de comentarios",
        more_pages: "Más páginas de comentarios",
        page: "Página",
        author: "Autor/a",
        edited: "editado",
        in_reply_to: "en respuesta a {name}",
        in_reply_to_gone: "en respuesta a un comentario que no se muestra",
        reply: "Responder",
        to_name: "a {name}",
        none_on_page: "Ya no se muestra ningún comentario de esta página.",
        closed: "Aquí no se admiten comentarios nuevos.",
        feed: "Feed de estos comentarios",
    },
    form: Form {
        title: "Publicar un comentario",
        comment: "Comentario",
        body_hint: "Puedes escribir *cursiva*, **negrita**, `código`, > citas, listas y enlaces.",
        name: "Nombre",
        any_name: "Sirve cualquier nombre",
        optional: "Opcional",
        website: "Sitio web",
        email: "Correo electrónico",
        email_hint: "Opcional, nunca se muestra",
        mail_me: "Avisarme por correo",
        mail_nothing: "De nada",
        mail_replies: "De las respuestas a mi comentario",
        mail_all: "De todos los comentarios nuevos en esta entrada",
        mail_hint: "Empieza cuando hayas confirmado tu dirección con el enlace de un primer correo",
        trap: "Deja esto vacío",
        post: "Publicar comentario",
        preview: "Vista previa",
        preview_title: "Vista previa de tu comentario",
        preview_kicker: "Así se verá",
        you_answer: "Respondes a {name}.",
        on_the_post: "Comentar la entrada en su lugar",
        have_a_look: "Revisa los campos marcados. No se ha perdido nada de lo que escribiste.",
        said_before: "Ver lo que dijiste antes",
    },
    errors: Errors {
        not_found: Told {
            heading: "Aquí no hay nada",
            message: "No hay ninguna página en esta dirección. Puede que se haya movido o que la dirección tenga una errata.",
        },
        not_possible: Told {
            heading: "Aquí no es posible",
            message: "Esta dirección no admite ese tipo de petición.",
        },
        too_large: Told {
            heading: "Demasiado de una vez",
            message: "Lo que enviaste es mayor de lo que admite esta dirección.",
        },
        too_many: Told {
            heading: "Demasiados intentos",
            message: "Espera un poco, por favor.",
        },
        refused: Told {
            heading: "Rechazado",
            message: "No tienes acceso a esto.",
        },
        not_set_up: Told {
            heading: "En preparación",
            message: "Este blog se está configurando en este momento. Vuelve un poco más tarde, por favor.",
        },
        busy: Told {
            heading: "Ocupado",
            message: "Ahora mismo hay demasiado que hacer. Inténtalo de nuevo en un momento.",
        },
        no_room: Told {
            heading: "No queda espacio",
            message: "El disco está lleno, así que no se puede guardar nada. La lectura sigue funcionando.",
        },
        not_understood: Told {
            heading: "No se entendió",
            message: "No se pudo entender esta petición.",
        },
        went_wrong: Told {
            heading: "Algo salió mal",
            message: "No es culpa tuya y ha quedado registrado. Inténtalo de nuevo en un momento.",
        },
        again_in_seconds: Counted {
            one: "Inténtalo de nuevo en un segundo.",
            other: "Inténtalo de nuevo en {n} segundos.",
            ..Counted::NONE
        },
        again_in_minutes: Counted {
            one: "Inténtalo de nuevo en un minuto.",
            other: "Inténtalo de nuevo en {n} minutos.",
            ..Counted::NONE
        },
        newest: "Ir a las entradas más recientes",
        status: "Estado {n}",
    },
    refused: Refused {
        several_seconds: Counted {
            one: "Acaban de llegar varios comentarios desde tu red. Envía el tuyo de nuevo en un segundo, por favor.",
            other: "Acaban de llegar varios comentarios desde tu red. Envía el tuyo de nuevo en {n} segundos, por favor.",
            ..Counted::NONE
        },
        several_minutes: Counted {
            one: "Acaban de llegar varios comentarios desde tu red. Envía el tuyo de nuevo en un minuto, por favor.",
            other: "Acaban de llegar varios comentarios desde tu red. Envía el tuyo de nuevo en {n} minutos, por favor.",
            ..Counted::NONE
        },
    },
    ways: Ways {
        related: "Entradas relacionadas",
        perhaps: "¿Buscaba una de estas?",
    },
    text: Text {
        minutes: Counted {
            one: "1 minuto de lectura",
            many: "{n} de minutos de lectura",
            other: "{n} minutos de lectura",
            ..Counted::NONE
        },
        contents: "Contenido",
        play: "Reproducir el vídeo de {service}",
        table: "Tabla",
        sources: "Fuentes",
        back_to_text: "Volver a la nota {n} en el texto",
    },
};
