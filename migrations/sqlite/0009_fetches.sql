-- What is to be fetched from other servers: pictures that were pasted and live elsewhere.

pragma user_version = 9;

create table fetches (
    id         integer not null primary key,
    address    text    not null,
    -- A blog::fetch::Purpose.
    purpose    text    not null,
    -- Who asked for it, and will have sent it.
    author_id  integer not null references authors (id),
    created_at integer not null,
    -- When it is tried next; none where it is there, or given up.
    due_at     integer,
    tries      integer not null default 0,
    tried_at   integer,
    -- Why the last try failed; empty where none did.
    answer     text    not null default '',
    -- What it became.
    media_id   integer references media (id) on delete set null,
    unique (address, purpose)
);
create index fetches_due on fetches (due_at) where due_at is not null;
create index fetches_media on fetches (media_id) where media_id is not null;

-- Which posts show an address that is to be fetched, in the text that readers see or in that at the desk.
create table fetch_uses (
    post_id  integer not null references posts (id) on delete cascade,
    fetch_id integer not null references fetches (id) on delete cascade,
    primary key (post_id, fetch_id)
);
create index fetch_uses_fetch on fetch_uses (fetch_id);
