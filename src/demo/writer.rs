//! Writes the posts of a demo blog that are not written by hand: notes, ordinary posts, essays and reviews of the press.

use jiff::tz::TimeZone;

use super::foreign::PASSAGES;
use super::parts::{Article, Body};
use super::picture;
use super::posts::{Plan, Subject};
use super::themes::{THEMES, Theme};
use super::words::{self, Prose};
use crate::blog::post::Markup;
use crate::blog::slug;

/// Newspapers that nobody can buy, each with an address of its own.
const PAPERS: [(&str, &str); 8] = [
    ("The Harbour Gazette", "https://harbour-gazette.example.com"),
    (
        "The Valley Messenger",
        "https://valley-messenger.example.org",
    ),
    ("Lamp & Ledger", "https://lamp-and-ledger.example.net"),
    ("The Evening Almanac", "https://evening-almanac.example.com"),
    ("Coast Road Weekly", "https://coast-road.example.org"),
    ("The Orchard Post", "https://orchard-post.example.net"),
    ("Notes & Tides", "https://notes-and-tides.example.org"),
    (
        "The Miller’s Quarterly",
        "https://millers-quarterly.example.com",
    ),
];

const WRITERS: [&str; 12] = [
    "Ida Fenwhistle",
    "Tomas Aldermoor",
    "Beatrix Quillon",
    "Jonas Haverlake",
    "Mirela Sandovar",
    "Oskar Tidewell",
    "Nadia Brackenfield",
    "Leander Moss",
    "Hanne Vesterby-Lund",
    "Ravi Marigold",
    "Clemence Oakhurst",
    "Edda Winterbourne",
];

/// Tags besides those of the themes, the most used first.
const TAGS: [&str; 18] = [
    "notes",
    "reading",
    "walks",
    "pictures",
    "questions",
    "the sea",
    "winter",
    "tools",
    "recipes",
    "history",
    "neighbours",
    "spring",
    "rain",
    "collections",
    "how-to",
    "night",
    "autumn",
    "travel",
];

/// Films that really play: both show the same free animated short about a rabbit in a meadow.
const VIDEOS: [&str; 2] = [
    "https://player.vimeo.com/video/1084537",
    "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ",
];

const CODE: [(&str, &str); 6] = [
    (
        "rust",
        "/// The rule of twelfths: how much of the tide has come in after so many hours.\nfn risen(hours: usize) -> u32 {\n    [1, 2, 3, 3, 2, 1].iter().take(hours).sum()\n}\n",
    ),
    (
        "python",
        "def loaf(flour, hydration=0.72, salt=0.02):\n    \"\"\"Weights in grams for one loaf.\"\"\"\n    return {\n        \"flour\": flour,\n        \"water\": round(flour * hydration),\n        \"salt\": round(flour * salt),\n    }\n",
    ),
    (
        "sh",
        "# Rename the scans by the day on which they were made.\nfor page in scans/*.png; do\n  day=$(date -r \"$page\" +%Y-%m-%d)\n  mv -n \"$page\" \"scans/$day-$(basename \"$page\")\"\ndone\n",
    ),
    (
        "sql",
        "select species, count(*) as seen, max(seen_at) as last_seen\nfrom sightings\nwhere place = 'reed bed' and seen_at < '2020-01-01'\ngroup by species\norder by seen desc;\n",
    ),
    (
        "javascript",
        "const frostDays = (readings) =>\n  readings.filter(({ low }) => low < 0).map(({ day }) => day);\n\nconsole.log(frostDays(diary).join(\", \"));\n",
    ),
    (
        "toml",
        "[station]\nname = \"garden shed\"\nheight = 42 # metres above the sea\n\n[rain]\ngauge = \"copper\"\nread_at = \"08:00\"\n",
    ),
];

const HEADINGS: [&str; 14] = [
    "How it began",
    "What we found",
    "A second look",
    "The weather, of course",
    "Things to bring",
    "Who looks after it",
    "A short history",
    "What I would do differently",
    "The smaller room",
    "Questions",
    "The way there",
    "An aside about names",
    "What it costs",
    "Back at home",
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// What became of a post.
pub struct Written {
    pub title: String,
    pub source: String,
    pub markup: Markup,
    pub tags: Vec<String>,
}

/// Somebody at work on one post.
pub struct Writer<'a> {
    plan: &'a Plan,
    number: u64,
    subject: Subject,
    prose: Prose,
    body: Body,
}

