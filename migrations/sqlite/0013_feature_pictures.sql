-- The feature picture of each post as safe HTML, ready for pages and lists; empty where there is none. Its address and its
-- alternative text are in the details of the post, as its author wrote them.

pragma user_version = 13;

alter table posts add column feature text not null default '';
