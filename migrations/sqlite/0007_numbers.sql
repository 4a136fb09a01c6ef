-- Numbers are given once: a link, a feed entry or a form that names a row never means a later one.

pragma user_version = 7;

-- The highest number that was ever given in each table, whatever was deleted since. Inserts take the next one; the
-- triggers below follow every insert, also one that brings its own number.
create table numbers (
    name         text    not null primary key,
    last         integer not null,
    -- Links that an earlier release signed over a number alone are good up to this one, and no later row has such a number.
    signed_alone integer not null
);
-- Where rows were deleted already, what still names them counts too; so does what a restore or a rollback wrote down.
with highest (name, id, named) as (
    select 'posts', (select max(id) from posts),
        (select max(post_id) from (select max(post_id) as post_id from audit union all select max(post_id) from views))
    union all select 'comments', (select max(id) from comments), (select max(comment_id) from acts)
    union all select 'comment_versions', (select max(id) from comment_versions), null
    union all select 'subscriptions', (select max(id) from subscriptions), (select max(subscription_id) from outbox)
    union all select 'outbox', (select max(id) from outbox), null
    union all select 'preview_links', (select max(id) from preview_links), null
    union all select 'revisions', (select max(id) from revisions), null
    union all select 'media', (select max(id) from media), null
    union all select 'tags', (select max(id) from tags), null
    union all select 'authors', (select max(id) from authors), null
    union all select 'writers', (select max(id) from writers), null
    union all select 'sessions', (select max(id) from sessions), null
    union all select 'passkeys', (select max(id) from passkeys), null
    union all select 'bans', (select max(id) from bans), null
    union all select 'acts', (select max(id) from acts), null
    union all select 'audit', (select max(id) from audit), null
    union all select 'own_redirects', (select max(id) from own_redirects), null
    -- Changes of redirects have numbers of their own, by which they are undone.
    union all select 'redirect_acts', 0, (select max(coalesce(removed_by, made_by)) from own_redirects)
)
insert into numbers (name, last, signed_alone)
select h.name,
    max(coalesce(h.id, 0), coalesce(h.named, 0),
        coalesce((select cast(s.value as integer) from settings s where s.name = 'number:' || h.name), 0)),
    coalesce(h.id, 0)
from highest h;
delete from settings where name like 'number:%';

create trigger posts_number after insert on posts begin
    update numbers set last = new.id where name = 'posts' and last < new.id;
end;
create trigger comments_number after insert on comments begin
    update numbers set last = new.id where name = 'comments' and last < new.id;
end;
create trigger comment_versions_number after insert on comment_versions begin
    update numbers set last = new.id where name = 'comment_versions' and last < new.id;
end;
create trigger subscriptions_number after insert on subscriptions begin
    update numbers set last = new.id where name = 'subscriptions' and last < new.id;
end;
create trigger outbox_number after insert on outbox begin
    update numbers set last = new.id where name = 'outbox' and last < new.id;
end;
create trigger preview_links_number after insert on preview_links begin
    update numbers set last = new.id where name = 'preview_links' and last < new.id;
end;
create trigger revisions_number after insert on revisions begin
    update numbers set last = new.id where name = 'revisions' and last < new.id;
end;
create trigger media_number after insert on media begin
    update numbers set last = new.id where name = 'media' and last < new.id;
end;
create trigger tags_number after insert on tags begin
    update numbers set last = new.id where name = 'tags' and last < new.id;
end;
create trigger authors_number after insert on authors begin
    update numbers set last = new.id where name = 'authors' and last < new.id;
end;
create trigger writers_number after insert on writers begin
    update numbers set last = new.id where name = 'writers' and last < new.id;
end;
create trigger sessions_number after insert on sessions begin
    update numbers set last = new.id where name = 'sessions' and last < new.id;
end;
create trigger passkeys_number after insert on passkeys begin
    update numbers set last = new.id where name = 'passkeys' and last < new.id;
end;
create trigger bans_number after insert on bans begin
    update numbers set last = new.id where name = 'bans' and last < new.id;
end;
create trigger acts_number after insert on acts begin
    update numbers set last = new.id where name = 'acts' and last < new.id;
end;
create trigger audit_number after insert on audit begin
    update numbers set last = new.id where name = 'audit' and last < new.id;
end;
create trigger own_redirects_number after insert on own_redirects begin
    update numbers set last = new.id where name = 'own_redirects' and last < new.id;
end;
