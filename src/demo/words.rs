//! Sentences, paragraphs and titles from frames with gaps that a theme's words fill.

use super::chance::{Chance, Deck, gcd};
use super::themes::{THEMES, Theme};

/// Words of any theme, for the gaps that are not the theme's own.
const WHEN: [&str; 16] = [
    "on Tuesday",
    "last week",
    "this spring",
    "in the first week of March",
    "on the wettest day of the month",
    "before breakfast",
    "after the market",
    "on Sunday afternoon",
    "a year ago",
    "in October",
    "at the end of the summer",
    "one evening",
    "the day before yesterday",
    "between two showers",
    "on the first fine day",
    "in the dark half of January",
];
const LIGHT: [&str; 12] = [
    "in the rain",
    "at first light",
    "in low sun",
    "in a thin fog",
    "under a high grey sky",
    "in a warm wind",
    "by lamplight",
    "in the blue hour",
    "in clear cold air",
    "with the windows open",
    "in the quiet after the storm",
    "in the middle of the afternoon",
];
const QUALITY: [&str; 16] = [
    "patient",
    "plain",
    "stubborn",
    "unhurried",
    "well-kept",
    "curious",
    "generous",
    "quiet",
    "careful",
    "weathered",
    "handy",
    "modest",
    "cheerful",
    "handsome",
    "familiar",
    "slow",
];
const NUMBER: [&str; 10] = [
    "three",
    "four",
    "five",
    "seven",
    "nine",
    "eleven",
    "a dozen",
    "fourteen",
    "nineteen",
    "two or three",
];

/// How a post begins.
const OPENINGS: [&str; 20] = [
    "We went to {place} {when}, {light}, and stayed longer than we had meant to.",
    "It began with {things}, as these things do.",
    "{when}, {person} stopped me near {place} and asked if I had a minute.",
    "I have been meaning to write about {things} since {person} first showed me some.",
    "There is a bench beside {place} from which you can see everything that happens there, which is not much, and enough.",
    "I spent the better part of a day {doing}, and here is what I learnt.",
    "Several of you have asked about {things}, so here is a longer answer.",
    "Nobody is quite sure who built {place}, but everybody has an opinion.",
    "The notebook says only “{place}, {light}”, and I remember all of it.",
    "{person} has a rule about {things}, and {when} I found out why.",
    "You can be {doing} for years before you notice that you enjoy it.",
    "It was too {quality} a day for {doing}, so we walked over to {place} instead.",
    "A short note from {place}, where I am sitting {light}.",
    "I had never given much thought to {things} until {when}.",
    "If you only have an hour, spend it at {place}.",
    "The plan was {doing}; the day had another plan.",
    "There are two kinds of people at {place}: those who came for {things}, and those who came in from the weather.",
    "{person} sent me {number} pages about {things}, and I have read them twice.",
    "For once I arrived at {place} before {person} did.",
    "This is the time of year for {doing}, and everyone on the lane knows it.",
];

