//! English, which all others are translated from.

use super::{
    Archive, Blocks, Counted, Errors, Feeds, Form, Frame, Lists, Phrases, Post, Refused, Search,
    Text, Thread, Told, Ways,
};

pub const PHRASES: Phrases = Phrases {
    frame: Frame {
        home: "Home",
        tags: "Tags",
        search: "Search",
        skip_to_content: "Skip to content",
        menu: "Blog",
        feed: "Feed",
        written_with: "written with Daybook",
    },
    lists: Lists {
        newer_posts: "Newer posts",
        older_posts: "Older posts",
        pages: "Pages",
        pinned: "Pinned",
        tagged: "Posts tagged",
        nothing_yet: "Nothing has been published here yet. The first post will stand in this place.",
        read_more: "Read more",
        of_post: "of {name}",
        on_post: "on {name}",
        no_tags: "No post carries a tag yet.",
        posts_beside: Counted {
            one: "post",
            other: "posts",
            ..Counted::NONE
        },
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
        untitled: "Untitled",
        neighbours: "Posts",
        newer: "Newer post",
        older: "Older post",
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
    search: Search {
        title: "Search",
        label: "Search titles, texts and comments",
        label_short: "Search this blog",
        button: "Search",
        nothing_found: "Nothing was found for “{name}”. Fewer or other words may help, or have a look at [the tags].",
        in_comments: "found in the comments",
    },
    feeds: Feeds {
        title: "Feeds",
        comments_on: "Comments on {name}",
        name_on: "{name} on {title}",
        what: "A feed tells a program what is new on this blog: an app or a page that collects what is new on all the blogs that you read. You miss nothing, and nobody learns who follows.",
        how: "Copy one of these addresses into your feed reader. All formats hold the same; if you are not sure, take Atom.",
        posts: "Posts",
        comments: "Comments",
        comments_on_one: "Each post has a feed of its own comments; the way to it stands below them.",
        one_tag: "Posts with one tag",
    },
    blocks: Blocks {
        popular: "Popular posts",
        beside: "More of this blog",
        about: "About",
        recent_comments: "Recent comments",
        links: "Links",
    },
    thread: Thread {
        title: "Comments",
        on_page: "Comments, page {n}",
        pages: "Pages of comments",
        more_pages: "More pages of comments",
        page: "Page",
        author: "Author",
        edited: "edited",
        in_reply_to: "in reply to {name}",
        in_reply_to_gone: "in reply to a comment that is not shown",
        reply: "Reply",
        to_name: "to {name}",
        none_on_page: "No comment of this page is shown any more.",
        closed: "New comments are not taken here.",
        feed: "Feed of these comments",
    },
    form: Form {
        title: "Post a comment",
        comment: "Comment",
        body_hint: "You can write *italic*, **bold**, `code`, > quotes, lists and links.",
        name: "Name",
        any_name: "Any name will do",
        optional: "Optional",
        website: "Website",
        email: "Email",
        email_hint: "Optional, never shown",
        mail_me: "Mail me",
        mail_nothing: "Nothing",
        mail_replies: "Answers to my comment",
        mail_all: "All new comments on this post",
        mail_hint: "Begins when you have confirmed your address, by a link in a first mail",
        trap: "Leave this empty",
        post: "Post comment",
        preview: "Preview",
        preview_title: "Preview of your comment",
        preview_kicker: "This is how it will look",
        you_answer: "You answer {name}.",
        on_the_post: "Comment on the post instead",
        have_a_look: "Please have a look at the marked fields. Nothing you wrote is lost.",
        said_before: "See what you said before",
    },
    errors: Errors {
        not_found: Told {
            heading: "Nothing here",
            message: "There is no page at this address. It may have moved, or the address may have a slip in it.",
        },
        not_possible: Told {
            heading: "Not possible here",
            message: "This address does not take that kind of request.",
        },
        too_large: Told {
            heading: "Too much at once",
            message: "What you sent is larger than this address takes.",
        },
        too_many: Told {
            heading: "Too many attempts",
            message: "Please wait a little.",
        },
        refused: Told {
            heading: "Refused",
            message: "This is not open to you.",
        },
        not_set_up: Told {
            heading: "Coming into being",
            message: "This blog is being set up right now. Please come back a little later.",
        },
        busy: Told {
            heading: "Busy",
            message: "There is too much to do right now. Please try again in a moment.",
        },
        no_room: Told {
            heading: "No room left",
            message: "The disk is full, so nothing can be saved. Reading goes on.",
        },
        not_understood: Told {
            heading: "Not understood",
            message: "This request could not be understood.",
        },
        went_wrong: Told {
            heading: "Something went wrong",
            message: "It is not your fault, and it has been written down. Please try again in a moment.",
        },
        again_in_seconds: Counted {
            one: "Please try again in a second.",
            other: "Please try again in {n} seconds.",
            ..Counted::NONE
        },
        again_in_minutes: Counted {
            one: "Please try again in a minute.",
            other: "Please try again in {n} minutes.",
            ..Counted::NONE
        },
        newest: "Go to the newest posts",
        status: "Status {n}",
    },
    refused: Refused {
        several_seconds: Counted {
            one: "There were several comments from your network just now. Please send yours again in a second.",
            other: "There were several comments from your network just now. Please send yours again in {n} seconds.",
            ..Counted::NONE
        },
        several_minutes: Counted {
            one: "There were several comments from your network just now. Please send yours again in a minute.",
            other: "There were several comments from your network just now. Please send yours again in {n} minutes.",
            ..Counted::NONE
        },
    },
    ways: Ways {
        related: "Related posts",
        perhaps: "Did you mean one of these?",
    },
    text: Text {
        minutes: Counted {
            one: "1 minute to read",
            other: "{n} minutes to read",
            ..Counted::NONE
        },
        contents: "Contents",
        play: "Play the video from {service}",
        table: "Table",
        sources: "Sources",
        back_to_text: "Back to note {n} in the text",
    },
};
