//! What mails say, and what no name or comment can put into them.

use super::{
    ADA, ANSWERS, BO, EVERYTHING, ada_listens, answer, blog_with_post, comment, comment_asking,
    follow, link,
};
use crate::blog::AUTHOR;
use daybook::mail::Delivered;

#[tokio::test]
async fn a_name_that_could_break_a_header_is_refused_and_mail_goes_on() {
    let (blog, _, path) = blog_with_post().await;
    for hostile in ["Eve\r\nBcc: victim@x.org", "a\0b"] {
        let eve = blog.reader();
        let (action, fields) = eve
            .comment_form(&path, "Words.")
            .await
            .pressed("Post comment");
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| {
                (
                    name.as_str(),
                    if name == "name" {
                        hostile
                    } else {
                        value.as_str()
                    },
                )
            })
            .collect();
        assert_eq!(eve.post(&action, &fields).await.status, 422, "{hostile:?}");
    }
    assert_eq!(blog.comments().await, 0);
    let path = blog
        .author()
        .await
        .publish("A “title”: <b>, 东京 & more", "Words.")
        .await;
    comment(&blog, &path, ("\"Eve\" <eve@x.org>, Bob", ADA), "Fine.").await;
    assert_eq!(blog.mail().await.len(), 2);
}

#[tokio::test]
async fn an_address_that_is_more_than_one_address_is_refused() {
    let (blog, _, path) = blog_with_post().await;
    for bad in [
        "\"-oQ/tmp -X\"@x.com",
        "a@b.com, c@d.com",
        "a@b.com\r\nBcc: c@d",
    ] {
        let eve = blog.commenter("Eve");
        let mut form = eve.comment_form(&path, "Words.").await;
        form.fill("Email", bad);
        let page = eve.press(&form, "Post comment").await;
        assert_eq!(page.status, 422, "{bad:?}");
    }
    assert_eq!(blog.mail().await.len(), 0);
}

#[tokio::test]
async fn a_comment_is_plain_words_in_a_mail() {
    let (blog, _, path) = blog_with_post().await;
    let words = "[verify your account](https://evil.example) ![](https://evil.example/p.gif) <b>x</b>\n\n.\n\nRCPT TO:<z>\n\nApprove: https://evil.example/a";
    comment(&blog, &path, ("Eve", "eve@example.org"), words).await;
    let notice = blog.mail_to(AUTHOR).await.remove(0);
    let text = &notice.mail.text;
    assert!(
        !notice.raw.contains("<a") && !notice.raw.contains("<img"),
        "{text}"
    );
    assert!(
        notice
            .raw
            .contains("Content-Type: text/plain; charset=utf-8\r\n")
    );
    assert!(
        text.contains("> [verify your account](https://evil.example)"),
        "{text}"
    );
    assert!(text.contains("https://evil.example/p.gif"), "{text}");
    assert!(
        !text
            .lines()
            .any(|line| line.starts_with("Approve: https://evil")),
        "every line of hers is marked: {text}"
    );
    assert!(link(&notice, "\nApprove:").starts_with("/mail/act?"));
}

#[tokio::test]
async fn a_mail_has_the_words_as_they_were_written() {
    let (blog, _, path) = blog_with_post().await;
    let long = "word ".repeat(40);
    let words =
        format!("> Somebody said this.\n>\n> > And this.\n\nMine:\n\n- one\n- two\n\n{long}");
    comment(&blog, &path, ("Ada", ADA), &words).await;
    let text = blog.mail_to(AUTHOR).await.remove(0).mail.text;
    let quoted =
        "> > Somebody said this.\n> >\n> > > And this.\n>\n> Mine:\n>\n> - one\n> - two\n>\n> word";
    assert!(text.contains(quoted), "{text}");
    assert!(
        text.lines()
            .filter(|line| line.starts_with('>'))
            .all(|line| line.len() <= 76)
    );
}

/// The value of a header of a message, unfolded.
fn header(arrived: &Delivered, name: &str) -> String {
    let raw = arrived.raw.replace("\r\n ", " ");
    let line = raw.split("\r\n").find_map(|line| {
        let (key, value) = line.split_once(": ")?;
        key.eq_ignore_ascii_case(name).then(|| value.to_owned())
    });
    line.unwrap_or_else(|| panic!("no {name} in {raw}"))
}

