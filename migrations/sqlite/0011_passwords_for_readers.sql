-- Posts and pages that readers open with a password.

pragma user_version = 11;

-- Whether the details hold a password. The database keeps it in line with them, so no statement has to.
alter table posts add column protected integer generated always as (instr(details, '"password":"') > 0) virtual;
create index posts_protected on posts (id) where protected = 1;
