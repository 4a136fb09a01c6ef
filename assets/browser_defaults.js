// Which time zone and language of a list are those of the browser.

/** What browsers say where nobody chose a language; it says English, and nothing of how dates are written. */
const USUAL_LANGUAGE = "en-US";

/**
 * The name that browsers of today use for a zone.
 * @param {string} name
 */
function canonicalZone(name) {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return name;
  }
}

/**
 * The name of a zone as the list has it: browsers of different ages call some zones by different names.
 * @param {string[]} offered
 * @param {string} zone
 * @returns {string | undefined}
 */
export function matchZone(offered, zone) {
  if (offered.includes(zone)) return zone;
  if (["UTC", "GMT"].includes(canonicalZone(zone)) || /^Etc\/(?:UTC|UCT|GMT|Zulu|Universal|Greenwich)$/.test(zone)) return "UTC";
  return offered.find((value) => canonicalZone(value) === zone);
}

/**
 * The first of the browser's languages that is offered, by its whole tag or by its beginning.
 * @param {string[]} offered
 * @param {readonly string[]} languages
 * @returns {string | undefined}
 */
export function matchLanguage(offered, languages) {
  for (const tag of languages) {
    const whole = offered.find((value) => value.toLowerCase() === tag.toLowerCase() && tag !== USUAL_LANGUAGE);
    if (whole) return whole;
    const { language, script } = new Intl.Locale(tag).maximize();
    const found = offered.find((value) => value === `${language}-${script}`) ?? offered.find((value) => value === language);
    if (found) return found;
    if (language === "no" || language === "nn") return "nb";
  }
  return undefined;
}