impl<'a> Writer<'a> {
    fn new(plan: &'a Plan, number: u64) -> Self {
        let subject = plan.subject(number);
        let mut prose = Prose::new(plan.chance(number), subject.theme);
        let markup = if prose.chance.one_in(7) {
            Markup::Html
        } else {
            Markup::Markdown
        };
        Self {
            plan,
            number,
            subject,
            body: Body::new(markup),
            prose,
        }
    }

    /// Writes the post with this number.
    pub fn write(plan: &'a Plan, number: u64) -> Written {
        let mut writer = Self::new(plan, number);
        writer.fill();
        Written {
            tags: writer.tags(),
            title: writer.subject.title,
            source: writer.body.text,
            markup: writer.body.markup,
        }
    }

    /// Out of two hundred posts about thirty are notes, twenty are long, eight quote articles, one is very long.
    fn fill(&mut self) {
        if let Some(passage) = self.subject.passage {
            self.body.passage(passage);
            self.plain(2);
            return;
        }
        match self.prose.chance.below(200) {
            _ if self.plan.plain => self.note(),
            0 => self.essay(24),
            1..=8 => self.press_review(),
            9..=28 => {
                let sections = self.prose.chance.between(3, 6);
                self.essay(sections);
            }
            29..=58 => self.note(),
            _ => {
                let paragraphs = self.prose.chance.between(2, 8);
                self.plain(paragraphs);
            }
        }
    }

    fn note(&mut self) {
        let text = self.prose.opening();
        self.body.paragraph(&text);
        self.sometimes_a_picture(4);
    }

    fn plain(&mut self, paragraphs: u64) {
        let text = self.prose.opening();
        self.body.paragraph(&text);
        self.sometimes_a_picture(4);
        for _ in 0..paragraphs {
            let text = self.prose.paragraph();
            self.body.paragraph(&text);
            self.sometimes_something();
        }
        self.end();
    }

    fn essay(&mut self, sections: u64) {
        let text = self.prose.opening();
        self.body.paragraph(&text);
        self.sometimes_a_picture(2);
        if self.prose.chance.one_in(2) {
            self.body.jump_break();
        }
        let first = self.prose.chance.place(HEADINGS.len());
        let order = (0..usize::try_from(sections).unwrap_or(1))
            .map(|section| (first + section * 5) % HEADINGS.len());
        for heading in order {
            self.body.heading(HEADINGS[heading]);
            for _ in 0..self.prose.chance.between(3, 5) {
                let text = self.prose.paragraph();
                self.body.paragraph(&text);
                self.sometimes_something();
            }
        }
        self.end();
    }

    /// Three to six articles of made-up newspapers, with the author's own words between.
    fn press_review(&mut self) {
        let text = self.prose.opening();
        self.body.paragraph(&text);
        self.sometimes_a_picture(3);
        self.body.paragraph(
            "What follows is from the box of cuttings, with a word of my own after each.",
        );
        self.body.jump_break();
        for _ in 0..self.prose.chance.between(3, 6) {
            self.article();
            let text = self.prose.remark_between();
            self.body.paragraph(&text);
        }
        self.end();
    }

    fn article(&mut self) {
        let own = self.subject.theme;
        let theme = if self.prose.chance.one_in(3) {
            own
        } else {
            &THEMES[self.prose.chance.place(THEMES.len())]
        };
        let chance = &mut self.prose.chance;
        let any = chance.place(words::TITLES);
        let (title, _) = words::title(any - any % THEMES.len() + place_of(theme));
        let (paper, address) = chance.pick(&PAPERS);
        let by = chance.pick(&WRITERS);
        let date = self.cut_out_on();
        self.prose.turn_to(theme);
        let paragraphs: Vec<String> = (0..self.prose.chance.between(3, 6))
            .map(|_| self.prose.report())
            .collect();
        self.prose.turn_to(own);
        self.body.article(&Article {
            heading: &title,
            by,
            paper: &paper.replace('&', "&amp;"),
            date: &date,
            address: &format!("{address}/{}", slug::of(&title)),
            paragraphs: &paragraphs,
        });
    }

    /// A day one to twelve years before the post.
    fn cut_out_on(&mut self) -> String {
        let published = self.plan.published_at(self.number);
        let year = i64::from(published.day(&TimeZone::UTC).year());
        let chance = &mut self.prose.chance;
        let (day, month) = (chance.between(1, 28), chance.pick(&MONTHS));
        format!(
            "{day} {month} {}",
            year - chance.between(1, 12).cast_signed()
        )
    }

