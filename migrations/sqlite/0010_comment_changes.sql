-- What the writer of an approved comment wants it to say, until a moderator has read it.

pragma user_version = 10;

create table comment_changes (
    comment_id integer not null primary key references comments (id) on delete cascade,
    made_at    integer not null,
    -- Readers keep the earlier words; null while the change waits.
    refused_at integer,
    -- Why it waits, in words for its writer, and what the filter said, as in comments.
    reason     text    not null,
    digest     text    not null,
    points     integer not null,
    facts      text    not null,
    reasons    text    not null,
    renderer   integer not null,
    html       text    not null,
    -- For the search index.
    words      text    not null,
    source     text    not null
);
create index comment_changes_waiting on comment_changes (made_at, comment_id) where refused_at is null;

-- These have numbers too, see migration 7.
insert into numbers (name, last, signed_alone) select 'fetches', coalesce(max(id), 0), 0 from fetches;
create trigger fetches_number after insert on fetches begin
    update numbers set last = new.id where name = 'fetches' and last < new.id;
end;
