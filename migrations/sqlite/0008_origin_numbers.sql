-- The number that a post, a page or a comment had in the system that it was brought in from.

pragma user_version = 8;

-- What follows the last character of the name there that is no digit: 456 of `tag:blogger.com,1999:blog-123.post-456`.
-- The database keeps it in line with the name, so no statement has to.
alter table posts add column origin_number integer generated always as
    (cast(nullif(substr(origin, length(rtrim(origin, '0123456789')) + 1), '') as integer)) virtual;
create index posts_origin_number on posts (origin_number) where origin_number is not null;

alter table comments add column origin_number integer generated always as
    (cast(nullif(substr(origin, length(rtrim(origin, '0123456789')) + 1), '') as integer)) virtual;
create index comments_origin_number on comments (post_id, origin_number) where origin_number is not null;
