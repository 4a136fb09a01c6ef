-- The desk: revisions, pending changes, schedules, links to drafts; pictures; people and how they sign in.
-- `posts` is built anew, since a check can only be given with its table.

pragma user_version = 3;

create table posts_new (
    id                integer not null primary key,
    kind              text    not null check (kind in ('post', 'page')),
    state             text    not null check (state in ('draft', 'scheduled', 'published', 'trashed')),
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
    -- The text at the desk; null as long as nobody has changed the row's own.
    revision_id       integer,
    -- The revision that readers see, and the one they saw before it.
    shown_id          integer,
    shown_before_id   integer,
    -- Whether a published post has a text at the desk that readers do not see yet.
    pending           integer not null default 0,
    -- When the tick publishes what is scheduled, or shows what is pending.
    due_at            integer,
    trashed_at        integer,
    pinned            integer not null default 0,
    -- Where a page stands in the menu; 0: by its title, after those that have a place.
    menu_place        integer not null default 0,
    -- The rest of what an author says about a post (blog::post::Details), as JSON.
    details           text    not null default '{}',
    renderer          integer not null,
    cut               integer not null,
    excerpt           text    not null default '',
    auto_excerpt      text    not null default '',
    teaser            text,
    html              text    not null,
    source            text    not null
);
insert into posts_new (id, kind, state, state_before_trash, title, path, slug, markup, comments, author_id, byline,
                       origin, created_at, updated_at, published_at, listed_at, approved_comments, trashed_at,
                       renderer, cut, excerpt, auto_excerpt, teaser, html, source)
select id, kind, state, state_before_trash, title, path, slug, markup, comments, author_id, byline,
       origin, created_at, updated_at, published_at, listed_at, approved_comments,
       case when state = 'trashed' then updated_at end,
       renderer, cut, excerpt, auto_excerpt, teaser, html, source
from posts;
drop table posts;
alter table posts_new rename to posts;
create unique index posts_path on posts (path) where state = 'published';
create index posts_published on posts (kind, state, published_at, id);
create index posts_listed on posts (kind, state, listed_at, id);
create index posts_all on posts (kind, listed_at, id);
create index posts_renderer on posts (renderer);
create index posts_due on posts (due_at) where due_at is not null;
create index posts_pinned on posts (published_at, id) where pinned = 1;
create index posts_pending on posts (kind, listed_at, id) where pending = 1;
create index posts_author on posts (author_id, kind, listed_at, id);

-- Every text that an author saved, thinned as it grows old.
create table revisions (
    id           integer not null primary key,
    post_id      integer not null references posts (id),
    author_id    integer references authors (id),
    made_at      integer not null,
    -- blog::revision::Reason says what each means.
    reason       text    not null,
    -- What its author calls it; a revision with a name is kept for ever.
    name         text    not null default '',
    device       text    not null default '',
    words        integer not null,
    added        integer not null,
    removed      integer not null,
    title        text    not null,
    markup       text    not null check (markup in ('markdown', 'html')),
    tags         text    not null,
    permalink    text    not null,
    excerpt      text    not null,
    comments     text    not null,
    published_at integer,
    pinned       integer not null,
    details      text    not null,
    source       text    not null
);
create index revisions_post on revisions (post_id, id);
create index revisions_thinned on revisions (made_at, id);

-- The open editors: one a tab. `key` is made by the page, so a save that is sent twice makes one draft.
create table editors (
    key        text    not null primary key,
    post_id    integer not null references posts (id),
    author_id  integer not null references authors (id),
    device     text    not null,
    -- The revision that its text was made from.
    base_id    integer,
    seen_at    integer not null,
    typed_at   integer not null
);
create index editors_post on editors (post_id);

-- Links by which somebody without a sign-in may read what is at the desk.
create table preview_links (
    id           integer not null primary key,
    post_id      integer not null references posts (id),
    author_id    integer references authors (id),
    name         text    not null,
    created_at   integer not null,
    ends_at      integer,
    withdrawn_at integer
);
create index preview_links_post on preview_links (post_id);

-- Lists and tags.

-- Where a tag that was merged or renamed was found before.
create table tag_redirects (
    slug   text    not null primary key,
    tag_id integer references tags (id) -- null: the tag is gone, and the address leads to all tags
);

-- Pictures.

-- People.

alter table authors add column seen_at integer;
-- The secret of one-time codes (RFC 6238) where they are on, and the newest step whose code was used.
alter table authors add column totp_secret blob;
alter table authors add column totp_step integer not null default 0;

create table sessions_new (
    id           integer not null primary key,
    token_hash   blob    not null unique,
    author_id    integer not null references authors (id),
    device       text    not null,
    created_at   integer not null,
    seen_at      integer not null,
    -- When the person last showed a password or a passkey.
    confirmed_at integer not null
);
insert into sessions_new (token_hash, author_id, device, created_at, seen_at, confirmed_at)
select token_hash, author_id, '', created_at, seen_at, created_at from sessions order by created_at;
drop table sessions;
alter table sessions_new rename to sessions;
create index sessions_author on sessions (author_id);
update authors set seen_at = (select max(seen_at) from sessions where author_id = authors.id);

create table passkeys (
    id         integer not null primary key,
    author_id  integer not null references authors (id),
    credential blob    not null unique,
    name       text    not null,
    -- The public key and what else webauthn-rs keeps, as JSON.
    passkey    text    not null,
    created_at integer not null,
    used_at    integer
);
create index passkeys_author on passkeys (author_id);

-- One-time codes on paper, for when the phone is lost; each is deleted when it is used.
create table recovery_codes (
    code_hash blob    not null primary key,
    author_id integer not null references authors (id)
);
create index recovery_codes_author on recovery_codes (author_id);

-- Ways in that one browser has begun and not finished: a sign-in that waits for its code, a passkey's challenge.
create table ceremonies (
    token_hash blob    not null primary key,
    kind       text    not null check (kind in ('code', 'add', 'enter')),
    author_id  integer references authors (id),
    state      text    not null,
    expires_at integer not null
);
