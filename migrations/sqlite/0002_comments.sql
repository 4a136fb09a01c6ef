-- Comments with their mail, their filter and their moderation.
-- Two tables are built anew, since narrow columns stand before wide ones and a check can only be given with its table.

pragma user_version = 2;

create table posts_new (
    id                integer not null primary key,
    kind              text    not null check (kind in ('post', 'page')),
    state             text    not null check (state in ('draft', 'published', 'trashed')),
    state_before_trash text   not null default '',
    title             text    not null,
    path              text,
    slug              text    not null default '',
    markup            text    not null check (markup in ('markdown', 'html')),
    comments          text    not null check (comments in ('blog', 'open', 'first', 'all', 'closed', 'hidden')),
    author_id         integer references authors (id),
    byline            text    not null default '',
    origin            text    unique,
    created_at        integer not null,
    updated_at        integer not null,
    published_at      integer,
    listed_at         integer not null,
    approved_comments integer not null default 0,
    renderer          integer not null,
    cut               integer not null,
    excerpt           text    not null default '',
    auto_excerpt      text    not null default '',
    teaser            text,
    html              text    not null,
    source            text    not null
);
-- `open` meant: as the blog says.
insert into posts_new
select id, kind, state, state_before_trash, title, path, slug, markup,
       case comments when 'open' then 'blog' else comments end,
       author_id, byline, origin, created_at, updated_at, published_at, listed_at, approved_comments,
       renderer, cut, excerpt, auto_excerpt, teaser, html, source
from posts;
drop table posts;
alter table posts_new rename to posts;
create unique index posts_path on posts (path) where state = 'published';
create index posts_published on posts (kind, state, published_at, id);
create index posts_listed on posts (kind, state, listed_at, id);
create index posts_all on posts (kind, listed_at, id);
create index posts_renderer on posts (renderer);

create table comments_new (
    id            integer not null primary key,
    post_id       integer not null references posts (id),
    parent_id     integer references comments (id),
    state         text    not null check (state in ('waiting', 'approved', 'spam', 'deleted', 'hidden')),
    state_before  text    not null default '',
    -- Its place on the post, given once when it is first shown, so that the page it stands on never changes.
    place         integer,
    author_id     integer references authors (id),
    name          text    not null,
    email         text    not null default '',
    url           text    not null default '',
    reason        text    not null default '',
    origin        text    unique,
    created_at    integer not null,
    decided_at    integer,
    -- Who decided last: an author's name, 'commenter'; empty where nobody did.
    decided_by    text    not null default '',
    -- When its writer or a moderator changed its words.
    edited_at     integer,
    -- Keyed hash of the writer's /24 or /48; empty after thirty days.
    network       text    not null default '',
    -- Hash of the pass that the writer's browser keeps; empty without script.
    pass          text    not null default '',
    -- Whether its writer has proved that the address is theirs, for this comment.
    confirmed     integer not null default 0,
    -- Hash of its folded words, by which the same words are found again.
    digest        text    not null default '',
    points        integer not null default 0,
    -- What was known when it came (blog::spam::Facts) and what the filter said (blog::spam::Reason), as JSON.
    facts         text    not null default '{}',
    reasons       text    not null default '[]',
    renderer      integer not null,
    markup        text    not null check (markup in ('markdown', 'html')),
    html          text    not null,
    source        text    not null
);
insert into comments_new (id, post_id, parent_id, state, state_before, place, author_id, name, email, url, reason,
                          origin, created_at, decided_at, renderer, markup, html, source)
select id, post_id, parent_id, state, state_before,
       case when state = 'approved'
            then row_number() over (partition by post_id, state order by created_at, id) end,
       author_id, name, email, url, reason, origin, created_at, decided_at, renderer, markup, html, source
