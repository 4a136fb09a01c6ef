//! HTML as a tree, built the way browsers build it.
//!
//! Building stops, and gives nothing, where the input would cost more than its length allows: elements nested too deep,
//! more nodes than characters can explain, one tag with thousands of attributes. What comes after may rely on that.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink, create_element};
use html5ever::{Attribute, LocalName, Namespace, QualName, TokenizerResult, local_name, ns};

/// Elements may be nested this deep. Real posts stay under 40, and building a tree costs the square of its depth.
pub const MAX_DEPTH: usize = 100;

/// The input is handed over in pieces of this many bytes, so that building can stop between two of them.
const PIECE: usize = 4096;

/// Nodes that any input may become; longer inputs get one more for every two bytes.
const FREE_NODES: usize = 10_000;

/// How much of what separates attributes one tag may hold; a quote or a blank counts 2, a slash 1, since long pictures
/// in base64 are full of slashes. Looking for doubles among attributes costs the square of their number.
const MAX_SEPARATORS: usize = 16_000;

/// A node's place in its tree.
pub type Id = usize;

/// A tree that was built to its end.
pub struct Tree {
    nodes: Vec<Node>,
}

/// What a node is.
pub enum Kind {
    Text(StrTendril),
    Element(Element),
    /// The comment `<!--more-->`.
    Break,
    /// Other comments, and the document itself.
    Other,
}

pub struct Element {
    name: QualName,
    attributes: Vec<Attribute>,
    /// Where the content of a `template` is kept, which is no child of it.
    template: Option<Id>,
}

impl Element {
    /// The name in lower case; empty for what is not HTML, such as the insides of a drawing.
    pub fn name(&self) -> &str {
        if self.name.ns == ns!(html) {
            &self.name.local
        } else {
            ""
        }
    }

    /// Names and values of all attributes, in their order.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes
            .iter()
            .map(|attribute| (&*attribute.name.local, &*attribute.value))
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|attribute| &*attribute.name.local == name)
            .map(|attribute| &*attribute.value)
    }
}

struct Node {
    kind: Kind,
    depth: usize,
    parent: Option<Id>,
    previous: Option<Id>,
    next: Option<Id>,
    first: Option<Id>,
    last: Option<Id>,
}

impl Tree {
    /// Builds the tree of a fragment of HTML; `None` where that would cost too much.
    pub fn of(html: &str) -> Option<Self> {
        let builder = start(Sink::new(FREE_NODES + html.len() / 2));
        let tokens = Tokenizer::new(builder, TokenizerOpts::default());
        let input = BufferQueue::default();
        let mut separators = 0;
        for piece in pieces(html) {
            tokens.sink.moved.set(false);
            feed(&tokens, &input, piece);
            separators = if tokens.sink.moved.get() {
                0
            } else {
                separators + count_separators(piece)
            };
            if separators > MAX_SEPARATORS || tokens.sink.builder.sink.overgrown.get() {
                return None;
            }
        }
        tokens.end();
        let sink = tokens.sink.builder.sink;
        let fits = !sink.overgrown.get();
        fits.then(|| Self {
            nodes: sink.nodes.into_inner(),
        })
    }

    /// The node whose children are the top of the fragment.
    pub fn top(&self) -> Id {
        self.nodes[DOCUMENT].first.unwrap_or(DOCUMENT)
    }

    pub fn kind(&self, id: Id) -> &Kind {
        &self.nodes[id].kind
    }

    pub fn element(&self, id: Id) -> Option<&Element> {
        match self.kind(id) {
            Kind::Element(element) => Some(element),
            _ => None,
        }
    }

    /// The name of an element; empty for any other node.
    pub fn name(&self, id: Id) -> &str {
        self.element(id).map_or("", Element::name)
    }

    pub fn parent(&self, id: Id) -> Option<Id> {
        self.nodes[id].parent
    }

    pub fn children(&self, id: Id) -> impl Iterator<Item = Id> {
        std::iter::successors(self.nodes[id].first, |&child| self.nodes[child].next)
    }

    /// The nodes that have the same parent and are before one, the nearest first.
    pub fn before(&self, id: Id) -> impl Iterator<Item = Id> {
        std::iter::successors(self.nodes[id].previous, |&at| self.nodes[at].previous)
    }

