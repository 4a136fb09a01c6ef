//! The kinds of comments that are made up: how their texts, names and websites are put together.

/// A kind of comment: how its text, name and website are made.
pub struct Family {
    pub name: &'static str,
    /// Templates; each `{slot}` is filled from `tests/fixtures/spam.toml`, again and again until none is left.
    pub texts: &'static [&'static str],
    pub names: &'static str,
    /// How many of a hundred give a website, and from which slot.
    pub website: (u32, &'static str),
}

const PERSON: &str = "{person}";
const SHOP: (u32, &str) = (70, "{badsite}");

pub const SPAM: &[Family] = &[
    Family {
        name: "casino",
        texts: &[
            "{hey} {play} {casino} and {win}! {badlink}",
            "{win} at the best {casino} {year}. {badlink} {praise}",
            "I {won} {100-9000}$ last night at this {casino}, they pay out in minutes: {badlink}",
            "{praise} By the way, does anybody here {play} {casino}? I found {badlink} and {won} twice.",
            "Top {3-12} {casino} sites with {bonus}, {bonus} and {bonus}. {badlink} {badlink}",
            "{bonus} for new players!!! {casino} {casino} {badlink}",
        ],
        names: "{casinoname}",
        website: SHOP,
    },
    Family {
        name: "pharmacy",
        texts: &[
            "{buy} {pill} {cheap} {noscript}. {badlink}",
            "{pill} {20-200}mg {cheap}, {shipping}. {badlink} {badlink}",
            "{praise} {buy} {pill} {noscript} {badlink}",
            "My doctor charged too much until I found {badlink} where you can {buy} {pill} {cheap}",
            "{pill}, {pill}, {pill} {noscript}! {shipping}",
            "natural {cure} that really works, lost {10-60} pounds in {3-9} weeks {badlink}",
        ],
        names: "{pillname}",
        website: SHOP,
    },
    Family {
        name: "search engine praise",
        texts: &[
            "{praise} {visit}",
            "{praise} {praise} {visit}",
            "{praise} {bookmarked} {visit}",
            "{hey} {praise} I am also a blogger, {visit}",
            "{praise} Do you accept guest posts? We offer {seo} and pay {20-200}$ per post. {badlink}",
            "I was searching for {keyword} on Google and landed here. {praise} {bookmarked}",
            "Get your blog on page one! {seo}, {seo}, from only {9-99}$. {badlink}",
        ],
        names: "{seoname}",
        website: (85, "{badsite}"),
    },
    Family {
        name: "crypto",
        texts: &[
            "I invested {200-5000}$ in {coin} with {trader} and got {9000-90000}$ within {3-14} days. {contact}",
            "{trader} is the best {coin} trader, she helped me recover my money. {contact}",
            "{coin} will explode in {year}! Join the {coin} signals group {badlink}",
            "{praise} Have you thought about passive income with {coin}? {badlink}",
            "I lost everything to a scam until {trader} recovered my {coin} wallet. {contact}",
            "Earn {2-15}% daily with our {coin} investment platform. {badlink} {contact}",
        ],
        names: "{cryptoname}",
        website: (40, "{badsite}"),
    },
    Family {
        name: "loans",
        texts: &[
            "Do you need an urgent {loan}? We offer {loan} at {2-4}% interest. {contact}",
            "{loan} with bad credit, approved in {5-30} minutes. {badlink}",
            "I was rejected by every bank until Mr {surname} gave me a {loan} of {5000-90000}$. {contact}",
            "{praise} If anyone needs a {loan}, {contact}",
            "Are you in debt? {loan}, {loan} and {loan} without collateral. {badlink} {contact}",
        ],
        names: "{loanname}",
        website: (40, "{badsite}"),
    },
    Family {
        name: "counterfeits",
        texts: &[
            "{cheap} {brand} {good} {outlet} {badlink}",
            "{brand} {good}, {brand} {good}, {brand} {good} {shipping} {badlink}",
            "{praise} I bought my {brand} {good} here {badlink} and nobody can tell",
            "AAA quality {brand} {good} from {20-150}$. {shipping}. {badlink}",
            "{outlet} {year} new {brand} {good} up to {50-90}% off {badlink} {badlink}",
        ],
        names: "{brandname}",
        website: SHOP,
    },
    Family {
        name: "Cyrillic",
        texts: &[
            "{rucasino} {badlink}",
            "{rupraise} {rucasino} {badlink}",
            "{ruservice} {ruservice} {rucontact}",
            "{rupraise} {ruservice} {badlink} {rucontact}",
            "{rupraise} {rupraise} {badlink}",
        ],
        names: "{runame}",
        website: SHOP,
    },
    Family {
        name: "Chinese",
        texts: &[
            "{zhgamble},{zhgamble} {badlink}",
            "{zhservice},{zhcontact}",
            "{zhpraise}{zhgamble} {badlink}",
            "{zhservice},{zhservice},{zhcontact} {badlink}",
            "{zhpraise}{zhservice} {zhcontact}",
        ],
        names: "{zhspamname}",
        website: (60, "{badsite}"),
    },
    Family {
        name: "link lists",
        texts: &[
            "{badlink} {badlink} {badlink} {badlink}",
            "<a href=\"{badlink}\">{keyword}</a> <a href=\"{badlink}\">{keyword}</a> <a href=\"{badlink}\">{pill}</a>",
            "[url={badlink}]{keyword}[/url] [url={badlink}]{casino}[/url] [url={badlink}]{keyword}[/url]",
            "{keyword} {badlink}\n{keyword} {badlink}\n{keyword} {badlink}\n{keyword} {badlink}",
            "{praise}\n[{keyword}]({badlink}) | [{keyword}]({badlink}) | [{brand} {good}]({badlink})",
            "{keyword}: {badlink}",
        ],
        names: "{seoname}",
        website: SHOP,
    },
    Family {
        name: "disguised",
        texts: &[
            "{buy} {plainbad!} {cheap} {badlink}",
            "{plainbad!} {plainbad!} {bonus} {badlink}",
            "{praise} {plainbad!} {plainbad!}",
            "{hey} {play} {plainbad!} {win} {badlink}",
            "the best {plainbad!} is at {badlink} {praise}",
        ],
        names: "{person}",
        website: (50, "{badsite}"),
    },
    Family {
        name: "written by a machine",
        texts: &[
            "{machine} {machine} {machineend}",
            "{machine} {machineend}",
            "{machine} {machine}",
            "{machine} {machineend} {machineend}",
        ],
        names: "{keywordname}",
        website: (92, "{badsite}"),
    },
];

