//! How a thread is laid out: a hundred comments to a page, replies below what they answer.
//!
//! A comment's place on its post is given once and kept, so the page that it is on never changes.

use super::{Comment, DEPTH_MAX};
use crate::blog::CommentId;
use std::collections::HashMap;

/// As many comments as are read at a sitting, and a page of them is quick to load.
pub const PER_PAGE: i64 = 100;

/// The page that a place is on; pages count from 1.
#[must_use]
pub fn page_of(place: i64) -> i64 {
    (place.max(1) - 1) / PER_PAGE + 1
}

/// The address of a page of a post's comments; the first is the permalink itself.
#[must_use]
pub fn page_address(path: &str, page: i64) -> String {
    if page <= 1 {
        path.to_owned()
    } else {
        format!("{path}?comments={page}")
    }
}

/// The address of a comment: `/2016/06/ebb.html?comments=2#comment-123`, the same for ever.
///
/// One that was never shown has no place yet; its address leads to the post.
#[must_use]
pub fn comment_address(path: &str, place: Option<i64>, id: CommentId) -> String {
    let page = page_address(path, place.map_or(1, page_of));
    format!("{page}#comment-{id}")
}

/// A comment that is answered from another page.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Parent {
    pub id: CommentId,
    pub name: String,
    pub place: Option<i64>,
}

/// Whom a reply answers, where its place in the thread does not show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    Visible(Parent),
    /// Readers could see it once, and cannot any more.
    Hidden,
}

/// One line of a thread as it is laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// 0 for a comment on the post, at most [`DEPTH_MAX`] for replies of replies.
    pub depth: usize,
    pub answered: Option<Answered>,
    pub comment: Comment,
}

/// Lays out the comments of one page, oldest first: each reply below what it answers, where that is on the same page.
///
/// `elsewhere` are the parents that are on other pages. Takes time linear in their number, and no recursion, so that
/// a thread of any depth is harmless.
#[must_use]
pub fn thread(comments: Vec<Comment>, elsewhere: &[Parent]) -> Vec<Node> {
    let order = in_order(&comments);
    let others: HashMap<CommentId, Parent> = comments
        .iter()
        .map(Parent::from)
        .chain(elsewhere.iter().cloned())
        .map(|parent| (parent.id, parent))
        .collect();
    let mut held: Vec<Option<Comment>> = comments.into_iter().map(Some).collect();
    order
        .into_iter()
        .filter_map(|(index, depth)| {
            let comment = held[index].take()?;
            // Right below its parent a reply needs no word about it.
            let plain = (1..=DEPTH_MAX).contains(&depth);
            let answered = comment.parent_id.filter(|_| !plain).map(|id| {
                let parent = others.get(&id).cloned();
                parent.map_or(Answered::Hidden, Answered::Visible)
            });
            Some(Node {
                depth: depth.min(DEPTH_MAX),
                answered,
                comment,
            })
        })
        .collect()
}

/// The indexes of comments in the order in which they are read, each with its depth.
fn in_order(comments: &[Comment]) -> Vec<(usize, usize)> {
    let indexes: HashMap<CommentId, usize> = comments
        .iter()
        .enumerate()
        .map(|(index, comment)| (comment.id, index))
        .collect();
    let mut replies: Vec<Vec<usize>> = vec![Vec::new(); comments.len()];
    let mut stack: Vec<(usize, usize)> = Vec::new();
    for (index, comment) in comments.iter().enumerate() {
        match comment.parent_id.and_then(|id| indexes.get(&id).copied()) {
            // A parent is always older; anything else would be a circle.
            Some(parent) if parent < index => replies[parent].push(index),
            _ => stack.push((index, 0)),
        }
    }
    stack.reverse();
    let mut order = Vec::with_capacity(comments.len());
    while let Some((index, depth)) = stack.pop() {
        order.push((index, depth));
        stack.extend(replies[index].iter().rev().map(|&reply| (reply, depth + 1)));
    }
    order
}