    /// The nodes that have the same parent and are after one.
    pub fn behind(&self, id: Id) -> impl Iterator<Item = Id> {
        std::iter::successors(self.nodes[id].next, |&at| self.nodes[at].next)
    }

    /// All nodes below `top`, in the order in which they are read.
    pub fn descendants(&self, top: Id) -> impl Iterator<Item = Id> {
        std::iter::successors(self.nodes[top].first, move |&id| self.following(id, top))
    }

    fn following(&self, id: Id, top: Id) -> Option<Id> {
        if let Some(child) = self.nodes[id].first {
            return Some(child);
        }
        let mut at = id;
        while at != top {
            if let Some(next) = self.nodes[at].next {
                return Some(next);
            }
            at = self.nodes[at].parent?;
        }
        None
    }
}

fn start(sink: Sink) -> Watch {
    let name = QualName::new(None, ns!(html), local_name!("div"));
    let context = create_element(&sink, name, Vec::new());
    // Without scripts the content of `noscript` is what a reader sees, so it is parsed like the rest.
    let options = TreeBuilderOpts {
        scripting_enabled: false,
        ..TreeBuilderOpts::default()
    };
    Watch {
        builder: TreeBuilder::new_for_fragment(sink, context, None, options),
        moved: Cell::new(false),
    }
}

fn feed(tokens: &Tokenizer<Watch>, input: &BufferQueue, piece: &str) {
    input.push_back(StrTendril::from_slice(piece));
    while !matches!(tokens.feed(input), TokenizerResult::Done) {}
}

/// Cuts a text into pieces of about [`PIECE`] bytes, between characters.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (piece, after) = rest.split_at(rest.ceil_char_boundary(PIECE));
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

fn count_separators(piece: &str) -> usize {
    piece
        .bytes()
        .map(|byte| match byte {
            b'/' => 1,
            b'"' | b'\'' => 2,
            _ if byte.is_ascii_whitespace() => 2,
            _ => 0,
        })
        .sum()
}

/// Runs between reading tags and building the tree, and notes whether anything was read to its end.
struct Watch {
    builder: TreeBuilder<Id, Sink>,
    moved: Cell<bool>,
}

impl TokenSink for Watch {
    type Handle = Id;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Id> {
        if !matches!(token, Token::ParseError(_)) {
            self.moved.set(true);
        }
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder
            .adjusted_current_node_present_but_not_in_html_namespace()
    }
}

const DOCUMENT: Id = 0;

/// The growing tree.
struct Sink {
    nodes: RefCell<Vec<Node>>,
    nameless: RefCell<QualName>,
    max_nodes: usize,
    overgrown: Cell<bool>,
}

impl Sink {
    fn new(max_nodes: usize) -> Self {
        let sink = Self {
            nodes: RefCell::default(),
            nameless: RefCell::new(QualName::new(
                None,
                Namespace::default(),
                LocalName::default(),
            )),
            max_nodes,
            overgrown: Cell::new(false),
        };
        sink.add(Kind::Other);
        sink
    }

    fn add(&self, kind: Kind) -> Id {
        let mut nodes = self.nodes.borrow_mut();
        if nodes.len() >= self.max_nodes {
            self.overgrown.set(true);
        }
        nodes.push(Node {
            kind,
            depth: 0,
            parent: None,
            previous: None,
            next: None,
            first: None,
            last: None,
        });
        nodes.len() - 1
    }

    /// Puts a node without parent before `next`, or last where that is `None`.
    fn insert(&self, parent: Id, child: Id, next: Option<Id>) {
        let mut nodes = self.nodes.borrow_mut();
        let previous = match next {
            Some(next) => nodes[next].previous.replace(child),
            None => nodes[parent].last.replace(child),
        };
        match previous {
            Some(previous) => nodes[previous].next = Some(child),
            None => nodes[parent].first = Some(child),
        }
        let depth = nodes[parent].depth + 1;
        if depth > MAX_DEPTH {
            self.overgrown.set(true);
        }
        let node = &mut nodes[child];
        node.parent = Some(parent);
        node.previous = previous;
        node.next = next;
        node.depth = depth;
        if let Kind::Element(Element {
            template: Some(content),
            ..
        }) = node.kind
        {
            nodes[content].depth = depth;
        }
    }

