// Signs that keyboards lack, found by name.

import { element } from "./dom.js";
import { dialog } from "./dialogs.js";
import { EMOJI } from "./emoji.js";

const SIGNS = [
  ["–", "en dash, range"], ["—", "em dash"], ["…", "ellipsis, dots"], ["·", "middle dot"], ["•", "bullet"],
  ["“", "left double quotation mark"], ["”", "right double quotation mark"], ["‘", "left single quotation mark"],
  ["’", "apostrophe, right single quotation mark"], ["„", "low double quotation mark"], ["«", "left guillemet"],
  ["»", "right guillemet"], ["‹", "left single guillemet"], ["›", "right single guillemet"], ["§", "section, paragraph sign"],
  ["¶", "pilcrow"], ["†", "dagger"], ["‡", "double dagger"], ["©", "copyright"], ["®", "registered"], ["™", "trade mark"],
  ["°", "degree"], ["′", "prime, minutes, feet"], ["″", "double prime, seconds, inches"], ["№", "number, numero"],
  ["‰", "per mille"], ["€", "euro"], ["£", "pound"], ["¥", "yen"], ["¢", "cent"], ["₽", "rouble"], ["₹", "rupee"],
  ["×", "times, multiplication"], ["÷", "division"], ["±", "plus minus"], ["−", "minus"], ["≈", "almost equal"],
  ["≠", "not equal"], ["≤", "less or equal"], ["≥", "greater or equal"], ["∞", "infinity"], ["√", "square root"],
  ["½", "one half"], ["¼", "one quarter"], ["¾", "three quarters"], ["²", "squared, superscript two"],
  ["³", "cubed, superscript three"], ["π", "pi"], ["µ", "micro"], ["Ω", "ohm, omega"],
  ["→", "arrow right"], ["←", "arrow left"], ["↑", "arrow up"], ["↓", "arrow down"], ["↔", "arrow both ways"], ["⇒", "double arrow right"],
  ["✓", "check mark, tick"], ["✗", "cross, ballot x"], ["★", "star"], ["☆", "white star"], ["♥", "heart suit"], ["♪", "note, music"],
  ["♭", "flat"], ["♯", "sharp"], ["☞", "pointing hand"], ["á", "a acute"], ["à", "a grave"], ["â", "a circumflex"], ["ä", "a umlaut"],
  ["å", "a ring"], ["ã", "a tilde"], ["æ", "ae"], ["ç", "c cedilla"], ["é", "e acute"], ["è", "e grave"], ["ê", "e circumflex"], ["ë", "e umlaut"],
  ["í", "i acute"], ["ï", "i umlaut"], ["ñ", "n tilde"], ["ó", "o acute"], ["ô", "o circumflex"], ["ö", "o umlaut"], ["ø", "o slash"],
  ["œ", "oe"], ["ß", "sharp s, eszett"], ["ú", "u acute"], ["ü", "u umlaut"], ["ð", "eth"], ["þ", "thorn"], ["ł", "l stroke"],
  ["\u00a0", "non-breaking space"], ["\u00ad", "soft hyphen"],
  ...EMOJI.map(({ sign, name, words }) => [sign, `${name} ${words}`.trim().replaceAll("_", " ")]),
];

/**
 * Those that show nothing by themselves, and what is shown for them on their buttons.
 * @type {Record<string, string>}
 */
const SHOWN_AS = { "\u00a0": "␣", "\u00ad": "-" };

/**
 * Opens the picker; `take` gets the sign that was chosen.
 * @param {HTMLElement} area
 * @param {(sign: string) => void} take
 */
export function pickSign(area, take) {
  const buttons = SIGNS.map(([sign, name]) => {
    const shown = SHOWN_AS[sign] ?? sign;
    const choose = () => {
      box.close();
      take(sign);
    };
    return element("button", { type: "button", "aria-label": name, title: name, click: choose }, shown);
  });
  const found = element("p", { class: "hint", "aria-live": "polite" });
  const search = element("input", { id: "sign-search", type: "search", autocomplete: "off" });
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/);
    SIGNS.forEach(([sign, name], at) => {
      buttons[at].hidden = !words.every((word) => name.includes(word) || sign === word);
    });
    const left = buttons.filter((button) => !button.hidden).length;
    found.textContent = left === 0 ? "No symbols match." : `${left} ${left === 1 ? "symbol" : "symbols"}`;
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    buttons.find((button) => !button.hidden)?.click();
  });
  const field = element("div", { class: "field" }, element("label", { for: "sign-search" }, "Find by name"), search, found);
  const box = dialog("Symbols and emoji", area, field, element("div", { class: "symbols" }, ...buttons));
  search.focus();
}
