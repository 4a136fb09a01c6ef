// The set-up begins with the time zone and the language of the browser; what somebody chose there stays.

const form = document.querySelector("form[data-fresh]");

/** The name of a zone as the list has it: browsers of different ages call some zones by different names. */
function offered(list, zone) {
  const values = [...list.options].map((option) => option.value);
  if (values.includes(zone)) return zone;
  const canonical = (name) => {
    try {
      return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
    } catch {
      return name;
    }
  };
  if (["UTC", "GMT"].includes(canonical(zone)) || /^Etc\/(?:UTC|UCT|GMT|Zulu|Universal|Greenwich)$/.test(zone)) return "UTC";
  return values.find((value) => canonical(value) === zone);
}

/** What browsers say where nobody chose a language; it says English, and nothing of how dates are written. */
const USUAL = "en-US";

/** The first of the browser's languages that is offered, by its whole tag or by its beginning. */
function spoken(list) {
  const values = [...list.options].map((option) => option.value);
  for (const tag of navigator.languages) {
    const whole = values.find((value) => value.toLowerCase() === tag.toLowerCase() && tag !== USUAL);
    if (whole) return whole;
    const { language, script } = new Intl.Locale(tag).maximize();
    const found = values.find((value) => value === `${language}-${script}`) ?? values.find((value) => value === language);
    if (found) return found;
    if (language === "no" || language === "nn") return "nb";
  }
  return undefined;
}

if (form) {
  const { zone, language } = form.elements;
  const here = offered(zone, Intl.DateTimeFormat().resolvedOptions().timeZone);
  if (here) zone.value = here;
  const tag = spoken(language);
  if (tag) language.value = tag;
}