/// What is in the middle.
const MIDDLES: [&str; 72] = [
    "{person} calls it {doing}; I would call it a good excuse.",
    "At {place} there are {number} of them, each a little different from the next.",
    "What I like about {things} is how {quality} they are.",
    "We talked about {things} until the kettle had boiled dry.",
    "From {place} it is a short walk home, and a longer one if you look about you.",
    "{light}, even {place} looks {quality}.",
    "I asked {person} how long it takes, and the answer was “as long as it takes, and then a bit”.",
    "Of all the {things} I have seen, these were the most {quality}.",
    "There is a right way of {doing}, and at least {number} others that work.",
    "{when} it would have been another story.",
    "A {quality} silence lay over {place}, and we did our best not to disturb it.",
    "I made a list of {things}, lost it, and remember it better for that.",
    "{person} remembers when {place} was twice as large, or seemed so.",
    "You learn to see {things} only after somebody has pointed at one.",
    "My own part was limited to {doing} and holding the torch.",
    "It is a {quality} sort of work, and it suits the time of year.",
    "Whoever looks after {place} does it without a sign that says so.",
    "The trick, says {person}, is to stop a little before you are tired.",
    "We counted {number}, and then agreed to stop counting.",
    "No two {things} are alike, though {person} claims to own a pair.",
    "I had brought a book to {place} and did not open it.",
    "{when} we tried again, {light}, with better luck.",
    "It was {person} who noticed first, and said nothing for a whole day.",
    "There is something {quality} about {doing} that I cannot explain to anyone in a hurry.",
    "On the way back from {place} we passed {number} people carrying the same thing.",
    "Half of the pleasure of {things} is in the putting away.",
    "If you go to {place}, take bread, and something for the dog.",
    "Somebody had left a note: “Back soon, please go on {doing}.”",
    "I have drawn {place} {number} times and never got the roof right.",
    "The {quality} ones are kept at the back, where you have to ask.",
    "It turned out that {person} had been {doing} all along.",
    "In a good year there are {things} enough for everybody.",
    "We sat by {place} and said the things that one says.",
    "One day I shall count how many hours of my life went into {doing}, and be glad.",
    "The first try was {quality} rather than good.",
    "Ask three people about {things} and you get four answers and a cup of tea.",
    "{light} the whole of {place} seemed to lean a little towards us.",
    "It does not look like much, and that is what is {quality} about it.",
    "For {number} minutes nothing happened at all, and nobody minded.",
    "There used to be more {things} here, says {person}, but they were not as good.",
    "I should have taken a photograph, and am happy that I did not.",
    "The door of {place} is never locked, only heavy.",
    "{person} had a {quality} way of answering a question by handing you something to hold.",
    "After that, {doing} seemed the only sensible thing to do.",
    "Nothing in the handbook says what to do with {things} once you have them.",
    "We shared {number} plums and a very {quality} piece of cheese.",
    "A child asked what {things} are for, and three of us began to answer.",
    "It is the small differences that keep you {doing}.",
    "By the way, {place} is at its best {light}.",
    "I wrote it down at once, on the back of a receipt, {light}.",
    "Nobody at {place} could tell me, but all of them could tell me who would know.",
    "That leaves the question of {things}, to which I shall return.",
    "The weather had opinions; we went on {doing}.",
    "{person} laughed, and then looked, and then fetched a ladder.",
    "The shelf at {place} holds exactly {number}, as if someone had known.",
    "I like a place that is {quality} without being asked.",
    "What we took for {things} turned out to be only their shadows.",
    "By noon we had finished {doing} and begun to talk about it, which takes longer.",
    "It is said that {person} can tell them apart in the dark.",
    "There is a smell of rain and paper about {place} that I would know anywhere.",
    "The second time is easier, and the {quality} part comes later.",
    "You could set your watch by {person}, if you were not in a hurry.",
    "Some {things} are worth keeping because nobody else would.",
    "We had the whole of {place} to ourselves until the sun came out.",
    "For {doing} you need a table, a window, and a reason not to go out.",
    "I came home with {number} of them in my pockets and mud up to the knee.",
    "The old hands say little about {things}, and the little is worth hearing.",
    "A {quality} answer, I thought, and wrote it down.",
    "The view from {place} has not changed, but somebody has moved the bench.",
    "Every year I forget how {quality} it is, and every year {person} reminds me.",
    "{light}, with {person} half asleep beside me, it all made sense.",
    "That is how we came to be {doing} {when}.",
];

/// How a post ends.
const CLOSINGS: [&str; 16] = [
    "We shall go back, {light} if possible.",
    "More about {things} when I know more.",
    "If you have been to {place}, tell me what I missed.",
    "And that was all, and it was plenty.",
    "{person} says that next year will be better, and has said so every year.",
    "I am told that {doing} is good for you; I only know that I slept well.",
    "The rest of the notes are for another day.",
    "I left {place} with clean hands and a full head.",
    "Next time I shall bring a pencil.",
    "So much for {things}; the kettle is on.",
    "Write to me if your {things} do it differently.",
    "It is raining again, so it will be {doing} for the rest of the week.",
    "We locked up, and left the light on at {place} for whoever comes next.",
    "I would not have missed it.",
    "Until then, I am {doing}.",
    "There is a second half to this story, and it begins at {place}.",
];

