// Keeps the spelling of a source where its text did not change: what the editor wrote before and after a change is compared,
// and only that change is made in the source. Pure.

/** So many differences are looked for; beyond that a piece counts as changed as a whole. */
const MAX_DIFFERENCES = 1500;

const HTML_TOKEN = /<!--[\s\S]*?-->|<\/?[a-zA-Z](?:"[^"]*"|'[^']*'|[^'">])*>|&(?:#\w+|\w+);|[ \t\n\f\r]+|[\p{L}\p{N}]+|[\s\S]/gu;
const MARKDOWN_TOKEN = /<\/?[a-zA-Z](?:"[^"]*"|'[^']*'|[^'">])*>|&(?:#\w+|\w+);|[ \t\n\f\r]+|[\p{L}\p{N}]+|[\s\S]/gu;

/** @type {Record<string, string>} */
const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

/** @param {string} entity */
function decoded(entity) {
  const name = entity.slice(1, -1);
  if (ENTITIES[name]) return ENTITIES[name];
  const number = name.startsWith("#x") || name.startsWith("#X") ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return name.startsWith("#") && number > 0 && number < 0x110000 ? String.fromCodePoint(number) : entity;
}

/**
 * What a token says, however it is spelled.
 * @param {string} token
 * @param {Markup} markup
 */
function keyOf(token, markup) {
  if (token.length > 1 && token.startsWith("&")) return decoded(token);
  // An empty line says something in Markdown alone.
  if (/^[ \t\n\f\r]+$/.test(token)) return markup === "markdown" && /\n[ \t]*\n/.test(token) ? "\n\n" : " ";
  if (!token.startsWith("<") || token.startsWith("<!") || token.length === 1) return token;
  const name = token.match(/^<\/?[a-zA-Z][^\s/>]*/)?.[0] ?? token;
  const attributes = [...token.slice(name.length).matchAll(/([^\s=/>"']+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>]*))?/g)].map(
    ([, own, value = ""]) => `${own.toLowerCase()}=${value.replace(/^(["'])([\s\S]*)\1$/, "$2").replace(/&(?:#\w+|\w+);/g, decoded)}`,
  );
  return `${name.toLowerCase()} ${attributes.sort().join(" ")}`;
}

/**
 * @param {string} text
 * @param {Markup} markup
 */
export const tokensOf = (text, markup) => text.match(markup === "html" ? HTML_TOKEN : MARKDOWN_TOKEN) ?? [];

/**
 * The tokens that two lists have in common, as pairs of places in order.
 * @param {string[]} one
 * @param {string[]} other
 * @returns {[number, number][]}
 */
export function commonTokens(one, other) {
  let start = 0;
  const shorter = Math.min(one.length, other.length);
  while (start < shorter && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < shorter - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end += 1;
  const middle = shortestEdit(one.slice(start, one.length - end), other.slice(start, other.length - end));
  /** @type {[number, number][]} */
  const pairs = [];
  for (let at = 0; at < start; at += 1) pairs.push([at, at]);
  for (const [a, b] of middle) pairs.push([a + start, b + start]);
  for (let at = end; at > 0; at -= 1) pairs.push([one.length - at, other.length - at]);
  return pairs;
}

/**
 * Myers, “An O(ND) Difference Algorithm and Its Variations” (1986).
 * @param {string[]} one
 * @param {string[]} other
 * @returns {[number, number][]}
 */
function shortestEdit(one, other) {
  const [n, m] = [one.length, other.length];
  if (n === 0 || m === 0) return [];
  const most = Math.min(n + m, MAX_DIFFERENCES);
  const reached = new Int32Array(2 * most + 3);
  /** @type {Int32Array[]} */
  const steps = [];
  const middle = most + 1;
  for (let d = 0; d <= most; d += 1) {
    steps.push(reached.slice(middle - d - 1, middle + d + 2));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && reached[middle + k - 1] < reached[middle + k + 1]);
      let x = down ? reached[middle + k + 1] : reached[middle + k - 1] + 1;
      let y = x - k;
      while (x < n && y < m && one[x] === other[y]) [x, y] = [x + 1, y + 1];
      reached[middle + k] = x;
      if (x >= n && y >= m) return walkedBack(steps, d, n, m);
    }
  }
  return [];
}

/**
 * @param {Int32Array[]} steps
 * @param {number} distance
 * @param {number} n
 * @param {number} m
 */
function walkedBack(steps, distance, n, m) {
  /** @type {[number, number][]} */
  const pairs = [];
  let [x, y] = [n, m];
  for (let d = distance; d >= 0 && (x > 0 || y > 0); d -= 1) {
    const before = steps[d];
    const middle = d + 1;
    const k = x - y;
    const down = k === -d || (k !== d && before[middle + k - 1] < before[middle + k + 1]);
    const from = down ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : before[middle + from];
    const fromY = d === 0 ? 0 : fromX - from;
    while (x > fromX && y > fromY && x > 0 && y > 0) {
      [x, y] = [x - 1, y - 1];
      pairs.push([x, y]);
    }
    [x, y] = [fromX, fromY];
  }
  return pairs.reverse();
}

/**
 * Makes in a source the change from `before` to `after`, which the editor wrote: their words are the same as those of the
 * source, their spelling may differ.
 * @param {string} source
 * @param {string} before
 * @param {string} after
 * @param {Markup} markup
 */
export function changeInSource(source, before, after, markup) {
  if (before === after) return source;
  if (source === before) return after;
  const [own, old, fresh] = [source, before, after].map((text) => tokensOf(text, markup));
  const inSource = new Map(commonTokens(
      old.map((token) => keyOf(token, markup)),
      own.map((token) => keyOf(token, markup)),
    ));
  const inFresh = new Map(commonTokens(old, fresh));
  let out = "";
  let [o, s, f] = [0, 0, 0];
  for (let at = 0; at <= old.length; at += 1) {
    const [inS, inF] = at === old.length ? [own.length, fresh.length] : [inSource.get(at), inFresh.get(at)];
    if (inS === undefined || inF === undefined) continue;
    const was = old.slice(o, at).join("");
    const now = fresh.slice(f, inF).join("");
    const written = own.slice(s, inS).join("");
    out += was === now ? written : (mixed({ old, own, fresh, inSource, inFresh }, [o, at], [s, inS], [f, inF]) ?? now);
    if (at < old.length) out += own[inS];
    [o, s, f] = [at + 1, inS + 1, inF + 1];
  }
  return out;
}

/**
 * A piece where the source is spelled otherwise and the text was changed, too: what is new, and what only the source has.
 * `null` where words were taken out that the source may spell otherwise.
 * @param {{ old: string[], own: string[], fresh: string[], inSource: Map<number, number>, inFresh: Map<number, number> }} tokens
 * @param {[number, number]} inOld
 * @param {[number, number]} inOwn
 * @param {[number, number]} inNew
 */
function mixed({ old, own, fresh, inSource, inFresh }, [from, to], [s, sEnd], [f, fEnd]) {
  let out = "";
  let hasOther = false;
  let isUnsure = false;
  /** @param {number} end */
  const takeOwn = (end) => {
    hasOther ||= s < end;
    while (s < end) out += own[s++];
  };
  /** @param {number} end */
  const takeFresh = (end) => {
    while (f < end) out += fresh[f++];
  };
  for (let at = from; at < to; at += 1) {
    const [inS, inF] = [inSource.get(at), inFresh.get(at)];
    if (inF !== undefined) {
      takeFresh(inF);
      f += 1;
    } else if (inS !== undefined) {
      takeOwn(inS);
      s += 1;
    } else isUnsure ||= old[at].trim() !== "";
  }
  takeFresh(fEnd);
  takeOwn(sEnd);
  return isUnsure && hasOther ? null : out;
}
