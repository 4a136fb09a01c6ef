-- What was done behind the sign-in.

pragma user_version = 5;

-- Decisions about comments stand in `acts` and not here.
create table audit (
    id        integer not null primary key,
    at        integer not null,
    -- None for the blog itself, the command line, or somebody unknown.
    author_id integer references authors (id),
    -- The name as it was then; empty without an author.
    by        text    not null default '',
    -- A blog::audit::Act.
    act       text    not null,
    -- The post may be gone by now.
    post_id   integer,
    -- What it was about: the title of the post, a name, an address, names of settings.
    about     text    not null default '',
    -- The network that it came from, shortened as blog::network::neighbourhood does.
    network   text    not null default ''
);
create index audit_at on audit (at, id);
create index audit_author on audit (author_id, at, id);
create index audit_act on audit (act, at, id);

-- Both logs are read together, by their time.
create index acts_at on acts (at, id);
