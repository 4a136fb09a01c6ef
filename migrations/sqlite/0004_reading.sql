-- The reader's blog: archives, search, feeds, old addresses, visits, appearance.

pragma user_version = 4;

-- What is known of a post besides its text. `posts` is built anew, since wide columns stand last in a row.
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
    -- `2016-06-05`, the day of publishing in the blog's zone; null for what is not a published post.
    day               text,
    -- Who wrote it, as the pages of authors count it; null where day is.
    writer_id         integer references writers (id),
    listed_at         integer not null,
    approved_comments integer not null default 0,
    revision_id       integer,
    shown_id          integer,
    shown_before_id   integer,
    pending           integer not null default 0,
    due_at            integer,
    trashed_at        integer,
    pinned            integer not null default 0,
    menu_place        integer not null default 0,
    details           text    not null default '{}',
    renderer          integer not null,
    cut               integer not null,
    -- How many words the text has, for the time that reading takes.
    words             integer not null default 0,
    -- The address of the first picture of the text; empty where there is none.
    picture           text    not null default '',
    excerpt           text    not null default '',
    auto_excerpt      text    not null default '',
    -- The list of contents as HTML; empty for short texts.
    contents          text    not null default '',
    teaser            text,
    html              text    not null,
    source            text    not null
);
insert into posts_new (id, kind, state, state_before_trash, title, path, slug, markup, comments, author_id, byline, origin,
                       created_at, updated_at, published_at, listed_at, approved_comments, revision_id, shown_id, shown_before_id, pending, due_at, trashed_at, pinned,
                       menu_place, details, renderer, cut, excerpt, auto_excerpt, teaser, html, source)
select id, kind, state, state_before_trash, title, path, slug, markup, comments, author_id, byline, origin,
       created_at, updated_at, published_at, listed_at, approved_comments, revision_id, shown_id, shown_before_id, pending, due_at, trashed_at, pinned,
       menu_place, details, renderer, cut, excerpt, auto_excerpt, teaser, html, source
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
create index posts_byline on posts (byline, kind) where byline <> '';
create index posts_trashed on posts (trashed_at) where trashed_at is not null;

-- Archives and search.

create index posts_writer on posts (writer_id, published_at, id) where writer_id is not null;
-- Published posts that stand in no archive yet: those that an older schema brought along.
create index posts_unplaced on posts (id)
where day is null and kind = 'post' and state = 'published' and published_at is not null;

-- Who wrote published posts: somebody with an account, a by-line that was imported, or one that is both.
create table writers (
    id        integer not null primary key,
    -- Kept for ever, whatever the name becomes.
    slug      text    not null unique,
    author_id integer unique references authors (id),
    byline    text    unique,
    posts     integer not null default 0
);

-- How many published posts each month and each day has; a month or day without any has no row.
create table months (
    month text    not null primary key,
    posts integer not null
);
create table days (
    day   text    not null primary key,
    posts integer not null
);
-- How many published posts carry a tag.
alter table tags add column posts integer not null default 0;
update tags set posts = (select count(*) from post_tags where tag_id = tags.id and published_at is not null);
create index tags_used on tags (key) where posts > 0;

-- The counts follow what they count, whoever changes it.
create trigger posts_leave_day after update of day on posts when old.day is not null and old.day is not new.day begin
    update days set posts = posts - 1 where day = old.day;
    delete from days where day = old.day and posts = 0;
    update months set posts = posts - 1 where month = substr(old.day, 1, 7);
    delete from months where month = substr(old.day, 1, 7) and posts = 0;
end;
create trigger posts_enter_day after update of day on posts when new.day is not null and old.day is not new.day begin
    insert into days (day, posts) values (new.day, 1) on conflict (day) do update set posts = posts + 1;
    insert into months (month, posts) values (substr(new.day, 1, 7), 1) on conflict (month) do update set posts = posts + 1;
end;
create trigger posts_change_writer after update of writer_id on posts when old.writer_id is not new.writer_id begin
    update writers set posts = posts - 1 where id = old.writer_id;
    update writers set posts = posts + 1 where id = new.writer_id;
end;
create trigger post_tags_added after insert on post_tags when new.published_at is not null begin
    update tags set posts = posts + 1 where id = new.tag_id;
end;
create trigger post_tags_removed after delete on post_tags when old.published_at is not null begin
    update tags set posts = posts - 1 where id = old.tag_id;
end;
create trigger post_tags_changed after update of tag_id, published_at on post_tags
when old.tag_id <> new.tag_id or (old.published_at is null) <> (new.published_at is null) begin
    update tags set posts = posts - 1 where id = old.tag_id and old.published_at is not null;
    update tags set posts = posts + 1 where id = new.tag_id and new.published_at is not null;
end;

-- Feeds and what machines read.

-- Old addresses.

-- Where the author sends whoever asks for an address that is none of the blog's. `path` is decoded; `/*` at its end stands
-- for all that follows. Acts are numbered; what one of them took away stays a while, so that it can be taken back whole.
create table own_redirects (
    id         integer not null primary key,
    path       text    not null,
    target     text    not null,
    permanent  integer not null,
    made_by    integer not null,
    removed_by integer,
    removed_at integer
);
create unique index own_redirects_path on own_redirects (path) where removed_by is null;

-- Addresses that were asked for in vain, decoded and without their query.
create table missing (
    path     text    not null primary key,
    times    integer not null,
    first_at integer not null,
    last_at  integer not null
);
create index missing_times on missing (times, last_at);

-- The last part of an address, `tides.html`: by it a post is found that lives elsewhere than somebody thought.
alter table posts add column last_part text generated always as (
    replace(rtrim(path, '/'), rtrim(rtrim(path, '/'), replace(rtrim(path, '/'), '/', '')), '')
) virtual;
create index posts_last_part on posts (last_part) where state = 'published';

-- Visits, what is popular, what is related.

-- How often the page of a post was opened on a day of the blog's zone; 0 is the first page of the blog. Of days that are
-- long past the first of each month holds the sum.
create table views (
    post_id integer not null,
    day     text    not null,
    number  integer not null,
    primary key (post_id, day)
);
create index views_day on views (day, post_id, number);
-- All of them together.
create table views_of_day (
    day    text    not null primary key,
    number integer not null
);

create table popular (
    place   integer not null primary key,
    post_id integer not null unique references posts (id)
);

create table related (
    post_id  integer not null references posts (id),
    place    integer not null,
    other_id integer not null references posts (id),
    primary key (post_id, place)
);
create index related_other on related (other_id);
-- Posts whose list of related ones is to be made.
create table related_due (
    post_id integer not null primary key
);
insert into related_due (post_id) select id from posts where kind = 'post' and state = 'published';

-- Appearance.