    fn detach(&self, id: Id) {
        let mut nodes = self.nodes.borrow_mut();
        let Some(parent) = nodes[id].parent.take() else {
            return;
        };
        let previous = nodes[id].previous.take();
        let next = nodes[id].next.take();
        match previous {
            Some(previous) => nodes[previous].next = next,
            None => nodes[parent].first = next,
        }
        match next {
            Some(next) => nodes[next].previous = previous,
            None => nodes[parent].last = previous,
        }
    }

    /// Adds text, to the text that already is before that place if there is one.
    fn insert_text(&self, parent: Id, text: &StrTendril, next: Option<Id>) {
        let before = {
            let nodes = self.nodes.borrow();
            next.map_or(nodes[parent].last, |next| nodes[next].previous)
        };
        if let Some(before) = before
            && let Kind::Text(words) = &mut self.nodes.borrow_mut()[before].kind
        {
            words.push_tendril(text);
            return;
        }
        let node = self.add(Kind::Text(text.clone()));
        self.insert(parent, node, next);
    }

    fn put(&self, parent: Id, child: NodeOrText<Id>, next: Option<Id>) {
        match child {
            NodeOrText::AppendText(text) => self.insert_text(parent, &text, next),
            NodeOrText::AppendNode(node) => {
                self.detach(node);
                self.insert(parent, node, next);
            }
        }
    }

    fn parent(&self, id: Id) -> Option<Id> {
        self.nodes.borrow()[id].parent
    }

    fn is_line_break(&self, child: &NodeOrText<Id>) -> bool {
        let NodeOrText::AppendNode(node) = child else {
            return false;
        };
        matches!(&self.nodes.borrow()[*node].kind, Kind::Element(element) if element.name() == "br")
    }
}

impl TreeSink for Sink {
    type Handle = Id;
    type Output = Self;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _message: Cow<'static, str>) {}

    fn get_document(&self) -> Id {
        DOCUMENT
    }

    fn elem_name<'a>(&'a self, target: &'a Id) -> Ref<'a, QualName> {
        Ref::filter_map(self.nodes.borrow(), |nodes| match &nodes[*target].kind {
            Kind::Element(element) => Some(&element.name),
            _ => None,
        })
        .unwrap_or_else(|_| self.nameless.borrow())
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, flags: ElementFlags) -> Id {
        let template = flags.template.then(|| self.add(Kind::Other));
        self.add(Kind::Element(Element {
            name,
            attributes: attrs,
            template,
        }))
    }

    fn create_comment(&self, text: StrTendril) -> Id {
        let is_break = text.split_ascii_whitespace().next() == Some("more");
        self.add(if is_break { Kind::Break } else { Kind::Other })
    }

    fn create_pi(&self, _target: StrTendril, _data: StrTendril) -> Id {
        self.add(Kind::Other)
    }

    fn append(&self, parent: &Id, child: NodeOrText<Id>) {
        self.put(*parent, child, None);
    }

    /// Called for what is between the rows of a table and has no place there. The line breaks that Blogger's editor
    /// put there would pile up above the table, so they go.
    fn append_based_on_parent_node(&self, element: &Id, previous: &Id, child: NodeOrText<Id>) {
        if self.is_line_break(&child) {
            return;
        }
        match self.parent(*element) {
            Some(parent) => self.put(parent, child, Some(*element)),
            None => self.put(*previous, child, None),
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Id) -> Id {
        match &self.nodes.borrow()[*target].kind {
            Kind::Element(element) => element.template.unwrap_or(*target),
            _ => *target,
        }
    }

    fn same_node(&self, one: &Id, other: &Id) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, _mode: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Id, child: NodeOrText<Id>) {
        if let Some(parent) = self.parent(*sibling) {
            self.put(parent, child, Some(*sibling));
        }
    }

    /// Only `html` and `body` get attributes afterwards, and neither has a place in a post.
    fn add_attrs_if_missing(&self, _target: &Id, _attrs: Vec<Attribute>) {}

    fn remove_from_parent(&self, target: &Id) {
        self.detach(*target);
    }

    fn reparent_children(&self, node: &Id, new_parent: &Id) {
        loop {
            let first = self.nodes.borrow()[*node].first;
            let Some(child) = first else { break };
            self.detach(child);
            self.insert(*new_parent, child, None);
        }
    }
}
