//! German.

use super::{
    Archive, Blocks, Counted, Errors, Feeds, Form, Frame, Lists, Phrases, Post, Refused, Search,
    Text, Thread, Told, Ways,
};

pub const PHRASES: Phrases = Phrases {
    frame: Frame {
        home: "Startseite",
        tags: "Themen",
        search: "Suche",
        skip_to_content: "Zum Inhalt springen",
        menu: "Blog",
        feed: "Feed",
        written_with: "geschrieben mit Daybook",
    },
    lists: Lists {
        newer_posts: "Neuere Beiträge",
        older_posts: "Ältere Beiträge",
        pages: "Seiten",
        pinned: "Angeheftet",
        tagged: "Beiträge zum Thema",
        nothing_yet: "Hier ist noch nichts veröffentlicht. Der erste Beitrag wird an dieser Stelle stehen.",
        read_more: "Weiterlesen",
        of_post: "in „{name}“",
        on_post: "zu „{name}“",
        no_tags: "Noch hat kein Beitrag ein Thema.",
        posts_beside: Counted {
            one: "Beitrag",
            other: "Beiträge",
            ..Counted::NONE
        },
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
        untitled: "Ohne Titel",
        neighbours: "Beiträge",
        newer: "Neuerer Beitrag",
        older: "Älterer Beitrag",
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
    search: Search {
        title: "Suche",
        label: "Titel, Texte und Kommentare durchsuchen",
        label_short: "Dieses Blog durchsuchen",
        button: "Suchen",
        nothing_found: "Zu „{name}“ wurde nichts gefunden. Vielleicht helfen weniger oder andere Wörter, oder ein Blick auf [die Themen].",
        in_comments: "in den Kommentaren gefunden",
    },
    feeds: Feeds {
        title: "Feeds",
        comments_on: "Kommentare zu {name}",
        name_on: "{name} zu {title}",
        what: "Ein Feed sagt einem Programm, was in diesem Blog neu ist: einer App oder einer Seite, die das Neue aus allen Blogs sammelt, die Sie lesen. Ihnen entgeht nichts, und niemand erfährt, wer mitliest.",
        how: "Kopieren Sie eine dieser Adressen in Ihren Feedreader. Alle Formate enthalten dasselbe; im Zweifel nehmen Sie Atom.",
        posts: "Beiträge",
        comments: "Kommentare",
        comments_on_one: "Jeder Beitrag hat einen eigenen Feed für seine Kommentare; der Link steht unter ihnen.",
        one_tag: "Beiträge zu einem Thema",
    },
    blocks: Blocks {
        popular: "Beliebte Beiträge",
        beside: "Mehr aus diesem Blog",
        about: "Über",
        recent_comments: "Neueste Kommentare",
        links: "Links",
    },
    thread: Thread {
        title: "Kommentare",
        on_page: "Kommentare, Seite {n}",
        pages: "Seiten der Kommentare",
        more_pages: "Weitere Seiten der Kommentare",
        page: "Seite",
        author: "Autor/in",
        edited: "bearbeitet",
        in_reply_to: "Antwort auf {name}",
        in_reply_to_gone: "Antwort auf einen Kommentar, der nicht gezeigt wird",
        reply: "Antworten",
        to_name: "an {name}",
        none_on_page: "Von dieser Seite wird kein Kommentar mehr gezeigt.",
        closed: "Hier werden keine neuen Kommentare angenommen.",
        feed: "Feed dieser Kommentare",
    },
    form: Form {
        title: "Kommentar schreiben",
        comment: "Kommentar",
        body_hint: "Du kannst *kursiv*, **fett**, `Code`, > Zitate, Listen und Links schreiben.",
        name: "Name",
        any_name: "Irgendein Name genügt",
        optional: "Freiwillig",
        website: "Website",
        email: "E-Mail",
        email_hint: "Freiwillig, wird nie gezeigt",
        mail_me: "Mail an mich",
        mail_nothing: "Gar nicht",
        mail_replies: "Bei Antworten auf meinen Kommentar",
        mail_all: "Bei allen neuen Kommentaren zu diesem Beitrag",
        mail_hint: "Beginnt, sobald du deine Adresse über einen Link in einer ersten Mail bestätigt hast",
        trap: "Bitte leer lassen",
        post: "Kommentar abschicken",
        preview: "Vorschau",
        preview_title: "Vorschau deines Kommentars",
        preview_kicker: "So wird es aussehen",
        you_answer: "Du antwortest {name}.",
        on_the_post: "Stattdessen den Beitrag kommentieren",
        have_a_look: "Bitte sieh dir die markierten Felder an. Nichts von dem, was du geschrieben hast, ist verloren.",
        said_before: "Ansehen, was du schon gesagt hast",
    },
    errors: Errors {
        not_found: Told {
            heading: "Hier ist nichts",
            message: "Unter dieser Adresse gibt es keine Seite. Vielleicht ist sie umgezogen, oder in der Adresse steckt ein Tippfehler.",
        },
        not_possible: Told {
            heading: "Hier nicht möglich",
            message: "Diese Adresse nimmt solche Anfragen nicht an.",
        },
        too_large: Told {
            heading: "Zu viel auf einmal",
            message: "Was du geschickt hast, ist größer, als diese Adresse annimmt.",
        },
        too_many: Told {
            heading: "Zu viele Versuche",
            message: "Bitte warte ein wenig.",
        },
        refused: Told {
            heading: "Abgelehnt",
            message: "Das steht dir nicht offen.",
        },
        not_set_up: Told {
            heading: "Im Entstehen",
            message: "Dieses Blog wird gerade eingerichtet. Bitte komm ein wenig später wieder.",
        },
        busy: Told {
            heading: "Ausgelastet",
            message: "Im Moment ist zu viel zu tun. Bitte versuche es gleich noch einmal.",
        },
        no_room: Told {
            heading: "Kein Platz mehr",
            message: "Die Festplatte ist voll, deshalb kann nichts gespeichert werden. Lesen geht weiterhin.",
        },
        not_understood: Told {
            heading: "Nicht verstanden",
            message: "Diese Anfrage war nicht zu verstehen.",
        },
        went_wrong: Told {
            heading: "Etwas ist schiefgegangen",
            message: "Es ist nicht deine Schuld und wurde festgehalten. Bitte versuche es gleich noch einmal.",
        },
        again_in_seconds: Counted {
            one: "Bitte versuche es in einer Sekunde noch einmal.",
            other: "Bitte versuche es in {n} Sekunden noch einmal.",
            ..Counted::NONE
        },
        again_in_minutes: Counted {
            one: "Bitte versuche es in einer Minute noch einmal.",
            other: "Bitte versuche es in {n} Minuten noch einmal.",
            ..Counted::NONE
        },
        newest: "Zu den neuesten Beiträgen",
        status: "Status {n}",
    },
    refused: Refused {
        several_seconds: Counted {
            one: "Eben kamen mehrere Kommentare aus deinem Netz. Bitte schicke deinen in einer Sekunde noch einmal.",
            other: "Eben kamen mehrere Kommentare aus deinem Netz. Bitte schicke deinen in {n} Sekunden noch einmal.",
            ..Counted::NONE
        },
        several_minutes: Counted {
            one: "Eben kamen mehrere Kommentare aus deinem Netz. Bitte schicke deinen in einer Minute noch einmal.",
            other: "Eben kamen mehrere Kommentare aus deinem Netz. Bitte schicke deinen in {n} Minuten noch einmal.",
            ..Counted::NONE
        },
    },
    ways: Ways {
        related: "Verwandte Beiträge",
        perhaps: "Meinten Sie einen von diesen?",
    },
    text: Text {
        minutes: Counted {
            one: "1 Minute Lesezeit",
            other: "{n} Minuten Lesezeit",
            ..Counted::NONE
        },
        contents: "Inhalt",
        play: "Video von {service} abspielen",
        table: "Tabelle",
        sources: "Quellen",
        back_to_text: "Zurück zu Anmerkung {n} im Text",
    },
};
