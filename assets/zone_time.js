// Times as the clocks of the blog's zone show them.

/** @type {Intl.DateTimeFormatOptions} */
const MINUTES = { hourCycle: "h23", year: "numeric", hour: "2-digit", minute: "2-digit" };

/**
 * @param {number} at in milliseconds since 1970
 * @param {Intl.DateTimeFormatOptions} options
 */
const partsOf = (at, options) => Object.fromEntries(new Intl.DateTimeFormat("en", options).formatToParts(at).map(({ type, value }) => [type, value]));

/**
 * `2016-06-05T14:05:59`, as fields for times have it.
 * @param {number} at in milliseconds since 1970
 * @param {string | undefined} timeZone
 */
export function clockTime(at, timeZone) {
  const { year, month, day, hour, minute, second } = partsOf(at, { ...MINUTES, timeZone, month: "2-digit", day: "2-digit", second: "2-digit" });
  return `${year}-${month}-${day}T${hour}:${minute}:${second}`;
}

/**
 * `5 June 2016, 14:05`, as the server says it.
 * @param {number} at in milliseconds since 1970
 * @param {string | undefined} timeZone
 */
export function timeInWords(at, timeZone) {
  const { year, month, day, hour, minute } = partsOf(at, { ...MINUTES, timeZone, month: "long", day: "numeric" });
  return `${day} ${month} ${year}, ${hour}:${minute}`;
}

/**
 * The same of what a field for times holds, which is of the blog's zone already.
 * @param {string} field `2016-06-05T14:05`, with or without seconds
 */
export const fieldInWords = (field) => timeInWords(Date.parse(`${field.slice(0, 16)}:00Z`), "UTC");

/**
 * Whether a time of a field, with or without seconds, is after another one.
 * @param {string} time empty for none
 * @param {string} now as `clockTime` gives it
 */
export const isAfter = (time, now) => time !== "" && time.padEnd(19, ":00") > now;