/// What newspapers write.
const REPORTED: [&str; 36] = [
    "{place} opened its doors again after {number} months of patient repair.",
    "Visitors who came for {things} found a good deal more than they expected.",
    "“We had not planned for so many people,” said {person}, “but we had baked for them.”",
    "The work was paid for by subscription, a raffle and one anonymous jar of coins.",
    "According to {person}, {doing} has not been so popular in living memory.",
    "A count made {when} found {number} more than in the year before.",
    "Among the {things} on show are several that had been thought lost.",
    "“People ask me what they are for,” said {person}. “I tell them to sit down and look.”",
    "The committee met {light} and was finished in under an hour, which is a record.",
    "Local schools have been invited to try {doing} for themselves.",
    "Nobody could say with certainty how old {place} is, but the oldest bill in its drawer is dated 1764.",
    "A small exhibition about {things} can be seen until the end of the month.",
    "The idea came from {person}, who had seen something of the kind as a child.",
    "Those who cannot come in person may send a postcard, and will get one back.",
    "It is the {quality} work of many hands, and it shows.",
    "“There is no secret,” {person} told this newspaper. “You begin early and you do not hurry.”",
    "The path to {place} has been gravelled, and there is a new handrail on the steep side.",
    "Volunteers, {number} in all, gave their weekends to {doing}.",
    "The result was announced {when}, to applause and a short burst of rain.",
    "The oldest of the {things} is kept in a biscuit tin, as it always has been.",
    "Opinion in the village was divided until the tea was served.",
    "Our reader from the other side of the bay doubts the date, and encloses a drawing.",
    "What began as an afternoon of {doing} has become a yearly custom.",
    "The new lamps at {place} are shaded from above, so that the stars can still be seen.",
    "Asked about plans for the winter, {person} mentioned soup.",
    "The {quality} old sign was taken down, cleaned, and hung the other way round.",
    "There is room for {number} at a time, and for the dog.",
    "A second edition of the guide to {things} is in preparation.",
    "Where the money for the roof is to come from is a question for the spring.",
    "“I have been {doing} for forty years,” said {person}, “and I still look forward to Mondays.”",
    "The key can be had at the house with the green door.",
    "A reader has pointed out that last week’s picture showed {place} from the back; it was the better side.",
    "The {things} will be numbered, described and put where everybody can see them.",
    "Not a single one was broken on the way, which {person} puts down to straw.",
    "Those present agreed that {place} had never looked so {quality}.",
    "The next meeting is at {place}, and everybody is welcome.",
];

/// What the author says between quoted articles.
const BETWEEN: [&str; 18] = [
    "I like this one for what it does not say.",
    "That was the short report; the longer one came a week later.",
    "Here the writer and I part company, though only by a few steps.",
    "I have walked past {place} a hundred times and never asked.",
    "Note the number, because the next writer gives another.",
    "It takes {person} to say it so plainly.",
    "Here is the same afternoon, seen from the other side of the hedge.",
    "I have left out the list of donors, which is long and very kind.",
    "Whether {things} can bear so much attention is another matter.",
    "The best sentence is the last one, as so often in this paper.",
    "{person} disagreed when I read it aloud, and asked for it again.",
    "I can add one thing from my own notebook: it was {light}, and nobody wore a hat.",
    "This is how a rumour about {things} begins, and why I like footnotes.",
    "A month later the tone had changed.",
    "I should have liked to hear more about {doing}.",
    "You will notice that both of them mention {place}, and neither the door.",
    "Set these two side by side and a third story appears.",
    "So far the papers. What I saw myself was smaller, and I think it was enough.",
];

/// What commenters say.
pub const REMARKS: [&str; 40] = [
    "Thank you for this. I read it twice, the second time aloud.",
    "We have {things} here too, but nobody writes about them.",
    "I was at {place} on the same day! You must have left just before we came.",
    "My father used to talk about {things} in exactly this way.",
    "Could you say a little more about {doing}? I have never got it right.",
    "Lovely. The part about {person} made my morning.",
    "I think the date is wrong: it was the year of the big frost, so a winter earlier.",
    "I am reading this {light}, and wish I were at {place}.",
    "Small correction, offered with affection: there are {number} of them, not one fewer.",
    "This is why I keep coming back to this blog.",
    "I tried {doing} after reading this, and the cat has not forgiven me.",
    "Does {person} still take visitors?",
    "Have you a picture of {place}? I should love to see it.",
    "I do not agree about {things}, but I agree about the tea.",
    "We had the same discussion at home, and it ended in the same way.",
    "You have described {place} so well that I could smell it.",
    "Please go on with this series.",
    "My notes from that week say only: wet, {quality}, happy.",
    "I have a box of {things} in the attic and now I know what to do with them.",
    "A friend sent me here, and I have been reading for two hours.",
    "What sort of paper do you use for the notebook?",
    "The last sentence! I shall put it on the kitchen wall.",
    "In my language there is a word for {doing} when it rains, and I miss it.",
    "We walked there {when}, with three children and one umbrella.",
    "Ah, {person}! Greetings from the other side of the bay, please.",
    "I read this {light}, on the train, and nearly missed my stop.",
    "Would {place} be manageable with a pram?",
    "That sounds like a {quality} day.",
    "I have been {doing} since I was nine and learnt something new here.",
    "So glad that somebody has written this down.",
    "Is there a list of {things} anywhere?",
    "I laughed out loud at this, and then I went and checked ours.",
    "We must have the same grandmother.",
    "Thank you also for the links, they kept me busy all evening.",
    "I printed this one and put it into the book.",
    "Reading from far away, where {place} would be a bus shelter. Still lovely.",
    "You forgot the smell! Otherwise perfect.",
    "Next time, bring {number} and share them.",
    "I had always wondered about {things}, and had been too shy to ask.",
    "It is winter here, and this warmed the room.",
];