    /// After one paragraph in three something else than a paragraph.
    fn sometimes_something(&mut self) {
        match self.prose.chance.below(130) {
            0..=7 => self.quote(),
            8..=15 => self.list(),
            16..=18 => self.table(),
            19..=20 => self.code(),
            21..=24 => self.aside(),
            25..=31 => self.outside_link(),
            32..=40 => self.inside_link(),
            41..=42 => self.foreign_words(),
            43 if self.prose.chance.one_in(3) => self.video(),
            44 => self.steps(),
            _ => {}
        }
    }

    fn sometimes_a_picture(&mut self, times: u64) {
        if self.prose.chance.one_in(times) {
            // Five steps on from post to post, so that neighbours show different ones.
            let number = usize::try_from(self.number * 5).unwrap_or(0) % picture::COUNT;
            self.body
                .picture(&self.plan.pictures, number, picture::caption(number));
        }
    }

    fn quote(&mut self) {
        let text = self.prose.report();
        self.body.quote(&text);
    }

    fn list(&mut self) {
        let text = self.prose.filled("What I took from {place}, in no order:");
        self.body.paragraph(&text);
        let items: Vec<String> = (0..self.prose.chance.between(3, 6))
            .map(|_| self.prose.sentence())
            .collect();
        self.body.list(&items);
    }

    fn steps(&mut self) {
        let text = self
            .prose
            .filled("For those who would like to try {doing}:");
        self.body.paragraph(&text);
        let items = [
            "Clear the table and open the window.",
            "Find {person}, or somebody who has met {person}.",
            "Begin with the smallest of the {things}.",
            "Stop for tea. This is not optional.",
            "Write down what you did, {light} if need be.",
        ]
        .map(|step| self.prose.filled(step));
        self.body.steps(&items);
    }

    fn table(&mut self) {
        let rows: Vec<[String; 3]> = (0..self.prose.chance.between(4, 7))
            .map(|_| {
                [
                    self.prose.filled("{place}"),
                    self.prose.filled("{things}"),
                    self.prose.chance.between(2, 480).to_string(),
                ]
            })
            .collect();
        self.body.table(["Where", "What", "How many"], &rows);
    }

    fn code(&mut self) {
        self.body
            .paragraph("I keep count with a few lines of my own, in case they are of use:");
        let (language, text) = self.prose.chance.pick(&CODE);
        self.body.code(language, text);
    }

    fn aside(&mut self) {
        let text = self.prose.sentence();
        self.body.aside(&text);
    }

    fn outside_link(&mut self) {
        let (paper, address) = self.prose.chance.pick(&PAPERS);
        let things = self.prose.filled("{things}");
        let page = format!("{address}/{}", slug::of(&things));
        let link = self.body.link(
            &format!("a long piece about {}", things.to_lowercase()),
            &page,
        );
        let emphasis = self.body.emphasis(&paper.replace('&', "&amp;"));
        let text = format!("{emphasis} had {link} the other week, and it is worth your time.");
        self.body.paragraph(&text);
    }

    fn inside_link(&mut self) {
        let older = self.number + self.prose.chance.between(1, 200);
        if older >= self.plan.posts {
            return;
        }
        let title = self.plan.subject(older).title;
        let title = if title.is_empty() {
            "an earlier note".to_owned()
        } else {
            title
        };
        let link = self.body.link(&title, &self.plan.path(older));
        let text = "It made me think of something that I wrote earlier: ";
        self.body.paragraph(&format!("{text}{link}."));
    }

    fn foreign_words(&mut self) {
        let text = self
            .prose
            .filled("{person} has a friend who writes from abroad, and let me copy this out:");
        self.body.paragraph(&text);
        self.body
            .passage(&PASSAGES[self.prose.chance.place(PASSAGES.len())]);
    }

    fn video(&mut self) {
        let text = self
            .prose
            .filled("We watched this at {place}, on a sheet hung from the beam:");
        self.body.paragraph(&text);
        let address = self.prose.chance.pick(&VIDEOS);
        self.body
            .video(address, "A short film about a rabbit in a meadow");
    }

    fn end(&mut self) {
        let text = self.prose.closing();
        self.body.paragraph(&text);
    }

    /// One to four tags, a few of them on very many posts and most of them on few.
    fn tags(&mut self) -> Vec<String> {
        let mut tags = Vec::new();
        if self.prose.chance.below(12) >= place_of(self.subject.theme) as u64 {
            tags.push(self.subject.theme.tag.to_owned());
        }
        for (rank, tag) in (2..).zip(TAGS) {
            if tags.len() < 4 && self.prose.chance.one_in(rank) {
                tags.push(tag.to_owned());
            }
        }
        tags
    }
}

fn place_of(theme: &Theme) -> usize {
    THEMES
        .iter()
        .position(|other| other.tag == theme.tag)
        .unwrap_or(0)
}
