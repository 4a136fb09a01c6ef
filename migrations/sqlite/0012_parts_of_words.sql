-- The words of the index of posts, so that a part of a word is found by the words that hold it. It stores nothing itself.

pragma user_version = 12;

create virtual table search_post_words using fts5vocab ('search_posts', 'row');