/// What commenters answer to one another.
pub const ANSWERS: [&str; 28] = [
    "Yes, exactly that.",
    "I asked, and the answer is yes, on Thursdays.",
    "You are right, and I have corrected it. Thank you!",
    "That is very kind of you.",
    "We should compare notes.",
    "It was indeed the year of the frost; my diary agrees with you.",
    "Try it with less water and more patience.",
    "Ours is just the same, and {number} years older.",
    "I had not thought of it in that way.",
    "There is a bench halfway, which helps.",
    "No, but there is one at {place}.",
    "The list exists: ask {person}, and bring cake.",
    "I doubt it, but I should love to be wrong.",
    "Ha! The same happened to us {when}.",
    "With a pram, take the lower path. The upper one has a stile.",
    "Plain paper, and a soft pencil.",
    "Then we must have passed each other on the steps.",
    "I shall pass it on.",
    "{person} says hello, and that you still have the ladder.",
    "Could you send a picture?",
    "Mine too. It must run in families.",
    "That makes {number} of us.",
    "I remember you! You had the red umbrella.",
    "Agreed, although {things} are another matter.",
    "A good question. I shall look it up at {place}.",
    "The second half, I think, is the better one.",
    "It depends on the year, and a little on the wind.",
    "Thank you, I did not know that, and I have lived here all my life.",
];

/// Titles about a place, a thing, a person, and a thing at a place.
const PLACE_TITLES: [&str; 24] = [
    "A morning at {}",
    "An hour at {}",
    "Back to {}",
    "Notes from {}",
    "How to find {}",
    "Rain at {}",
    "What we saw at {}",
    "The road to {}",
    "An evening near {}",
    "A picnic by {}",
    "The last day at {}",
    "Behind {}",
    "A bench at {}",
    "{}, seen twice",
    "{} before breakfast",
    "{} in winter",
    "{}, and who looks after it",
    "Why I like {}",
    "A sketch of {}",
    "The way home from {}",
    "First visit to {}",
    "A plan of {}",
    "Waiting at {}",
    "{} by lamplight",
];
const THING_TITLES: [&str; 26] = [
    "On {}",
    "In praise of {}",
    "The trouble with {}",
    "A small history of {}",
    "{}, and how to keep them",
    "Ten years of {}",
    "A week of {}",
    "The case for {}",
    "What {} are for",
    "{} in the rain",
    "Some questions about {}",
    "A box of {}",
    "Learning about {}",
    "{} for beginners",
    "A drawer full of {}",
    "The year of the {}",
    "Counting {}",
    "{} and other comforts",
    "A letter about {}",
    "More about {}",
    "{}, continued",
    "{} at dusk",
    "Where {} come from",
    "The last of the {}",
    "A catalogue of {}",
    "Too many {}",
];
const PERSON_TITLES: [&str; 14] = [
    "What {} wrote down",
    "A letter from {}",
    "Tea with {}",
    "{} was right",
    "An afternoon with {}",
    "Seven questions for {}",
    "What {} told me",
    "{} and the ladder",
    "A present from {}",
    "In the steps of {}",
    "A day with {}",
    "Why {} laughed",
    "Lunch with {}",
    "The rule of {}",
];
const MEETING_TITLES: [&str; 4] = [
    "{things} at {place}",
    "From {place}: {things}",
    "{place} and its {things}",
    "Looking for {things} near {place}",
];