#[tokio::test]
async fn a_reply_mail_says_that_it_is_one_and_to_what_and_stays_in_its_thread() {
    let (blog, nora, path) = blog_with_post().await;
    nora.change_settings(&[("Publish every comment immediately", "")])
        .await;
    let ada = ada_listens(&blog, &path, EVERYTHING).await;
    blog.mail().await;
    let bo = answer(&blog, &path, ada, ("Bo", BO), "Bo answers.").await;
    answer(
        &blog,
        &path,
        bo,
        ("Cleo", "cleo@example.org"),
        "Cleo answers.",
    )
    .await;
    comment(&blog, &path, ("Dan", "dan@example.org"), "Another one.").await;
    let mail = blog.mail().await;
    let to = |address: &str| -> Vec<&Delivered> {
        mail.iter()
            .filter(|arrived| arrived.mail.to == address)
            .collect()
    };
    let replies = to(ADA);
    assert_eq!(
        replies[0].mail.subject,
        "Bo replied to your comment on “Ebb”"
    );
    let text = &replies[0].mail.text;
    assert!(
        text.contains("> Bo answers.\n\nYou wrote:\n\n> A thought of Ada.\n"),
        "{text}"
    );
    assert_eq!(replies[1].mail.subject, "Cleo replied to Bo on “Ebb”");
    let text = &replies[1].mail.text;
    assert!(
        text.contains("> Cleo answers.\n\nBo wrote:\n\n> Bo answers.\n"),
        "{text}"
    );
    assert_eq!(replies[2].mail.subject, "New comment by Dan on “Ebb”");
    let first = header(replies[0], "Message-ID");
    assert_eq!(header(replies[1], "In-Reply-To"), first);
    assert!(header(replies[1], "References").ends_with(&first));
    let post = header(replies[2], "In-Reply-To");
    for one in &replies {
        assert!(
            header(one, "References").starts_with(&post),
            "one thread for the post"
        );
    }

    let notices = to(AUTHOR);
    assert_eq!(
        notices[0].mail.subject,
        "A reply by Bo to Ada on “Ebb” is live"
    );
    assert!(
        notices[0]
            .mail
            .text
            .contains("Ada wrote:\n\n> A thought of Ada.\n")
    );
    assert_eq!(
        header(notices[1], "In-Reply-To"),
        header(notices[0], "Message-ID")
    );
    let mut names: Vec<String> = mail.iter().map(|one| header(one, "Message-ID")).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), mail.len(), "no two messages have one name");
}

#[tokio::test]
async fn a_notice_links_to_the_comment_whatever_the_post_is_called() {
    let (blog, nora, _) = blog_with_post().await;
    nora.change_settings(&[("Publish every comment immediately", "")])
        .await;
    nora.write("Publish", &[("Title", ""), ("Body", "No title here.")])
        .await;
    let path = blog
        .app
        .store
        .posts()
        .by_id(daybook::blog::PostId(2))
        .await
        .unwrap()
        .unwrap()
        .path
        .unwrap();
    comment(&blog, &path, ("Ada", ADA), "A thought.").await;
    let notice = blog.mail_to(AUTHOR).await.remove(0);
    let place = link(&notice, "On the blog:");
    assert!(
        blog.reader().open(&place).await.says("A thought."),
        "{place}"
    );
    assert!(notice.mail.subject.contains("“Untitled”"));
}

/// A mail as a person reads it, without the codes of its links.
fn as_read(arrived: &Delivered) -> String {
    let mail = &arrived.mail;
    let mut text = format!("To: {}\nSubject: {}\n\n", mail.to, mail.subject);
    for line in mail.text.lines() {
        text.push_str(line.split("key=").next().unwrap());
        text.push('\n');
    }
    text
}

#[tokio::test]
async fn the_three_mails() {
    let (blog, nora, path) = blog_with_post().await;
    let words = "A *thought*.\n\nAnd [more](https://example.org/).";
    let id = comment_asking(&blog, &path, ("Ada", ADA), words, ANSWERS).await;
    let mail = blog.mail().await;
    let of = |address: &str| {
        mail.iter()
            .find(|arrived| arrived.mail.to == address)
            .unwrap()
    };
    insta::assert_snapshot!("notice", as_read(of(AUTHOR)));
    insta::assert_snapshot!("confirm", as_read(of(ADA)));
    follow(&blog, &link(of(ADA), "Confirm:"), "Confirm").await;
    nora.moderate("thought", "Approve").await;
    answer(&blog, &path, id, ("Bo", BO), "Bo answers.").await;
    nora.moderate("Bo answers.", "Approve").await;
    insta::assert_snapshot!("shown", as_read(&blog.mail_to(ADA).await[0]));
}
