/** Stands where something was that may be a secret. */
const HIDDEN = '[hidden]';
/** Foreign text is looked at up to here; an error message that is longer tells nothing more. */
const LOOKED_AT_CHARACTERS = 4096;

/** What stands before the `@` of a URL, or of a share, which has no scheme. */
const userinfo = /\/\/[^\s/?#"'<>]{1,512}@/g;

/** The same text without what stands before the `@` of URLs and shares, however long that is. */
export function withoutUserinfo(text: string): string {
  const [first = '', ...rest] = text.split('//');
  const stripped = rest.map((part) => {
    const end = part.search(/[\s/?#"'<>]/);
    return part.slice((end === -1 ? part : part.slice(0, end)).lastIndexOf('@') + 1);
  });
  return [first, ...stripped].join('//');
}

/**
 * Each repetition is bounded, and what is looked at is short, so that no text takes long. The order
 * counts: what hides most comes first.
 */
const steps: readonly ((text: string) => string)[] = [
  (text) => text.replace(/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY.{0,4096}/s, HIDDEN),
  // Options of a mount, as the kernel was given them: `mount //nas/share:/data, data: pass=…: no such device`.
  (text) => text.replace(/\bdata: .{0,4096}: /s, `data: ${HIDDEN}: `),
  (text) => text.replace(/\bdata: (?!\[hidden\]: )\S.{0,4096}/s, `data: ${HIDDEN}`),
  (text) => text.replace(userinfo, `//${HIDDEN}@`),
  // Without a scheme; a digest stands behind the tag of an image.
  (text) =>
    text.replace(
      /(?<![\w.+/-])([\w.+-]{1,64}):[^\s/"']{1,256}@(?!sha(?:256|512):)(?=[\w[])/g,
      `$1:${HIDDEN}@`,
    ),
  hideShortOptions,
  (text) => text.replace(/\b(Bearer|Basic|Negotiate) {1,3}[\w.~+/=-]{8,2048}/gi, `$1 ${HIDDEN}`),
  (text) =>
    text.replace(
      /((?:pass(?:wd|word|phrase|code)?|\bpw|pwd|secret|token|cred(?:ential)?s?|(?:api|access|account|auth|encryption|master|private|secret|shared|signing)[-_. ]?key(?:[-_]?id)?|auth(?:orization|[-_]?data)?|cookie|sig(?:nature)?|session)\d{0,3}["']?\s{0,2}(?:=|:|%3d)\s{0,2})("[^"]{1,2048}"?|'[^']{1,2048}'?|(?:[^\s,"']|,,){1,2048})/gi,
      `$1${HIDDEN}`,
    ),
  (text) =>
    text.replace(
      /((?<=^|\s)--?[a-z-]{0,20}(?:password|passphrase|requirepass|masterauth|secret|token))\s(?:"[^"]{1,2048}"?|'[^']{1,2048}'?|\S{1,2048})/gi,
      `$1 ${HIDDEN}`,
    ),
  // Beginnings by which a token is known wherever it stands.
  (text) =>
    text.replace(
      /\b(?:(?:AKIA|ASIA)[A-Z0-9]{12}|(?:gh[pousr]_|github_pat_|xox[a-z]-|xapp-|gl(?:pat|dt|rt)-|[sr]k[-_]|dckr_pat_|hvs\.|SG\.|eyJ|AIza|GOCSPX-|SWMTKN-|SWMKEY-|AGE-SECRET-KEY-)[\w.-]{6}|(?:npm_|hf_|dop_v1_)[A-Za-z0-9]{20})[\w.+/=-]{0,2048}/g,
      HIDDEN,
    ),
  (text) => text.replace(/[\w+/=-]{24,}/g, hideRandom),
];

/** Programs that take a password behind one letter, which others have for a port or a path. */
const passwordOptions: readonly (readonly [program: RegExp, option: string])[] = [
  [/\b(?:mysql|mariadb|mongo|sshpass|docker login)/, '-p'],
  [/\bredis-cli\b/, '-a'],
  [/\bldap(?:search|modify|add|delete|whoami)\b/, '-w'],
  [/\b(?:curl|smbclient)\b/, '(?:-[uU]|--user)'],
];
const VALUE = `(?:"[^"]{1,2048}"?|'[^']{1,2048}'?|[^\\s"']{1,2048})`;

function hideShortOptions(text: string): string {
  let hidden = text;
  for (const [program, option] of passwordOptions) {
    const at = hidden.search(program);
    if (at === -1) continue;
    const shown = new RegExp(`(\\s${option})[\\s=]{0,2}${VALUE}`, 'g');
    hidden = hidden.slice(0, at) + hidden.slice(at).replace(shown, `$1 ${HIDDEN}`);
  }
  return hidden;
}

/**
 * Text of an engine, or of anybody else, without what may be a secret in it: userinfo of URLs, options
 * of mounts, what follows words such as `password=` or `Bearer`, known tokens, long base64 and hex.
 * Ids of containers and images, of 12 or 64 hex digits, stay. Text beyond 4096 characters is dropped,
 * with the word that is cut there.
 */
export function maskSecrets(text: string): string {
  let masked = text;
  if (text.length > LOOKED_AT_CHARACTERS) {
    const cut = text.slice(0, LOOKED_AT_CHARACTERS);
    masked = `${cut.slice(0, cut.lastIndexOf(' ') + 1)}…`;
  }
  for (const step of steps) masked = step(masked);
  return masked;
}

/** A run of letters and digits as it is when it is a path, an id or words, hidden when it looks drawn by lot. */
function hideRandom(run: string): string {
  const isPath = run.startsWith('/') || !looksRandom(run);
  if (!isPath) return HIDDEN;
  return run
    .split('/')
    .map((part) => (part.length >= 24 && looksRandom(part) ? HIDDEN : part))
    .join('/');
}

function looksRandom(run: string): boolean {
  if (/^[0-9a-f]+$/i.test(run)) return run.length >= 32 && run.length !== 64;
  return /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run);
}