const PLACES: usize = 8;
const THINGS: usize = 8;
const PEOPLE: usize = 5;
const OF_PLACES: usize = PLACE_TITLES.len() * PLACES;
const OF_THINGS: usize = THING_TITLES.len() * THINGS;
const OF_PEOPLE: usize = PERSON_TITLES.len() * PEOPLE;
const OF_MEETINGS: usize = MEETING_TITLES.len() * PLACES * THINGS;
const OF_A_THEME: usize = OF_PLACES + OF_THINGS + OF_PEOPLE + OF_MEETINGS;

/// How many titles there are; every one is different.
pub const TITLES: usize = OF_A_THEME * THEMES.len();

/// The title with this number below [`TITLES`], and its theme.
pub fn title(number: usize) -> (String, &'static Theme) {
    let theme = &THEMES[number % THEMES.len()];
    let number = number / THEMES.len() % OF_A_THEME;
    let (frame, gap) = if number < OF_PLACES {
        (PLACE_TITLES[number / PLACES], theme.places[number % PLACES])
    } else if number < OF_PLACES + OF_THINGS {
        let number = number - OF_PLACES;
        (THING_TITLES[number / THINGS], theme.things[number % THINGS])
    } else if number < OF_PLACES + OF_THINGS + OF_PEOPLE {
        let number = number - OF_PLACES - OF_THINGS;
        (
            PERSON_TITLES[number / PEOPLE],
            theme.people[number % PEOPLE],
        )
    } else {
        let number = number - OF_PLACES - OF_THINGS - OF_PEOPLE;
        let frame = MEETING_TITLES[number / (PLACES * THINGS)];
        let filled = frame
            .replace("{things}", theme.things[number % THINGS])
            .replace("{place}", theme.places[number / THINGS % PLACES]);
        return (capitalised(&filled), theme);
    };
    (capitalised(&frame.replace("{}", gap)), theme)
}

/// A step that goes through all titles before it comes back, far enough that neighbours differ in theme and in frame.
pub fn stride() -> usize {
    let mut step = TITLES * 5 / 13;
    while gcd(step, TITLES) > 1 {
        step += 1;
    }
    step
}

/// Writes about one theme without saying the same thing twice in a row.
pub struct Prose {
    pub chance: Chance,
    pub theme: &'static Theme,
    middles: Deck,
    facts: Deck,
    /// How many of the theme's own sentences have not been said; each is said once.
    untold: usize,
    reported: Deck,
    between: Deck,
    places: Deck,
    things: Deck,
    people: Deck,
    doings: Deck,
    whens: Deck,
    lights: Deck,
    qualities: Deck,
}

impl Prose {
    pub fn new(mut chance: Chance, theme: &'static Theme) -> Self {
        Self {
            theme,
            middles: Deck::new(&mut chance, MIDDLES.len()),
            facts: Deck::new(&mut chance, theme.facts.len()),
            untold: theme.facts.len(),
            reported: Deck::new(&mut chance, REPORTED.len()),
            between: Deck::new(&mut chance, BETWEEN.len()),
            places: Deck::new(&mut chance, PLACES),
            things: Deck::new(&mut chance, THINGS),
            people: Deck::new(&mut chance, PEOPLE),
            doings: Deck::new(&mut chance, theme.doings.len()),
            whens: Deck::new(&mut chance, WHEN.len()),
            lights: Deck::new(&mut chance, LIGHT.len()),
            qualities: Deck::new(&mut chance, QUALITY.len()),
            chance,
        }
    }

    /// Goes on about another theme, or comes back to one.
    pub fn turn_to(&mut self, theme: &'static Theme) {
        self.theme = theme;
    }

    /// The first paragraph: how it began, and a few sentences more.
    pub fn opening(&mut self) -> String {
        let frame = self.chance.pick(&OPENINGS);
        let mut text = self.filled(frame);
        let more = self.chance.between(2, 4);
        self.more(&mut text, more);
        text
    }

    /// Three to six sentences.
    pub fn paragraph(&mut self) -> String {
        let mut text = String::new();
        let sentences = self.chance.between(3, 6);
        self.more(&mut text, sentences);
        text
    }

    pub fn closing(&mut self) -> String {
        let mut text = String::new();
        let sentences = self.chance.between(1, 2);
        self.more(&mut text, sentences);
        let frame = self.chance.pick(&CLOSINGS);
        self.append(&mut text, frame);
        text
    }

    /// One sentence, for lists, captions and asides.
    pub fn sentence(&mut self) -> String {
        let mut text = String::new();
        self.more(&mut text, 1);
        text
    }

