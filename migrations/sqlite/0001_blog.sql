-- The blog: settings, people, posts, comments, tags, and the index that search reads.
-- Times are UTC milliseconds. Wide columns stand last in a row, so that lists never read them.

pragma application_id = 1148805739; -- 0x4479626b: "Dybk", kept by store/mod.rs too
pragma user_version = 1;            -- the schema's number: that of the newest migration

create table settings (
    name  text not null primary key,
    value text not null
);

-- One row: every commit that a reader could see raises the version (see ARCHITECTURE.md, The page cache).
create table content (
    id         integer not null primary key check (id = 1),
    version    integer not null,
    changed_at integer not null
);
insert into content (id, version, changed_at) values (1, 1, 0);

create table authors (
    id            integer not null primary key,
    name          text    not null,
    email         text    not null unique,
    role          text    not null check (role in ('author', 'operator')),
    password_hash text,
    created_at    integer not null,
    removed_at    integer
);

create table sessions (
    token_hash blob    not null primary key,
    author_id  integer not null references authors (id),
    created_at integer not null,
    seen_at    integer not null
);
create index sessions_author on sessions (author_id);

-- Addresses that work once: the set-up (no author yet) and sign-in without a password.
create table one_time_links (
    token_hash blob    not null primary key,
    author_id  integer references authors (id),
    expires_at integer not null
);

create table posts (
    id                integer not null primary key,
    kind              text    not null check (kind in ('post', 'page')),
    state             text    not null check (state in ('draft', 'published', 'trashed')),
    state_before_trash text   not null default '',
    title             text    not null,
    path              text,
    slug              text    not null default '',
    markup            text    not null check (markup in ('markdown', 'html')),
    comments          text    not null check (comments in ('open', 'closed', 'hidden')),
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
create unique index posts_path on posts (path) where state = 'published';
-- What is compared for equality stands first in an index, and then what is sorted by: a planner without statistics
-- sees at once which of them serves a list.
create index posts_published on posts (kind, state, published_at, id);
create index posts_listed on posts (kind, state, listed_at, id);
create index posts_all on posts (kind, listed_at, id);
-- Finds what an older renderer made, without reading what it did not.
create index posts_renderer on posts (renderer);

-- An address that a post once had.
create table redirects (
    path    text    not null primary key,
    post_id integer not null references posts (id)
);

create table tags (
    id   integer not null primary key,
    name text    not null,
    key  text    not null unique, -- the name in lower case: two tags never differ in case alone
    slug text    not null unique
);

-- published_at is that of a published post and null otherwise, so that a tag's page is one walk of an index.
create table post_tags (
    post_id      integer not null references posts (id),
    tag_id       integer not null references tags (id),
    place        integer not null,
    published_at integer,
    primary key (post_id, tag_id)
);
create index post_tags_published on post_tags (tag_id, published_at, post_id) where published_at is not null;

create table comments (
    id            integer not null primary key,
    post_id       integer not null references posts (id),
    parent_id     integer references comments (id),
    state         text    not null check (state in ('waiting', 'approved', 'spam', 'deleted', 'hidden')),
    state_before  text    not null default '',
    author_id     integer references authors (id),
    name          text    not null,
    email         text    not null default '',
    url           text    not null default '',
    reason        text    not null default '',
    origin        text    unique,
    created_at    integer not null,
    decided_at    integer,
    renderer      integer not null,
    markup        text    not null check (markup in ('markdown', 'html')),
    html          text    not null,
    source        text    not null
);
create index comments_thread on comments (post_id, state, created_at, id);
create index comments_post on comments (post_id, created_at, id);
create index comments_state on comments (state, created_at, id);
create index comments_renderer on comments (renderer);
create index comments_email on comments (email, state) where email <> '';

-- Full-text search over folded words (blog/words.rs); rowid is the post's or the comment's id.
create virtual table search_posts using fts5 (
    title, tags, body, content = '', contentless_delete = 1, tokenize = 'ascii'
);
create virtual table search_comments using fts5 (
    body, content = '', contentless_delete = 1, tokenize = 'ascii'
);