from comments;
drop table comments;
alter table comments_new rename to comments;
create index comments_place on comments (post_id, place);
create index comments_thread on comments (post_id, state, created_at, id);
create index comments_post on comments (post_id, created_at, id);
create index comments_state on comments (state, created_at, id);
create index comments_parent on comments (parent_id) where parent_id is not null;
create index comments_renderer on comments (renderer);
create index comments_email on comments (email, state) where email <> '';
create index comments_pass on comments (pass, state) where pass <> '';
create index comments_network on comments (network, created_at) where network <> '';
create index comments_digest on comments (digest, created_at);

-- What a comment said before it was changed.
create table comment_versions (
    id          integer not null primary key,
    comment_id  integer not null references comments (id) on delete cascade,
    replaced_at integer not null,
    -- An author's name, or 'commenter'.
    replaced_by text    not null,
    name        text    not null,
    source      text    not null
);
create index comment_versions_comment on comment_versions (comment_id, id);

-- Every act of moderation.
create table acts (
    id         integer not null primary key,
    at         integer not null,
    -- An author's name, or 'commenter'.
    by         text    not null,
    act        text    not null,
    comment_id integer,
    detail     text    not null default '',
    -- The state that the comment had, where the act changed it: what taking the act back brings back.
    state_before text  not null default ''
);
create index acts_comment on acts (comment_id, id);

-- Whose comments are taken for spam, until when. The value is a folded name, an address, a network's hash or a pass's hash.
create table bans (
    id         integer not null primary key,
    kind       text    not null check (kind in ('name', 'email', 'network', 'pass')),
    value      text    not null,
    -- Who is meant, as an author reads it: a name, an address.
    label      text    not null default '',
    note       text    not null default '',
    by         text    not null,
    created_at integer not null,
    ends_at    integer not null,
    unique (kind, value)
);

-- Mail on its way, written in the transaction of its cause. What it says is made when it is sent, from what is true then.
create table outbox (
    id              integer not null primary key,
    -- 'notice' to an author; 'confirm' an address; 'shown': a new comment, to who asked for it.
    kind            text    not null check (kind in ('notice', 'confirm', 'shown')),
    recipient       text    not null,
    comment_id      integer not null references comments (id) on delete cascade,
    author_id       integer references authors (id),
    subscription_id integer,
    created_at      integer not null,
    due_at          integer not null,
    -- How often the server refused it for the time being; a server that is not there does not count.
    tries           integer not null default 0,
    -- When it was first tried, since the last start.
    tried_at        integer,
    sent_at         integer,
    -- Given up, or not needed any more: see `error`.
    failed_at       integer,
    error           text    not null default '',
    -- One cause, one message to one person.
    unique (kind, comment_id, recipient)
);
create index outbox_due on outbox (due_at, id) where sent_at is null and failed_at is null;
create index outbox_sent on outbox (created_at, id);
create index outbox_recipient on outbox (kind, recipient, created_at);

-- Addresses of commenters that asked for mail; nothing but the question goes out before they are confirmed.
create table addresses (
    email        text    not null primary key,
    asked_at     integer not null,
    confirmed_at integer
);

-- 'replies': answers to a comment and below; 'all': every new comment on the post.
create table subscriptions (
    id         integer not null primary key,
    email      text    not null references addresses (email),
    post_id    integer not null references posts (id),
    comment_id integer not null references comments (id) on delete cascade,
    scope      text    not null check (scope in ('replies', 'all')),
    created_at integer not null,
    ended_at   integer,
    unique (comment_id)
);
create index subscriptions_post on subscriptions (post_id, scope);
create index subscriptions_email on subscriptions (email);

-- Links of mails that were used: each works once. The link itself carries its signature.
create table mail_acts (
    code    text    not null primary key,
    used_at integer not null
);

-- The learned filter: in how many comments of each kind a feature stood, and what each comment was learned as.
create table spam_features (
    feature text    not null primary key,
    spam    integer not null,
    good    integer not null
);
create table spam_lessons (
    comment_id integer not null primary key references comments (id) on delete cascade,
    is_spam    integer not null
);
create index spam_lessons_kind on spam_lessons (is_spam);