pub const GOOD: &[Family] = &[
    Family {
        name: "thanks",
        texts: &[
            "{thanks}",
            "{thanks} {short}",
            "{short}",
            "{thanks} {person}, {place}",
            "{short} {short}",
            "{goodpraise}",
            "{goodpraise} {thanks}",
        ],
        names: PERSON,
        website: (20, "{goodsite}"),
    },
    Family {
        name: "answers with a quotation",
        texts: &[
            "> {remark}\n\n{doubt} {remark} {remark}",
            "@{first}: {remark} {doubt}",
            "> {remark}\n\n{agree} {remark} {story} {remark}",
            "{first} wrote \"{remark}\" {agree} {story}",
            "> {question}\n\n{remark} {story} {goodlink}",
        ],
        names: PERSON,
        website: (25, "{goodsite}"),
    },
    Family {
        name: "sources",
        texts: &[
            "There is more about it at {goodlink} {remark}",
            "{remark} See {goodlink} and {goodlink}",
            "The {object} is kept in {place}: {goodlink}",
            "{goodpraise} I wrote about the same {object} on my site last year: {goodlink}",
            "Here are three scans: {goodlink} {goodlink} {goodlink} {remark}",
            "[This page]({goodlink}) says it was {1650-1950}. {doubt}",
            "{goodlink}",
        ],
        names: PERSON,
        website: (35, "{goodsite}"),
    },
    Family {
        name: "disagreement",
        texts: &[
            "{doubt} {remark}",
            "{doubt} {remark} {story}",
            "Sorry, but {doubt} {remark} {remark}",
            "{doubt} {question}",
            "Nonsense. {remark} {doubt}",
        ],
        names: PERSON,
        website: (15, "{goodsite}"),
    },
    Family {
        name: "questions",
        texts: &[
            "{question}",
            "{question} {question}",
            "{goodpraise} {question}",
            "{remark} {question}",
            "{first}, {question} {thanks}",
        ],
        names: PERSON,
        website: (15, "{goodsite}"),
    },
    Family {
        name: "another language",
        texts: &[
            "{german}",
            "{german} {german}",
            "{french}",
            "{french} {french}",
            "{spanish} {spanish}",
            "{polish}",
            "{german} {goodlink}",
        ],
        names: "{foreigner}",
        website: (20, "{goodsite}"),
    },
    Family {
        name: "another script",
        texts: &[
            "{russian}",
            "{russian} {russian}",
            "{russian} {goodlink}",
            "{chinese}",
            "{chinese}{chinese}",
            "{chinese}{chinese}{chinese}",
        ],
        names: "{farname}",
        website: (10, "{goodsite}"),
    },
    Family {
        name: "code",
        texts: &[
            "```\n{code}\n{code}\n```\n{remark}",
            "I draw mine with `{code}`. {question}",
            "{thanks} Your script failed here with `{code}`, so I changed it to\n\n    {code}\n\nand now it works.",
            "`{code}` is shorter. {goodlink}",
        ],
        names: PERSON,
        website: (40, "{goodsite}"),
    },
    Family {
        name: "stories",
        texts: &[
            "{story} {story} {remark}",
            "{story} {remark} {remark} {story} {thanks}",
            "{remark} {story}",
            "{goodpraise} {story} {question}",
        ],
        names: PERSON,
        website: (20, "{goodsite}"),
    },
    Family {
        name: "words that spam likes",
        texts: &[
            "{awkward}",
            "{awkward} {remark}",
            "{awkward} {question}",
            "{remark} {awkward}",
            "{awkward} {story}",
            "{awkward} {goodlink}",
        ],
        names: PERSON,
        website: (25, "{goodsite}"),
    },
];
