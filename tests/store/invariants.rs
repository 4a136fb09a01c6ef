//! Rules that hold after any acts in any order.

use crate::blog::{Blog, NOON, Publish, imported, remark, tagged};
use daybook::blog::comment::State as CommentState;
use daybook::blog::post::State;
use daybook::blog::{CommentId, PostId};
use daybook::store::PageDirection;
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Act {
    Create { publish: bool, tag: u8 },
    Save { which: usize, publish: u8, tag: u8 },
    Trash(usize),
    Restore(usize),
    Unpublish(usize),
    Comment { which: usize, approved: bool },
    Decide { which: usize, state: u8 },
    Undo(usize),
    Import(u8),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        3 => (any::<bool>(), 0..4_u8).prop_map(|(publish, tag)| Act::Create { publish, tag }),
        3 => (0..6_usize, 0..3_u8, 0..4_u8)
            .prop_map(|(which, publish, tag)| Act::Save { which, publish, tag }),
        1 => (0..6_usize).prop_map(Act::Trash),
        1 => (0..6_usize).prop_map(Act::Restore),
        1 => (0..6_usize).prop_map(Act::Unpublish),
        2 => (0..6_usize, any::<bool>()).prop_map(|(which, approved)| Act::Comment { which, approved }),
        2 => (0..6_usize, 0..5_u8).prop_map(|(which, state)| Act::Decide { which, state }),
        1 => (0..6_usize).prop_map(Act::Undo),
        1 => (0..3_u8).prop_map(Act::Import),
    ];
    proptest::collection::vec(act, 1..25)
}

async fn perform(blog: &Blog, act: &Act, posts: &mut Vec<PostId>, said: &mut Vec<CommentId>) {
    let post = |which: usize| posts.get(which % posts.len().max(1)).copied();
    let comment = |which: usize| said.get(which % said.len().max(1)).copied();
    let title = |tag: u8| tagged("Tides", &[["sea", "Sea", "map", "зима"][usize::from(tag)]]);
    match *act {
        Act::Create { publish, tag } => {
            let publish = if publish { Publish::Now } else { Publish::Keep };
            let saved = blog.create(&title(tag), publish, NOON).await;
            posts.push(saved.id);
        }
        Act::Save {
            which,
            publish,
            tag,
        } => {
            let Some(id) = post(which) else { return };
            if blog.state(id).await == State::Trashed {
                return;
            }
            let base = blog
                .store
                .revisions()
                .working_copy_id(id)
                .await
                .unwrap()
                .unwrap();
            let (how, back) = (publish == 1, publish == 2);
            let how = if how { Publish::Now } else { Publish::Keep };
            blog.save(id, base, &title(tag), how).await.unwrap();
            if back {
                blog.store.posts().unpublish(id, NOON).await.unwrap();
            }
        }
        Act::Trash(which) => {
            let Some(id) = post(which) else { return };
            blog.store.posts().trash(id, NOON).await.unwrap();
        }
        Act::Restore(which) => {
            let Some(id) = post(which) else { return };
            blog.store.posts().restore(id, NOON).await.unwrap();
        }
        Act::Unpublish(which) => {
            let Some(id) = post(which) else { return };
            blog.store.posts().unpublish(id, NOON).await.unwrap();
        }
        Act::Comment { which, approved } => {
            let Some(id) = post(which) else { return };
            let state = if approved {
                CommentState::Approved
            } else {
                CommentState::Waiting
            };
            let id = blog
                .comment(&remark(id, &format!("remark {}", said.len())), state, NOON)
                .await;
            said.push(id);
        }
        Act::Decide { which, state } => {
            let Some(id) = comment(which) else { return };
            let state = CommentState::ALL[usize::from(state)];
            blog.decide(id, state).await;
        }
        Act::Undo(which) => {
            let Some(id) = comment(which) else { return };
            blog.undo(id).await;
        }
        Act::Import(number) => {
            let import = imported(&format!("post-{number}"), "/2016/06/tides.html");
            blog.store.imports().posts(&[import], NOON).await.unwrap();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_blog_is_whole_after_anything_that_people_do(acts in acts()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let blog = Blog::new().await;
            let (mut posts, mut said) = (Vec::new(), Vec::new());
            for act in &acts {
                perform(&blog, act, &mut posts, &mut said).await;
            }
            blog.assert_whole().await;
            let listed = blog.store.posts().list(PageDirection::Start, 1000).await.unwrap().items;
            let mut paths: Vec<&str> = listed.iter().map(|post| post.path.as_str()).collect();
            paths.sort_unstable();
            paths.dedup();
            assert_eq!(paths.len(), listed.len(), "one post at one address");
            for post in &listed {
                let thread = blog.store.posts().context(post.id, 1).await.unwrap().thread.comments;
                assert_eq!(usize::try_from(post.approved_comments).unwrap(), thread.len());
            }
            let mut with_tags = 0;
            for post in &listed {
                with_tags += i64::try_from(blog.store.tags().of_post(post.id).await.unwrap().len()).unwrap();
            }
            let counted: i64 = blog.store.tags().counts().await.unwrap().iter().map(|(_, count)| count).sum();
            assert_eq!(counted, with_tags);
        });
    }
}
