//! Readers' pages are in the blog's language for every visitor: seven languages, with their plural forms and dates.

use crate::blog::{NOW, TestBlog};
use crate::page::Page;
use daybook::blog::phrases::Messages;
use daybook::blog::settings::Settings;
use std::collections::{BTreeMap, BTreeSet};

const OTHERS: [&str; 6] = ["de", "es", "fr", "ru", "ar", "ja"];

/// All phrases of a language by their place in the struct, such as `thread.title`; the forms of a phrase about a number as
/// `post.comments.one`.
fn listed(language: &str) -> BTreeMap<String, String> {
    // The `Debug` form of a struct names each of its fields, one per line.
    let shown = format!("{:#?}", *Messages::of(language));
    let mut place: Vec<&str> = Vec::new();
    let mut phrases = BTreeMap::new();
    for line in shown.lines().skip(1).map(str::trim) {
        match line.split_once(": ") {
            None => drop(place.pop()),
            Some((name, value)) if value.ends_with('{') => place.push(name),
            Some((name, value)) => {
                let value = value.trim_end_matches(',').trim_matches('"');
                phrases.insert(format!("{}.{name}", place.join(".")), unescaped(value));
            }
        }
    }
    phrases
}

/// The text that a `Debug` form was made from.
fn unescaped(shown: &str) -> String {
    let mut parts = shown.split("\\u{");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_once('}').unwrap();
        let code = u32::from_str_radix(digits, 16).unwrap();
        text.push(char::from_u32(code).unwrap());
        text.push_str(rest);
    }
    text.replace("\\'", "'").replace("\\\"", "\"")
}

/// The gaps and brackets of a phrase.
fn gaps(phrase: &str) -> Vec<&str> {
    let gap = |at: usize| &phrase[at..=at + phrase[at..].find('}').unwrap()];
    let mut gaps: Vec<&str> = phrase.match_indices('{').map(|(at, _)| gap(at)).collect();
    gaps.extend(phrase.matches(['[', ']']));
    gaps.sort_unstable();
    gaps
}

/// The forms of a phrase about a number, `other` apart, may stay empty, and may say their number in words.
fn is_one_form_of_several(place: &str) -> bool {
    let forms = ["none", "zero", "one", "two", "few", "many"];
    place
        .rsplit('.')
        .next()
        .is_some_and(|last| forms.contains(&last))
}

#[test]
fn every_phrase_of_every_language_says_something_and_has_the_gaps_of_the_english_one() {
    let english = listed("en");
    assert!(english.len() > 200, "{}", english.len());
    for language in OTHERS.into_iter().chain(["en"]) {
        for (place, phrase) in listed(language) {
            assert_eq!(phrase.trim(), phrase, "{language} {place}");
            if is_one_form_of_several(&place) {
                let placeholders = gaps(&phrase);
                assert!(
                    placeholders.iter().all(|gap| *gap == "{n}"),
                    "{language} {place}"
                );
            } else {
                assert!(!phrase.is_empty(), "{language} {place}");
                assert_eq!(gaps(&phrase), gaps(&english[&place]), "{language} {place}");
            }
        }
    }
}

#[test]
fn french_punctuation_stays_on_the_line_of_its_word() {
    for (place, phrase) in listed("fr") {
        for mark in ['?', '!', ';', ':', '»'] {
            for (at, _) in phrase.match_indices(mark) {
                let before = phrase[..at].chars().next_back();
                let is_alone = before.is_some_and(char::is_whitespace);
                assert!(!is_alone || before == Some('\u{202f}'), "{place}: {phrase}");
            }
        }
        assert!(!phrase.contains("« "), "{place}: {phrase}");
    }
}

/// English words that must not be read on a page in another language: those of phrases that the language says otherwise.
struct English {
    /// What is long enough to be found anywhere.
    long: BTreeSet<String>,
    /// What is too short to be searched for, so that it must not be the whole of a text.
    short: BTreeSet<String>,
}

impl English {
    fn not_in(language: &str) -> Self {
        let own = listed(language);
        let all_own: String = own
            .values()
            .flat_map(|phrase| [phrase.as_str(), "\n"])
            .collect();
        let mut english = Self {
            long: BTreeSet::new(),
            short: BTreeSet::new(),
        };
        for (place, phrase) in listed("en") {
            if own[&place] == phrase || own.values().any(|own| *own == phrase) {
                continue;
            }
            for part in phrase.split(['{', '}', '[', ']']).map(str::trim) {
                let is_gap = phrase.contains(&format!("{{{part}}}"));
                if part.is_empty() || is_gap {
                } else if part.len() >= 10 && !all_own.contains(part) {
                    english.long.insert(part.to_owned());
                } else if part == phrase {
                    english.short.insert(part.to_owned());
                }
            }
        }
        english
    }