impl From<&Comment> for Parent {
    fn from(comment: &Comment) -> Self {
        Self {
            id: comment.id,
            name: comment.name.clone(),
            place: comment.place,
        }
    }
}

impl Parent {
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        comment_address(path, self.place, self.id)
    }
}

impl Node {
    /// Who is answered, where that must be said and is still shown.
    #[must_use]
    pub fn answers(&self) -> Option<&Parent> {
        match &self.answered {
            Some(Answered::Visible(parent)) => Some(parent),
            _ => None,
        }
    }

    #[must_use]
    pub fn answers_what_is_gone(&self) -> bool {
        self.answered == Some(Answered::Hidden)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::comment;
    use super::*;

    fn laid_out(comments: &[(i64, Option<i64>)]) -> Vec<(i64, usize)> {
        let comments = comments.iter().map(|&(id, parent)| comment(id, parent));
        thread(comments.collect(), &[])
            .into_iter()
            .map(|node| (node.comment.id.0, node.depth))
            .collect()
    }

    fn chain(length: i64) -> Vec<Comment> {
        (1..=length)
            .map(|id| comment(id, (id > 1).then_some(id - 1)))
            .collect()
    }

    #[test]
    fn replies_are_below_what_they_answer() {
        assert_eq!(
            laid_out(&[
                (1, None),
                (2, None),
                (3, Some(1)),
                (4, Some(3)),
                (5, Some(1))
            ]),
            [(1, 0), (3, 1), (4, 2), (5, 1), (2, 0)]
        );
    }

    #[test]
    fn below_four_levels_a_reply_is_flat_and_names_whom_it_answers() {
        let nodes = thread(chain(7), &[]);
        assert_eq!(nodes[6].depth, DEPTH_MAX);
        assert_eq!(
            nodes[6].answers().map(|parent| parent.name.as_str()),
            Some("N6")
        );
        assert_eq!(nodes[4].answered, None);
    }

    #[test]
    fn a_reply_to_a_comment_on_another_page_links_to_it() {
        let elsewhere = [Parent {
            id: CommentId(7),
            name: "Ada".to_owned(),
            place: Some(7),
        }];
        let nodes = thread(
            vec![comment(101, Some(7)), comment(102, Some(101))],
            &elsewhere,
        );
        assert_eq!((nodes[0].depth, nodes[1].depth), (0, 1));
        let parent = nodes[0].answers().unwrap();
        assert_eq!(parent.address("/ebb.html"), "/ebb.html#comment-7");
        assert_eq!(nodes[1].answered, None);
    }

    #[test]
    fn a_reply_whose_parent_is_not_shown_any_more_is_shown_and_says_so() {
        let nodes = thread(vec![comment(2, Some(1)), comment(3, Some(2))], &[]);
        assert!(nodes[0].answers_what_is_gone());
        assert_eq!((nodes[0].depth, nodes[1].depth), (0, 1));
    }

    #[test]
    fn a_circle_of_replies_loses_no_comment() {
        assert_eq!(laid_out(&[(1, Some(2)), (2, Some(1))]).len(), 2);
    }

    #[test]
    fn a_thread_of_any_depth_is_laid_out() {
        assert_eq!(thread(chain(50_000), &[]).len(), 50_000);
    }

    #[test]
    fn an_address_names_the_page_by_the_comments_place() {
        let address = |place| comment_address("/ebb.html", place, CommentId(9));
        assert_eq!(address(None), "/ebb.html#comment-9");
        assert_eq!(address(Some(1)), "/ebb.html#comment-9");
        assert_eq!(address(Some(100)), "/ebb.html#comment-9");
        assert_eq!(address(Some(101)), "/ebb.html?comments=2#comment-9");
        assert_eq!(address(Some(5000)), "/ebb.html?comments=50#comment-9");
    }
}
