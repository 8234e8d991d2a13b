/**
 * Characters that act instead of showing: C0 and C1 controls (terminal escapes among them), formats
 * such as bidi overrides and isolates (Unicode TR9, TR36), separators of lines, and what has no width,
 * tags included. Not among them: the two that choose how an emoji is drawn.
 */
const acting = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]--[\ufe0e\ufe0f]]/gv;

/** The same but for breaks of lines, of which a file may have a million. */
const actingInLines =
  /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]--[\ufe0e\ufe0f\n]]/gv;

/** Untrusted text made harmless to look at: characters that act become `\u{…}`, in one line. */
export function visible(text: string): string {
  return text.replace(acting, escaped);
}

/** The same with its lines as they are. */
export const visibleLines = (text: string): string => text.replace(actingInLines, escaped);

const escaped = (char: string): string => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;

/**
 * JSON that is harmless on a terminal and in a log: characters that act are escaped, so that it parses
 * to the same value. Breaks of lines between its parts stay.
 */
export function harmlessJson(json: string): string {
  return json.replace(actingInLines, escapedUnits);
}

const escapedUnits = (char: string): string =>
  Array.from({ length: char.length }, (_, index) => char.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');

/** At most `lengthMax` characters, the cut shown by an ellipsis. Never splits a surrogate pair. */
export function clamp(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const cut = text.slice(0, lengthMax - 1);
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** Each of the texts as `clamp` cuts it. */
export const clamped = (texts: readonly string[], lengthMax: number): string[] =>
  texts.map((text) => clamp(text, lengthMax));

/** `1 host`, `3 hosts`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** The first few of a list and how many more there are: `a, b, c and 40 more`. */
export function listed(items: readonly string[], most = 5, total = items.length): string {
  const more = total - Math.min(most, items.length);
  return more > 0 ? `${items.slice(0, most).join(', ')} and ${more} more` : items.join(', ');
}

/**
 * `a`, `a and b`, `a, b and 3 more`: the first `limit` of a list in words, so that a message stays
 * short however long the list is.
 */
export function enumerate(items: readonly string[], limit = 3): string {
  const [first = ''] = items;
  if (items.length < 2) return first;
  const shown = items.slice(0, limit);
  const hidden = items.length - shown.length;
  if (hidden > 0) return `${shown.join(', ')} and ${hidden} more`;
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** Age between two ISO times in words: `just now`, `5 min ago`, `3 h ago`, `2 d ago`. */
export function ageBetween(from: string, to: string): string {
  const minutes = Math.floor((Date.parse(to) - Date.parse(from)) / 60_000);
  return minutes < 1 ? 'just now' : `${spanText(minutes)} ago`;
}

/** Time from one ISO time to a later one in words: `now`, `in 5 min`, `in 3 h`, `in 2 d`. */
export function timeUntil(from: string, to: string): string {
  const minutes = Math.round((Date.parse(to) - Date.parse(from)) / 60_000);
  return minutes < 1 ? 'now' : `in ${spanText(minutes)}`;
}

function spanText(minutes: number): string {
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

/** A word as it must be typed to come back whole. */
export function quoteWord(word: string): string {
  return /[\s"']/.test(word) || word === '' ? `"${word.replaceAll('"', '')}"` : word;
}

/** Milliseconds in words: `40 s`, `7 min`, `2 h 10 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  if (minutes === 0) return `${Math.floor(ms / 1_000)} s`;
  if (hours === 0) return `${minutes} min`;
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Bytes in words: `900 KB`, `12 MB`, `1.4 GB`. */
export function byteText(bytes: number): string {
  if (bytes < 1024 ** 2) return `${Math.ceil(bytes / 1024)} KB`;
  return bytes < 1024 ** 3
    ? `${Math.round(bytes / 1024 ** 2)} MB`
    : `${(bytes / 1024 ** 3).toFixed(1)} GB`;
}

/** Order of two texts by their code units, for `sort`. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/**
 * The text without these characters at its end. A regular expression would look for the end from each
 * of them, which takes the square of their number.
 */
export function trimmedEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** The lines of a text one after another: all at once would take many times its memory. */
export function* linesIn(text: string): Generator<string> {
  let start = 0;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
    yield text.slice(start, end);
    start = end + 1;
  }
  yield text.slice(start);
}
