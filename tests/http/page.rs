//! What a person is shown: an answer read by roles, headings, labels and link texts, as a screen reader would,
//! and its forms, which send just what a browser would send.

use axum::http::HeaderMap;
use scraper::{ElementRef, Html, Selector};
use url::Url;

#[derive(Debug, Clone)]
pub struct Page {
    /// Where this was found; after a redirect with its fragment.
    pub address: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap_or_else(|error| panic!("{css}: {error}"))
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn text_of(element: ElementRef) -> String {
    folded(&element.text().collect::<String>())
}

/// Whether a control is called so; what is added for screen readers alone may follow.
fn is_called(name: &str, wanted: &str) -> bool {
    name.strip_prefix(wanted)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

impl Page {
    pub fn new(address: String, status: u16, headers: HeaderMap, body: Vec<u8>) -> Self {
        Self {
            address,
            status,
            headers,
            body,
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn source(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    fn document(&self) -> Html {
        Html::parse_document(&self.source())
    }

    /// The texts of all elements that a CSS selector finds, in their order.
    pub fn texts(&self, css: &str) -> Vec<String> {
        self.document()
            .select(&selector(css))
            .map(text_of)
            .collect()
    }

    /// How many elements a CSS selector finds.
    pub fn number_of(&self, css: &str) -> usize {
        self.document().select(&selector(css)).count()
    }

    /// An attribute of the first element that a CSS selector finds.
    pub fn attribute(&self, css: &str, name: &str) -> Option<String> {
        let document = self.document();
        let element = document.select(&selector(css)).next()?;
        element.attr(name).map(str::to_owned)
    }

    /// Each run of text in the body by itself, but for what is written in scripts.
    pub fn text_nodes(&self) -> Vec<String> {
        let document = self.document();
        let body = document.select(&selector("body")).next();
        let texts = body.into_iter().flat_map(|body| body.text());
        let texts = texts.map(folded);
        texts.filter(|text| !text.is_empty()).collect()
    }

    /// All values of an attribute, on whichever elements.
    pub fn attributes(&self, name: &str) -> Vec<String> {
        let document = self.document();
        let everything = selector("*");
        let found = document.select(&everything);
        let values = found.filter_map(|element| element.attr(name));
        values.map(str::to_owned).collect()
    }

    /// All that can be read on the page.
    pub fn text(&self) -> String {
        self.texts("body").concat()
    }

    /// All that can be read in the main part.
    pub fn main(&self) -> String {
        self.texts("main").concat()
    }

    pub fn says(&self, words: &str) -> bool {
        self.text().contains(words)
    }

    pub fn title(&self) -> String {
        self.texts("title").concat()
    }

    /// Levels and texts of the headings, in their order.
    pub fn headings(&self) -> Vec<(u8, String)> {
        self.document()
            .select(&selector("h1, h2, h3, h4, h5, h6"))
            .map(|heading| {
                (
                    heading.value().name().as_bytes()[1] - b'0',
                    text_of(heading),
                )
            })
            .collect()
    }

    /// The texts of the headings of one level.
    pub fn headings_of(&self, level: u8) -> Vec<String> {
        self.headings()
            .into_iter()
            .filter(|(of, _)| *of == level)
            .map(|(_, text)| text)
            .collect()
    }

    /// The texts and addresses of all links.
    pub fn links(&self) -> Vec<(String, String)> {
        self.document()
            .select(&selector("a[href]"))
            .map(|link| {
                (
                    text_of(link),
                    link.attr("href").unwrap_or_default().to_owned(),
                )
            })
            .collect()
    }

    /// The addresses that elements of the head or the body name, found by a CSS selector.
    pub fn links_of(&self, css: &str) -> Vec<String> {
        self.document()
            .select(&selector(css))
            .filter_map(|link| link.attr("href").map(str::to_owned))
            .collect()
    }

    pub fn link_if_any(&self, text: &str) -> Option<String> {
        let links = self.links();
        links
            .iter()
            .find(|(name, _)| name == text)
            .or_else(|| links.iter().find(|(name, _)| is_called(name, text)))
            .map(|(_, address)| address.clone())
    }

    /// The address of the link of this text.
    pub fn link(&self, text: &str) -> String {
        self.link_if_any(text)
            .unwrap_or_else(|| panic!("{}: no link “{text}” in: {}", self.address, self.text()))
    }

    /// The labels of all elements of one kind.
    pub fn document_labels(&self, css: &str) -> Vec<String> {
        self.document()
            .select(&selector(css))
            .map(|element| element.attr("aria-label").unwrap_or_default().to_owned())
            .collect()
    }

    /// What is said as an alert.
    pub fn alert(&self) -> Option<String> {
        self.texts("[role=alert]").into_iter().next()
    }

    /// What is said in the status line.
    pub fn status_line(&self) -> String {
        self.texts("[role=status]").join(" ")
    }

    /// The error message of a field that is marked as invalid: `aria-describedby` of the field names it.
    pub fn problem_of(&self, label: &str) -> Option<String> {
        let document = self.document();
        let field = field_by_label(&document, document.root_element(), label)?;
        if field.attr("aria-invalid") != Some("true") {
            return None;
        }
        field
            .attr("aria-describedby")?
            .split_whitespace()
            .filter(|id| id.ends_with("problem"))
            .find_map(|id| document.select(&selector(&format!("#{id}"))).next())
            .map(text_of)
    }

    /// The comments that are shown: who wrote each and its words.
    pub fn comments(&self) -> Vec<(String, String)> {
        self.document()
            .select(&selector("section[aria-label=Comments] article"))
            .map(|comment| {
                let part = |css: &str| {
                    comment
                        .select(&selector(css))
                        .next()
                        .map(text_of)
                        .unwrap_or_default()
                };
                (part("h3 bdi"), part(".text"))
            })
            .collect()
    }

    /// The names of what lists show: the titles of posts.
    pub fn listed(&self) -> Vec<String> {
        self.texts("article h3")
    }

    fn forms(&self) -> Vec<Form> {
        let document = self.document();
        document
            .select(&selector("form"))
            .map(|form| Form::read(&document, form, &self.address))
            .collect()
    }

    /// The form of this accessible name.
    pub fn form(&self, name: &str) -> Form {
        let found = self.forms().into_iter().find(|form| form.name == name);
        found.unwrap_or_else(|| {
            panic!(
                "{} ({}): no form “{name}” in: {}",
                self.address,
                self.status,
                self.text()
            )
        })
    }

    pub fn has_form(&self, name: &str) -> bool {
        self.forms().iter().any(|form| form.name == name)
    }

    /// The form that has a field of this label.
    pub fn form_with(&self, label: &str) -> Form {
        let found = self
            .forms()
            .into_iter()
            .find(|form| form.place(label).is_some());
        found.unwrap_or_else(|| {
            panic!(
                "{} ({}): no form with “{label}” in: {}",
                self.address,
                self.status,
                self.text()
            )
        })
    }

    /// The first form that has a button of this name.
    pub fn form_with_button(&self, button: &str) -> Form {
        let found = self
            .forms()
            .into_iter()
            .find(|form| form.has_button(button));
        found.unwrap_or_else(|| {
            panic!(
                "{} ({}): no button “{button}” in: {}",
                self.address,
                self.status,
                self.text()
            )
        })
    }

    pub fn has_button(&self, button: &str) -> bool {
        self.forms().iter().any(|form| form.has_button(button))
    }

    /// The form of a button that is in the same article, table row or notice as these words.
    pub fn form_near(&self, words: &str, button: &str) -> Form {
        let document = self.document();
        document
            .select(&selector("article, tr, form, .conflict, li"))
            .filter(|part| text_of(*part).contains(words))
            .find_map(|part| {
                let itself = (part.value().name() == "form").then_some(part);
                itself
                    .into_iter()
                    .chain(part.select(&selector("form")))
                    .map(|form| Form::read(&document, form, &self.address))
                    .find(|form| form.has_button(button))
            })
            .unwrap_or_else(|| {
                panic!(
                    "{}: no “{button}” near “{words}” in: {}",
                    self.address,
                    self.text()
                )
            })
    }
}

fn field_by_label<'a>(
    document: &'a Html,
    within: ElementRef<'a>,
    label: &str,
) -> Option<ElementRef<'a>> {
    within
        .select(&selector("label"))
        .filter(|one| text_of(*one) == label)
        .find_map(|one| match one.attr("for") {
            Some(id) => document.select(&selector(&format!("[id='{id}']"))).next(),
            None => one.select(&selector("input, select, textarea")).next(),
        })
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Text,
    /// The texts of the options and their values.
    Select(Vec<(String, String)>),
    Choice {
        chosen: bool,
    },
}

#[derive(Debug, Clone)]
struct Field {
    labels: Vec<String>,
    name: String,
    value: String,
    kind: Kind,
}

#[derive(Debug, Clone)]
struct Button {
    text: String,
    name: String,
    value: String,
    action: Option<String>,
}

/// A form on a page, to be filled in by labels and sent by a button.
#[derive(Debug, Clone)]
pub struct Form {
    /// The accessible name; empty where it has none.
    name: String,
    pub action: String,
    pub method: String,
    fields: Vec<Field>,
    buttons: Vec<Button>,
}

impl Form {
    fn read(document: &Html, form: ElementRef, address: &str) -> Self {
        let attr = |name: &str| form.attr(name).unwrap_or_default().to_owned();
        let labelled = |id: &str| {
            document
                .select(&selector(&format!("[id='{id}']")))
                .next()
                .map(text_of)
        };
        let name = form
            .attr("aria-labelledby")
            .and_then(labelled)
            .unwrap_or_else(|| attr("aria-label"));
        let fields = fields_of(document, form)
            .into_iter()
            .map(|field| Field::read(document, field))
            .collect();
        let buttons = form
            .select(&selector("button"))
            .map(|button| Button {
                text: text_of(button),
                name: button.attr("name").unwrap_or_default().to_owned(),
                value: button.attr("value").unwrap_or_default().to_owned(),
                action: button.attr("formaction").map(str::to_owned),
            })
            .collect();
        let action = form
            .attr("action")
            .map_or_else(|| address.to_owned(), str::to_owned);
        let method = form.attr("method").unwrap_or("get").to_lowercase();
        Self {
            name,
            action,
            method,
            fields,
            buttons,
        }
    }

    fn place(&self, label: &str) -> Option<usize> {
        self.fields
            .iter()
            .position(|field| field.labels.iter().any(|one| one == label))
    }

    pub fn has_button(&self, text: &str) -> bool {
        self.buttons
            .iter()
            .any(|button| is_called(&button.text, text))
    }

    pub fn buttons(&self) -> Vec<&str> {
        self.buttons
            .iter()
            .map(|button| button.text.as_str())
            .collect()
    }

    /// The value of a field.
    pub fn value(&self, label: &str) -> &str {
        let place = self
            .place(label)
            .unwrap_or_else(|| panic!("no field “{label}” in {:?}", self.fields));
        &self.fields[place].value
    }

    /// Whether a choice is made.
    pub fn is_chosen(&self, label: &str) -> bool {
        let place = self
            .place(label)
            .unwrap_or_else(|| panic!("no field “{label}” in {:?}", self.fields));
        self.fields[place].kind == Kind::Choice { chosen: true }
    }

    /// Types into a field, or chooses the option of this text or value.
    pub fn fill(&mut self, label: &str, value: &str) -> &mut Self {
        let place = self
            .place(label)
            .unwrap_or_else(|| panic!("no field “{label}” in {:?}", self.fields));
        match &self.fields[place].kind {
            Kind::Text => value.clone_into(&mut self.fields[place].value),
            Kind::Select(options) => {
                let option = options
                    .iter()
                    .find(|(text, own)| text == value || own == value);
                let (_, own) = option.unwrap_or_else(|| panic!("no option “{value}” of “{label}”"));
                self.fields[place].value = own.clone();
            }
            Kind::Choice { .. } => return self.choose(label),
        }
        self
    }

    /// Fills in several fields; a check box or radio button is chosen, whatever its value here.
    pub fn fill_all(&mut self, fields: &[(&str, &str)]) -> &mut Self {
        for (label, value) in fields {
            self.fill(label, value);
        }
        self
    }

    /// Ticks a box, and leaves the others of its name as they are.
    pub fn tick(&mut self, label: &str) -> &mut Self {
        let place = self
            .place(label)
            .unwrap_or_else(|| panic!("no box “{label}” in {:?}", self.fields));
        self.fields[place].kind = Kind::Choice { chosen: true };
        self
    }

    /// Makes one choice of a group.
    pub fn choose(&mut self, label: &str) -> &mut Self {
        let place = self
            .place(label)
            .unwrap_or_else(|| panic!("no choice “{label}” in {:?}", self.fields));
        let group = self.fields[place].name.clone();
        for (index, field) in self.fields.iter_mut().enumerate() {
            if field.name == group && matches!(field.kind, Kind::Choice { .. }) {
                field.kind = Kind::Choice {
                    chosen: index == place,
                };
            }
        }
        self
    }

    /// Changes a field that nobody sees, as only somebody who means harm would.
    pub fn tamper(&mut self, name: &str, value: &str) -> &mut Self {
        let field = self.fields.iter_mut().find(|field| field.name == name);
        value.clone_into(
            &mut field
                .unwrap_or_else(|| panic!("no field named {name}"))
                .value,
        );
        self
    }

    /// Where a button sends the form, and what it sends (HTML, 4.10.21.4: constructing the entry list).
    pub fn pressed(&self, text: &str) -> (String, Vec<(String, String)>) {
        let exact = self.buttons.iter().find(|button| button.text == text);
        let button = exact.or_else(|| {
            self.buttons
                .iter()
                .find(|button| is_called(&button.text, text))
        });
        let button = button.unwrap_or_else(|| panic!("no button “{text}” in {:?}", self.buttons()));
        let mut sent: Vec<(String, String)> = self
            .fields
            .iter()
            .filter(|field| !field.name.is_empty() && field.kind != Kind::Choice { chosen: false })
            .map(|field| {
                (
                    field.name.clone(),
                    field.value.replace("\r\n", "\n").replace('\n', "\r\n"),
                )
            })
            .collect();
        if !button.name.is_empty() {
            sent.push((button.name.clone(), button.value.clone()));
        }
        (
            button.action.clone().unwrap_or_else(|| self.action.clone()),
            sent,
        )
    }
}

/// The fields of a form: those in it, and those elsewhere that name it (HTML, 4.10.18.3: association of controls and forms).
fn fields_of<'a>(document: &'a Html, form: ElementRef<'a>) -> Vec<ElementRef<'a>> {
    let own = form.attr("id").filter(|id| !id.is_empty());
    document
        .select(&selector("input, select, textarea"))
        .filter(|field| match field.attr("form") {
            Some(named) => Some(named) == own,
            None => field.ancestors().any(|one| one.id() == form.id()),
        })
        .collect()
}

impl Field {
    fn read(document: &Html, field: ElementRef) -> Self {
        let attr = |name: &str| field.attr(name).unwrap_or_default().to_owned();
        let around = field
            .ancestors()
            .filter_map(ElementRef::wrap)
            .filter(|one| one.value().name() == "label");
        let id = attr("id");
        let css = selector("label[for]");
        let tied = document
            .select(&css)
            .filter(|label| !id.is_empty() && label.attr("for") == Some(&id));
        let labels = around.chain(tied).map(text_of).collect();
        let (value, kind) = match field.value().name() {
            "textarea" => (field.text().collect(), Kind::Text),
            "select" => read_select(field),
            _ if matches!(attr("type").as_str(), "radio" | "checkbox") => (
                attr("value"),
                Kind::Choice {
                    chosen: field.attr("checked").is_some(),
                },
            ),
            _ => (attr("value"), Kind::Text),
        };
        Self {
            labels,
            name: attr("name"),
            value,
            kind,
        }
    }
}

fn read_select(field: ElementRef) -> (String, Kind) {
    let css = selector("option");
    let value = |option: &ElementRef| {
        option
            .attr("value")
            .map_or_else(|| text_of(*option), str::to_owned)
    };
    let options: Vec<ElementRef> = field.select(&css).collect();
    let selected = options
        .iter()
        .find(|option| option.attr("selected").is_some())
        .or(options.first());
    let chosen = selected.map(value).unwrap_or_default();
    (
        chosen,
        Kind::Select(
            options
                .iter()
                .map(|option| (text_of(*option), value(option)))
                .collect(),
        ),
    )
}

/// The query of an address, for tests that look at where a redirect leads.
pub fn query_of(address: &str, name: &str) -> Option<String> {
    let url = Url::parse("http://blog.example").ok()?.join(address).ok()?;
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}