    /// One of the theme's own sentences.
    pub fn fact(&mut self) -> &'static str {
        self.facts.deal(&self.theme.facts)
    }

    /// A paragraph as a newspaper would print it.
    pub fn report(&mut self) -> String {
        let mut text = String::new();
        for number in 0..self.chance.between(3, 5) {
            let frame = if number == 2 {
                self.facts.deal(&self.theme.facts)
            } else {
                self.reported.deal(&REPORTED)
            };
            self.append(&mut text, frame);
        }
        text
    }

    /// What the author says between two quoted articles.
    pub fn remark_between(&mut self) -> String {
        let frame = self.between.deal(&BETWEEN);
        let mut text = self.filled(frame);
        let more = self.chance.between(1, 3);
        self.more(&mut text, more);
        text
    }

    /// A frame with its gaps filled.
    pub fn filled(&mut self, frame: &str) -> String {
        let mut text = String::new();
        self.append(&mut text, frame);
        text
    }

    fn more(&mut self, text: &mut String, sentences: u64) {
        for _ in 0..sentences {
            let frame = if self.untold > 0 && self.chance.below(5) < 2 {
                self.untold -= 1;
                self.facts.deal(&self.theme.facts)
            } else {
                self.middles.deal(&MIDDLES)
            };
            self.append(text, frame);
        }
    }

    /// Adds a sentence, after a space where something is before it.
    fn append(&mut self, text: &mut String, frame: &str) {
        if !text.is_empty() {
            text.push(' ');
        }
        let start = text.len();
        let mut rest = frame;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let (gap, after) = after.split_once('}').unwrap_or((after, ""));
            let word = self.word(gap);
            if word.starts_with(['a', 'e', 'i', 'o', 'u'])
                && gap == "quality"
                && ends_in_article(text)
            {
                text.insert(text.len() - 1, 'n');
            }
            text.push_str(word);
            rest = after;
        }
        text.push_str(rest);
        capitalise(text, start);
    }

    fn word(&mut self, gap: &str) -> &'static str {
        match gap {
            "place" => self.places.deal(&self.theme.places),
            "things" => self.things.deal(&self.theme.things),
            "person" => self.people.deal(&self.theme.people),
            "doing" => self.doings.deal(&self.theme.doings),
            "when" => self.whens.deal(&WHEN),
            "light" => self.lights.deal(&LIGHT),
            "quality" => self.qualities.deal(&QUALITY),
            _ => self.chance.pick(&NUMBER),
        }
    }
}

/// Whether the next word follows `a`, which is `an` before a vowel.
fn ends_in_article(text: &str) -> bool {
    text.ends_with(" a ") || text.ends_with(" A ") || text == "A "
}

fn capitalised(text: &str) -> String {
    let mut text = text.to_owned();
    capitalise(&mut text, 0);
    text
}

/// Makes the letter at `start` a capital, or the one after an opening quotation mark.
fn capitalise(text: &mut str, start: usize) {
    let letter = if text[start..].starts_with('“') {
        start + '“'.len_utf8()
    } else {
        start
    };
    if let Some(first) = text.get_mut(letter..=letter) {
        first.make_ascii_uppercase();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::demo::chance::Purpose;

    #[test]
    fn no_two_titles_are_the_same() {
        let titles: BTreeSet<String> = (0..TITLES).map(|number| title(number).0).collect();
        assert_eq!(titles.len(), TITLES);
    }

    #[test]
    fn every_gap_is_one_that_a_theme_can_fill() {
        let gaps = [
            "place", "things", "person", "doing", "when", "light", "quality", "number",
        ];
        let frames = [
            &OPENINGS[..],
            &MIDDLES,
            &CLOSINGS,
            &REPORTED,
            &BETWEEN,
            &REMARKS,
            &ANSWERS,
        ]
        .concat();
        for frame in frames {
            for after in frame.split('{').skip(1) {
                assert!(gaps.contains(&after.split('}').next().unwrap()), "{frame}");
            }
        }
    }

    #[test]
    fn a_paragraph_begins_with_a_capital_and_has_no_gap_left() {
        let mut prose = Prose::new(Chance::new(1, Purpose::Posts, 0), &THEMES[1]);
        for _ in 0..200 {
            let text = prose.paragraph();
            assert!(!text.contains(['{', '}']));
            assert!(
                text.starts_with(|first: char| first.is_uppercase() || first == '“'),
                "{text}"
            );
        }
    }
}
