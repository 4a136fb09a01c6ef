-- Three roles. What an author could do until now, an operator does.

pragma user_version = 6;

-- `authors` is rebuilt, since a check cannot be changed.
create table authors_new (
    id            integer not null primary key,
    name          text    not null,
    email         text    not null unique,
    role          text    not null check (role in ('contributor', 'author', 'operator')),
    password_hash text,
    created_at    integer not null,
    removed_at    integer,
    seen_at       integer,
    -- The secret of one-time codes (RFC 6238) where they are on, and the newest step whose code was used.
    totp_secret   blob,
    totp_step     integer not null default 0,
    -- Whether this operator is still to be shown, at the next sign-in, that roles changed with an upgrade.
    roles_news    integer not null default 0
);
insert into authors_new (id, name, email, role, password_hash, created_at, removed_at, seen_at, totp_secret, totp_step)
select id, name, email, role, password_hash, created_at, removed_at, seen_at, totp_secret, totp_step from authors;
drop table authors;
alter table authors_new rename to authors;

-- Where nobody is an operator, the authors keep what they could do. Elsewhere the operators learn of it and decide.
update authors set role = 'operator' where role = 'author' and removed_at is null
and not exists (select 1 from authors o where o.role = 'operator' and o.removed_at is null);
update authors set roles_news = 1 where role = 'operator' and removed_at is null
and exists (select 1 from authors a where a.role = 'author' and a.removed_at is null);
