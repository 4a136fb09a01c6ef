// Shapes that several scripts share: the forms of the pages and what the server answers. For `tsc --checkJs` alone: the
// server embeds no file of this ending.

/** What an attribute of `element()` may be: a function listens, `true` is an attribute without a value. */
type Attribute = string | number | boolean | null | undefined | ((event: any) => unknown);

type Markup = "markdown" | "html";

/** The words of a text area and what is selected in it. */
interface TextSelection {
  text: string;
  from: number;
  to: number;
}

/** Replaces what is between `from` and `to` by `words`, and selects what is between the two places of `select`. */
interface TextEdit {
  from: number;
  to: number;
  words: string;
  select: [number, number];
}

type EditCommand = (selection: TextSelection) => TextEdit;

/** A box of letters, in pixels. */
interface LetterBox {
  left: number;
  top: number;
  width: number;
  height: number;
}

interface EditorElements extends HTMLFormControlsCollection {
  csrf: HTMLInputElement;
  base: HTMLInputElement;
  editor: HTMLInputElement;
  title: HTMLInputElement;
  body: HTMLTextAreaElement;
  tags?: HTMLInputElement;
  excerpt: HTMLTextAreaElement;
  picture: HTMLInputElement;
  picture_alt: HTMLInputElement;
  markup: RadioNodeList;
  language?: HTMLSelectElement;
  published_at?: HTMLInputElement;
  due_at?: HTMLInputElement;
}

interface EditorForm extends HTMLFormElement {
  readonly elements: EditorElements;
}

/** A picture that the server stores. */
interface StoredPicture {
  address: string;
  /** `picture` where nobody says. */
  kind?: "picture" | "audio" | "video";
  name?: string;
  alt: string;
  caption: string;
  width: number;
  height: number;
}

/** Words of a text in place of a picture which is not stored here: of another site, or lost on the way. */
interface PictureInText {
  /** Empty for a picture that nobody can get. */
  address?: string;
  alt?: string;
  /** How the text writes it. */
  written: string;
}

/** Fields of a post, by their names. */
type PostText = Record<string, string>;

interface FieldProblem {
  field: string;
  message: string;
}

/** Somebody who has the same post open. */
interface OtherEditor {
  author: string;
  device: string;
  minutes_ago: number;
}

/** A part of two texts that were put together. */
type MergeChunk = { is: "settled"; text: string } | { is: "clash"; mine: string; theirs: string };

interface SavedAnswer {
  id: number;
  base: string;
  revision: string;
  saved_at: string;
  state: string;
  state_in_words: string;
  pending: boolean;
  problems: FieldProblem[];
  /** The fields put together with what was saved elsewhere. */
  text?: PostText;
  /** The revision from before a large cut, and how many words it had. */
  cut?: [number, number];
  elsewhere: OtherEditor[];
}

interface ConflictAnswer {
  revision: string;
  chunks: MergeChunk[];
  theirs: PostText;
}

interface CommentElements extends HTMLFormControlsCollection {
  post: HTMLInputElement;
  parent: HTMLInputElement;
  pass: HTMLInputElement;
  body: HTMLTextAreaElement;
  /** Name, email and website, which a blog may leave out. */
  [name: string]: any;
}

interface CommentForm extends HTMLFormElement {
  readonly elements: CommentElements;
  /** `left`: the words for how many characters are left, as JSON. */
  readonly dataset: DOMStringMap & { left: string; remember: string };
}

/** A storage of the browser for `JSON.parse`, which takes `null`, too. */
interface JsonStorage {
  getItem(key: string): any;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** A comment that was written in this browser: the key of its own page, and the words of its link and its button. */
interface OwnComment {
  key: string | null;
  /** In milliseconds since 1970: until then it can be edited. */
  until: number;
  edit: string;
  delete: string;
}

// What happens in a page happens to an element of it.
interface MouseEvent {
  readonly target: Element;
}

interface KeyboardEvent {
  readonly target: Element;
}

interface FocusEvent {
  readonly target: Element;
}