    /// Asserts that none of them is read on a page, by eye or by ear.
    fn is_not_on(&self, page: &Page) {
        let attributes = [
            "aria-label",
            "title",
            "placeholder",
            "data-remember",
            "data-left",
        ];
        let mut read = page.text_nodes();
        for name in attributes {
            read.extend(page.attributes(name));
        }
        read.push(page.title());
        for text in &read {
            for words in &self.long {
                assert!(!text.contains(words), "{}: “{text}”", page.address);
            }
            for part in text.split('·').map(str::trim) {
                assert!(!self.short.contains(part), "{}: “{text}”", page.address);
            }
        }
    }
}

async fn blog_in(language: &str) -> TestBlog {
    let blog = TestBlog::new().await;
    let settings = Settings {
        title: "Haus am Hafen".to_owned(),
        language: language.to_owned(),
        ..blog.app.store.settings().load().await.unwrap()
    };
    blog.app
        .store
        .settings()
        .save(&settings, NOW)
        .await
        .unwrap();
    blog
}

#[tokio::test]
#[expect(
    clippy::too_many_lines,
    reason = "one walk through all that readers and commenters see"
)]
async fn no_english_is_left_on_the_pages_of_a_blog_in_another_language() {
    for language in OTHERS {
        let say = Messages::of(language);
        let english = English::not_in(language);
        let blog = blog_in(language).await;
        let author = blog.author().await;
        let path = author
            .publish_with(&[
                ("Title", "Ostsee"),
                ("Body", "Möwen\n\n<!--more-->\n\nund Wind"),
                ("Tags", "Meer"),
            ])
            .await;
        author.publish("", "Ebbe").await;

        let reader = blog.reader();
        let comment = async |name: &str, words: &str, email: &str, button: &str| {
            let page = reader.open(&path).await;
            let mut form = page.form(say.form.title);
            form.fill(say.form.name, name)
                .fill(say.form.comment, words)
                .fill(say.form.email, email);
            if !email.is_empty() {
                form.fill(say.form.mail_me, "replies");
            }
            reader.press(&form, button).await
        };
        // With problems, as a preview, held, shown, and answered.
        let refused = comment("", "", "no address", say.form.post).await;
        assert_eq!(refused.status, 422, "{language}");
        assert_eq!(
            refused.problem_of(say.form.comment).as_deref(),
            Some(say.refused.empty)
        );
        english.is_not_on(&refused);
        english.is_not_on(&comment("Ida", "Schön", "", say.form.preview).await);
        let own = comment("Ida", "Wunderbar", "ida@example.org", say.form.post).await;
        assert!(own.says(say.own.waits), "{language}: {}", own.text());
        assert!(own.says(say.held.first_comment), "{language}");
        english.is_not_on(&own);
        let edit = reader
            .press(&own.form_with_button(say.own.edit), say.own.edit)
            .await;
        english.is_not_on(&edit);
        let mut edit = edit.form(say.own.edit_form);
        edit.fill(say.form.comment, "Wunderbar, wirklich");
        let saved = reader.press(&edit, say.own.save).await;
        assert!(
            saved.status_line().starts_with(say.own.done_saved),
            "{language}"
        );
        let unsure = reader
            .press(
                &own.form_with_button(say.own.erase_this),
                say.own.erase_this,
            )
            .await;
        english.is_not_on(&unsure);
        let mail = blog.mail_to("ida@example.org").await;
        let confirm = &mail[0].mail;
        assert!(confirm.text.contains(say.mail.was_it_you), "{language}");
        assert!(!confirm.text.contains("Somebody") && !confirm.subject.contains("address"));
        let link = confirm.text.lines().find(|line| line.contains("/mail/"));
        let asked = reader.open(link.unwrap()).await;
        english.is_not_on(&asked);
        let confirmed = reader
            .press(&asked.form(say.mail.is_it_yours), say.mail.confirm)
            .await;
        assert_eq!(confirmed.status_line(), say.mail.confirmed, "{language}");
        author.moderate("Wunderbar", "Approve").await;

        let shown = reader.open(&path).await;
        let answer = reader
            .open(&shown.attribute("a.reply", "href").unwrap())
            .await;
        english.is_not_on(&answer);
        let mut form = answer.form(say.form.title);
        form.fill(say.form.name, "Bo").fill(say.form.comment, "Ja");
        english.is_not_on(&reader.press(&form, say.form.post).await);
        author.moderate("Ja", "Approve").await;
        let shown_mail = blog.mail_to("ida@example.org").await;
        assert!(shown_mail[0].mail.text.contains("> Ja"), "{language}");
        assert!(!shown_mail[0].mail.text.contains("wrote on"), "{language}");
        let stop = shown_mail[0].mail.text.rsplit(' ').next().unwrap().trim();
        let stop = stop.rsplit_once('：').map_or(stop, |(_, address)| address);
        english.is_not_on(&reader.open(stop).await);

        let shown = reader.open(&path).await;
        assert_eq!(
            shown.texts("#comments h2")[0],
            say.count(&say.post.comments, 2),
            "{language}"
        );
        assert_eq!(shown.attribute("html", "lang").as_deref(), Some(language));
        for address in [
            "/",
            "/tags/",
            "/tags/meer/",
            "/search",
            "/search?q=wind",
            "/search?q=wunderbar",
            "/search?q=nirgends",
            "/nirgends",
        ] {
            let page = reader.get(address).await;
            english.is_not_on(&page);
            let other = reader
                .ask(
                    axum::http::Method::GET,
                    address,
                    &[("accept-language", "en")],
                )
                .await;
            assert_eq!(page.text(), other.text(), "{language} {address}");
        }
        english.is_not_on(&shown);
    }
}

