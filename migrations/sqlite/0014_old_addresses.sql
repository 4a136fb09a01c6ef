-- What blogs that moved in bring along: their old addresses, and the links to posts that other sites announced.

pragma user_version = 14;

-- An address of the old blog that is no permalink here, query included, as blog::address::key makes it. It leads to a post
-- wherever that lives, to an address of this blog, or (where the target is one of the web) to the file fetched from there.
create table old_addresses (
    path    text    not null primary key,
    post_id integer references posts (id) on delete cascade,
    target  text    not null default '',
    check ((post_id is null) <> (target = ''))
);
create index old_addresses_post on old_addresses (post_id) where post_id is not null;

-- Pingbacks and trackbacks: pages elsewhere that link to a post. They are no comments: nobody answers them.
create table pings (
    id         integer not null primary key,
    post_id    integer not null references posts (id) on delete cascade,
    state      text    not null check (state in ('waiting', 'approved', 'spam', 'deleted', 'hidden')),
    origin     text    not null unique,
    title      text    not null,
    url        text    not null,
    created_at integer not null
);
create index pings_post on pings (post_id, state, created_at, id);

insert into numbers (name, last, signed_alone) values ('pings', 0, 0);
create trigger pings_number after insert on pings begin
    update numbers set last = new.id where name = 'pings' and last < new.id;
end;
