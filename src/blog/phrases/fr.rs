//! French.

use super::{
    Archive, Blocks, Counted, Errors, Feeds, Form, Frame, Lists, Phrases, Post, Refused, Search,
    Text, Thread, Told, Ways,
};

pub const PHRASES: Phrases = Phrases {
    frame: Frame {
        home: "Accueil",
        tags: "Étiquettes",
        search: "Rechercher",
        skip_to_content: "Aller au contenu",
        menu: "Blog",
        feed: "Flux",
        written_with: "écrit avec Daybook",
    },
    lists: Lists {
        newer_posts: "Articles plus récents",
        older_posts: "Articles plus anciens",
        pages: "Pages",
        pinned: "Épinglés",
        tagged: "Articles avec l’étiquette",
        nothing_yet: "Rien n’a encore été publié ici. Le premier article apparaîtra à cet endroit.",
        read_more: "Lire la suite",
        of_post: "de « {name} »",
        on_post: "sur « {name} »",
        no_tags: "Aucun article n’a encore d’étiquette.",
        posts_beside: Counted {
            one: "article",
            many: "d’articles",
            other: "articles",
            ..Counted::NONE
        },
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
        untitled: "Sans titre",
        neighbours: "Articles",
        newer: "Article plus récent",
        older: "Article plus ancien",
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
    search: Search {
        title: "Recherche",
        label: "Rechercher dans les titres, les textes et les commentaires",
        label_short: "Rechercher dans ce blog",
        button: "Rechercher",
        nothing_found: "Rien n’a été trouvé pour « {name} ». Essayez avec moins de mots ou d’autres mots, ou parcourez [les étiquettes].",
        in_comments: "trouvé dans les commentaires",
    },
    feeds: Feeds {
        title: "Flux",
        comments_on: "Commentaires sur {name}",
        name_on: "{name} sur {title}",
        what: "Un flux indique à un programme ce qui est nouveau sur ce blog : une application ou une page qui rassemble les nouveautés de tous les blogs que vous lisez. Rien ne vous échappe, et personne ne sait qui suit le blog.",
        how: "Copiez l’une de ces adresses dans votre lecteur de flux. Tous les formats contiennent la même chose ; en cas de doute, prenez Atom.",
        posts: "Articles",
        comments: "Commentaires",
        comments_on_one: "Chaque article a un flux pour ses commentaires ; le lien se trouve en dessous.",
        one_tag: "Articles d’une étiquette",
    },
    blocks: Blocks {
        popular: "Articles populaires",
        beside: "Autour de ce blog",
        about: "À propos",
        recent_comments: "Derniers commentaires",
        links: "Liens",
    },
    thread: Thread {
        title: "Commentaires",
        on_page: "Commentaires, page {n}",
        pages: "Pages de commentaires",
        more_pages: "Autres pages de commentaires",
        page: "Page",
        author: "Auteur",
        edited: "modifié",
        in_reply_to: "en réponse à {name}",
        in_reply_to_gone: "en réponse à un commentaire qui n’est pas affiché",
        reply: "Répondre",
        to_name: "à {name}",
        none_on_page: "Plus aucun commentaire de cette page n’est affiché.",
        closed: "Les nouveaux commentaires ne sont pas acceptés ici.",
        feed: "Flux de ces commentaires",
    },
    form: Form {
        title: "Publier un commentaire",
        comment: "Commentaire",
        body_hint: "Vous pouvez écrire en *italique*, en **gras**, du `code`, des > citations, des listes et des liens.",
        name: "Nom",
        any_name: "N’importe quel nom convient",
        optional: "Facultatif",
        website: "Site web",
        email: "Adresse e-mail",
        email_hint: "Facultative, jamais affichée",
        mail_me: "M’avertir par e-mail",
        mail_nothing: "De rien",
        mail_replies: "Des réponses à mon commentaire",
        mail_all: "De tous les nouveaux commentaires sur cet article",
        mail_hint: "Commence une fois votre adresse confirmée par le lien d’un premier e-mail",
        trap: "Laissez ce champ vide",
        post: "Publier le commentaire",
        preview: "Aperçu",
        preview_title: "Aperçu de votre commentaire",
        preview_kicker: "Voici ce que cela donnera",
        you_answer: "Vous répondez à {name}.",
        on_the_post: "Commenter plutôt l’article",
        have_a_look: "Veuillez vérifier les champs signalés. Rien de ce que vous avez écrit n’est perdu.",
        said_before: "Voir ce que vous avez déjà dit",
    },
    errors: Errors {
        not_found: Told {
            heading: "Rien ici",
            message: "Il n’y a pas de page à cette adresse. Elle a peut-être été déplacée, ou l’adresse contient une erreur.",
        },
        not_possible: Told {
            heading: "Impossible ici",
            message: "Cette adresse n’accepte pas ce type de requête.",
        },
        too_large: Told {
            heading: "Trop à la fois",
            message: "Ce que vous avez envoyé dépasse ce que cette adresse accepte.",
        },
        too_many: Told {
            heading: "Trop de tentatives",
            message: "Veuillez patienter un peu.",
        },
        refused: Told {
            heading: "Refusé",
            message: "Cela ne vous est pas accessible.",
        },
        not_set_up: Told {
            heading: "En préparation",
            message: "Ce blog est en cours de mise en place. Revenez un peu plus tard.",
        },
        busy: Told {
            heading: "Occupé",
            message: "Il y a trop à faire en ce moment. Veuillez réessayer dans un instant.",
        },
        no_room: Told {
            heading: "Plus de place",
            message: "Le disque est plein, rien ne peut être enregistré. La lecture reste possible.",
        },
        not_understood: Told {
            heading: "Incompris",
            message: "Cette requête n’a pas pu être comprise.",
        },
        went_wrong: Told {
            heading: "Quelque chose s’est mal passé",
            message: "Ce n’est pas de votre faute, et l’incident a été noté. Veuillez réessayer dans un instant.",
        },
        again_in_seconds: Counted {
            one: "Veuillez réessayer dans {n} seconde.",
            other: "Veuillez réessayer dans {n} secondes.",
            ..Counted::NONE
        },
        again_in_minutes: Counted {
            one: "Veuillez réessayer dans {n} minute.",
            other: "Veuillez réessayer dans {n} minutes.",
            ..Counted::NONE
        },
        newest: "Aller aux articles les plus récents",
        status: "Statut {n}",
    },
    refused: Refused {
        several_seconds: Counted {
            one: "Plusieurs commentaires viennent d’arriver depuis votre réseau. Veuillez renvoyer le vôtre dans {n} seconde.",
            other: "Plusieurs commentaires viennent d’arriver depuis votre réseau. Veuillez renvoyer le vôtre dans {n} secondes.",
            ..Counted::NONE
        },
        several_minutes: Counted {
            one: "Plusieurs commentaires viennent d’arriver depuis votre réseau. Veuillez renvoyer le vôtre dans {n} minute.",
            other: "Plusieurs commentaires viennent d’arriver depuis votre réseau. Veuillez renvoyer le vôtre dans {n} minutes.",
            ..Counted::NONE
        },
    },
    ways: Ways {
        related: "Articles similaires",
        perhaps: "Cherchiez-vous l’un de ceux-ci ?",
    },
    text: Text {
        minutes: Counted {
            one: "{n} minute de lecture",
            many: "{n} de minutes de lecture",
            other: "{n} minutes de lecture",
            ..Counted::NONE
        },
        contents: "Sommaire",
        play: "Lire la vidéo depuis {service}",
        table: "Tableau",
        sources: "Sources",
        back_to_text: "Retour à l’appel de note {n}",
    },
};