#[tokio::test]
async fn a_comment_without_a_name_is_anonymous_in_the_blogs_language() {
    let blog = blog_in("ru").await;
    let settings = Settings {
        need_name: false,
        ..blog.app.store.settings().load().await.unwrap()
    };
    blog.app
        .store
        .settings()
        .save(&settings, NOW)
        .await
        .unwrap();
    let author = blog.author().await;
    let path = author.publish("Море", "Ветер").await;
    let say = Messages::of("ru");
    let reader = blog.reader();
    let mut form = reader.open(&path).await.form(say.form.title);
    form.fill(say.form.comment, "Да");
    reader.press(&form, say.form.post).await;
    author.moderate("Да", "Approve").await;
    let page = reader.open(&path).await;
    assert_eq!(page.texts(".thread h3"), ["Аноним"]);
    assert_eq!(page.texts(".avatar"), ["А"]);
    assert_eq!(page.texts("#comments h2"), ["1 комментарий"]);
}

#[tokio::test]
async fn days_and_times_are_written_in_the_blogs_language() {
    for (language, day) in [
        ("de", "Sonntag, 5. Juni 2016"),
        ("es", "domingo, 5 de junio de 2016"),
        ("fr", "dimanche 5 juin 2016"),
        ("ru", "воскресенье, 5 июня 2016 г."),
        ("ar", "الأحد، 5 يونيو 2016"),
        ("ja", "2016年6月5日日曜日"),
    ] {
        let blog = blog_in(language).await;
        blog.author().await.publish("x", "y").await;
        let home = blog.reader().open("/").await;
        let heading = home.texts(".day-heading").concat();
        assert_eq!(heading.replace('\u{a0}', " "), day, "{language}");
    }
}

#[tokio::test]
async fn a_blog_in_a_language_without_phrases_speaks_english_and_marks_it() {
    let blog = blog_in("pl").await;
    let path = blog.author().await.publish("Morze", "Wiatr").await;
    let page = blog.reader().open(&path).await;
    assert_eq!(page.attribute("html", "lang").as_deref(), Some("pl"));
    assert_eq!(page.attribute(".skip", "lang").as_deref(), Some("en"));
    assert_eq!(
        page.attribute("#comment-form", "lang").as_deref(),
        Some("en")
    );
    // What is typed is in the blog's language still, for whatever checks its spelling.
    assert_eq!(
        page.attribute("#comment-body", "lang").as_deref(),
        Some("pl")
    );
    assert!(page.text().contains("No comments"));
    let german = blog_in("de-AT").await;
    let page = german.reader().open("/").await;
    assert_eq!(page.attribute(".skip", "lang"), None);
}

#[tokio::test]
async fn an_arabic_blog_is_written_from_right_to_left() {
    let blog = blog_in("ar-EG").await;
    let page = blog.reader().open("/").await;
    assert_eq!(page.attribute("html", "dir").as_deref(), Some("rtl"));
    assert_eq!(page.link("البحث"), "/search");
}
