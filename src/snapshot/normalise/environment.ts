import { OutsideError } from '../../shared/errors.ts';
import type { EnvironmentVariable, ValueClass } from '../facts/container.ts';
import { type Foreign, text } from '../foreign.ts';

/** In the place of a name that may be a value whose name somebody forgot. */
export const UNNAMED = '(an unnamed entry)';

/**
 * Reads one `NAME=value` of `Config.Env` and keeps the name and what the value looks like. The
 * verdict is by pattern: a secret under an innocent name that looks like nothing known is `plain`.
 * What does not look like a name is not kept.
 */
export function environmentVariable(entry: string): EnvironmentVariable {
  const separator = entry.indexOf('=');
  const name = separator === -1 ? entry : entry.slice(0, separator);
  const value = separator === -1 ? '' : entry.slice(separator + 1).trim();
  // Without a value it asks for the removal of an inherited variable, or is base64 with its padding.
  const isNamed = /^=?$/.test(value) ? isUsualName(name) : isName(name);
  if (isNamed) return { name, valueClass: classify(name, value) };
  // The engine hands the whole entry to the process.
  return { name: UNNAMED, valueClass: valueClass(entry) ?? classify('', value) };
}

/** True for what may be a name, or is empty: no known form of a secret, no words. */
const isName = (text: string): boolean =>
  /^([A-Za-z_][\w.:/-]{0,255})?$/.test(text) && valueClass(text) === null;

/** True for a name that nobody takes for a secret: words of capital or of small letters, joined by `_`. */
const isUsualName = (text: string): boolean =>
  isName(text) && text.split('_').every((word) => /^([A-Z]{0,24}\d{0,3}|[a-z]{0,24})$/.test(word));

function classify(name: string, value: string): ValueClass {
  if (value === '') return 'empty';
  const byValue = valueClass(value);
  if (byValue !== null) return byValue;
  if (
    (/_FILE$/i.test(name) && isFileName(value)) ||
    /^(file:\/\/)?\/(var\/)?run\/secrets\//.test(value)
  ) {
    return 'file-reference';
  }
  const byName = nameClass(name) ?? (isUserAndPassword(name, value) ? 'password' : null);
  if (byName === null || isReference(value) || isCountOfTokens(name, value)) return 'plain';
  return isFileOf(name, value) ? 'file-reference' : byName;
}

/**
 * Whether a value names a file with the secret that its name promises. Credentials are one by custom
 * (GOOGLE_APPLICATION_CREDENTIALS=key.json); a password may look like one.
 */
const isFileOf = (name: string, value: string): boolean =>
  isPath(value) ||
  (/credentials$/i.test(name) && FILE_NAME.test(value)) ||
  (/(_file|[a-z\d]File)$/.test(name) && isFileName(value));

/** `BASIC_AUTH=user:password`, `PROXY_AUTH` alike. */
const isUserAndPassword = (name: string, value: string): boolean =>
  /(basic|proxy)_?auth$/i.test(name) && /^[^\s:]+:\S+$/.test(value);

/** What language models are told, e.g. `CONTEXT_TOKENS=128k`. */
const isCountOfTokens = (name: string, value: string): boolean =>
  /tokens/i.test(name) && /^\d{1,9}(\.\d{1,9})?[kKmM]?$/.test(value);

/** Has a folder or an ending: what stands under the name of a file may be the secret itself. */
const isFileName = (value: string): boolean => /[/\\]|\.[a-z]{1,8}$/i.test(value);

type NamedClass = Extract<ValueClass, 'private-key' | 'cloud-key' | 'token' | 'password'>;

/** Words of a name, joined by `_`, that promise a secret. The first decides that is no switch and not about one. */
const SECRET_WORDS: readonly (readonly [NamedClass, RegExp])[] = [
  ['cloud-key', /(^|_)AWS_(SECRET_ACCESS_KEY|SESSION_TOKEN)(?=_|$)/g],
  ['cloud-key', /(^|_)AZURE_(STORAGE_KEY|CLIENT_SECRET)(?=_|$)/g],
  ['private-key', /(^|_)PRIVATE_?KEY(?=_|$)/g],
  ['token', /(TOKEN|(API|AUTH|ENCRYPTION|SIGNING|MASTER)_?KEY)S?\d{0,3}(?=_|$)/g],
  ['token', /(^|_)((JWT|SESSION|COOKIE|DEPLOY|APPLICATION)_KEY|ERLANG_COOKIE)\d{0,3}(?=_|$)/g],
  [
    'token',
    /(^|_)((DD_APP|NEW_RELIC_LICENSE|LOGGED_IN|NONCE)_KEY|(AUTH|LOGGED_IN|NONCE)_SALT)(?=_|$)/g,
  ],
  ['password', /(PASSWORD|PASSWD|PASSPHRASE|SECRET|SECRET_?KEY|CREDENTIAL)S?\d{0,3}(?=_|$)/g],
  ['password', /(^|_)((PG|DB|REQUIRE)?PASS|PWD|PSK|CREDS?|MASTERAUTH)\d{0,3}(?=_|$)/g],
  // At the end alone: Playwright's own names begin with it.
  ['password', /(^|_)(ADMIN|BIND|DB|ROOT|USER)?PW\d{0,3}(?=(_FILE)?$)/g],
];

/** Words after the secret's own that turn the name into one about the secret: PASSWORD_MIN_LENGTH. */
const ABOUT =
  /_(AGE|ALGORITHM|ARN|ATTEMPTS|AUDIENCE|AUTHENTICATION|BACKEND|COMPLEXITY|COUNT|DAYS|DELAY|DIR|DURATION|ENABLED?|DISABLED?|ENDPOINT|ENCRYPTION|EXPIR\w*|FIELD|FOLDER|FORMAT|HASH|HASHER|HEADER|HELPER|HINT|HOST|LABEL|HOURS|ID|INTERVAL|ISSUER|ITERATIONS|LEEWAY|LENGTH|LIFETIME|LIMIT|MANAGER|MAX|METHOD|MIN|MINUTES|MODE|NAME|NAMESPACE|PATH|PATTERN|PERIOD|PLACEHOLDER|POLICY|PORT|PREFIX|PROVIDER|REGEX|REQUIRED?|RESET|RETRIES|ROTATION|ROUNDS|SECONDS|SCOPES?|SIZE|SOURCE|STORE|STRATEGY|STRENGTH|TIMEOUT|TTL|TYPE|UR[IL]|VALIDITY|VERSION)(_|$)/;

/** Words before it that make it a switch: MYSQL_ALLOW_EMPTY_PASSWORD. */
const SWITCH = /(^|_)(ALLOW|DISABLE|ENABLE|HAS|IS|MIN|MAX|NO|PUBLIC|RANDOM|REQUIRE|USE)_/;

/** What a variable's name promises its value to be; null when it promises no secret. */
function nameClass(name: string): NamedClass | null {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
  if (words === 'PWD' || words === 'OLDPWD' || words === 'OLD_PWD') return null;
  for (const [promised, pattern] of SECRET_WORDS) {
    for (const { index, 0: found } of words.matchAll(pattern)) {
      const end = index + found.length;
      if (!SWITCH.test(words.slice(0, end)) && !ABOUT.test(words.slice(end))) return promised;
    }
  }
  return null;
}

type SecretClass = Exclude<ValueClass, 'file-reference' | 'empty' | 'plain'>;

/**
 * Forms of secrets that show by themselves, the surest first. Values are hostile text: a repetition
 * that could begin anywhere in it has an upper bound.
 */
const PATTERNS: readonly (readonly [SecretClass, { test(text: string): boolean }])[] = [
  ['private-key', /-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----/],
  ['private-key', /AGE-SECRET-KEY-1/],
  ['private-key', /PuTTY-User-Key-File/],
  ['cloud-key', /\b(AKIA|ASIA)[A-Z0-9]{12,}\b/],
  ['cloud-key', /\bAIza[\w-]{30,}/],
  ['cloud-key', /\bGOCSPX-[\w-]{20,}/],
  ['cloud-key', /\bAccountKey=[\w+/=]{20,}/],
  ['token', /\b(gh[pousr]_|github_pat_)\w{10,}/],
  ['token', /\b(xox[a-z]|xapp)-[\w-]{10,}/],
  ['token', /\b(glpat|gldt|glrt)-[\w-]{10,}/],
  ['token', /\b(sk|rk)[-_](live_|proj-|ant-)?[\w-]{16,}/],
  ['token', /\b(npm|hf|dop_v1)_[A-Za-z0-9]{30,}|\bdckr_pat_[\w-]{20,}/],
  ['token', /\bhvs\.[\w-]{16,}/],
  ['token', /\bSG\.[\w-]{10,}\.[\w-]{10,}/],
  ['token', /\bhooks\.slack\.com\/(services|workflows)\/[\w/]{10,}/],
  ['token', /\bdiscord(app)?\.com\/api\/webhooks\/\d{5,20}\/[\w-]{10,}/],
  ['token', /\b\d{8,12}:AA[\w-]{30,}/],
  ['token', /[?&]sig=[\w%+/=-]{20,}/],
  ['token', /^bearer (?=[\w+/=.~-]*\d|[\w+/=.~-]{16})[\w+/=.~-]{8,}$/im],
  ['token', { test: hasBasicCredentials }],
  ['token', /^base64:[\w+/]{40,88}={0,2}$/m],
  ['token', { test: hasJsonWebToken }],
  ['password', /"auth"\s*:\s*"[\w+/=]{8,}"/],
];

/** A user and a password behind the scheme (RFC 7617): words alone are the name of a plan or a method. */
function hasBasicCredentials(text: string): boolean {
  const written = [...text.matchAll(/^basic ([\w+/=]{8,})$/gim)].map(([, encoded = '']) => encoded);
  return written.some((encoded) => /^[ -9;-~\u0080-\u00ff]*:/.test(fromBase64(encoded)));
}

/** Two parts in base64 that begin like JSON, and a third, joined by dots (RFC 7519). */
function hasJsonWebToken(text: string): boolean {
  return text.split(/[^\w.-]/).some((word) => {
    const parts = word.split('.');
    return parts.some((part, index) => {
      const [next, last] = [parts[index + 1], parts[index + 2]];
      const begin = part.startsWith('eyJ') ? 0 : part.indexOf('-eyJ') + 1;
      const isFirst = (begin > 0 || part.startsWith('eyJ')) && part.length - begin >= 8;
      return isFirst && next?.startsWith('eyJ') && next.length >= 8 && last !== undefined;
    });
  });
}

const URL_PASSWORD = /\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@?#]*:([^\s/@]+)@/gi;
/** Of drivers for MySQL, `user:password@tcp(host)/name`, and for Oracle. */
const DRIVER_PASSWORDS: readonly RegExp[] = [
  /^[^\s/:@]{1,100}:([^\s@]{1,200})@(?:tcp|udp|unix)\(/,
  /\bjdbc:oracle:\w{1,20}:[^\s/:@]{1,100}\/([^\s/@]{1,200})@/,
];
const FIELD_PASSWORD = /(?:[;?&]|\s|^)(?:password|pwd)\s*=\s*([^;&\s]+)/gi;

/** The class of a value that is a secret whatever its name; null for all other values. */
export function valueClass(value: string): SecretClass | null {
  const readable = `${value}\n${decodedPem(value)}`;
  const match = PATTERNS.find(([, pattern]) => pattern.test(readable));
  if (match) return match[0];
  if (hasPasswordOption(value) || hasSecretField(value)) return 'password';
  return hasConnectionPassword(value) ? 'connection-string-with-password' : null;
}

/**
 * Of programs that are told their options by a variable: `--db-password x`, `-Djavax.net.ssl.keyStorePassword=x`. What stands
 * behind an option without a value is the next one.
 */
const PASSWORD_OPTION =
  /(?:^|\s)--?[\w.-]{0,60}(pass(?:word|wd|phrase)|requirepass|masterauth|(?:api|client|app)[-_.]?(?:key|secret)|token)(?:=|\s{1,3})["']?([^\s"'-][^\s"']*)/gi;

/** A number is a password, but a limit where tokens are counted (`--max-token 500`). */
const hasPasswordOption = (value: string): boolean =>
  [...value.matchAll(PASSWORD_OPTION)].some(
    ([, option = '', given = '']) =>
      !isReference(given) && !isPath(given) && !(/^token$/i.test(option) && /^\d+$/.test(given)),
  );

/** Fields of JSON, and of YAML on lines of their own, with their values; what stands behind a tag (`!secret db`) names one. */
const FIELDS = /"([\w.-]{1,60})"\s{0,9}:\s{0,9}"((?:[^"\\]|\\.){1,400})"/g;
const LINES =
  /^[ \t-]{0,40}([\w.-]{1,60}):[ \t]{1,9}(?:["']|(?!!))([^\s"'#&*|>{[][^"'#\r\n]{0,400})/gm;

/** The same in Ruby, as GitLab is told all that it has. */
const ENTRIES = /\[['":]([\w.-]{1,60})['"]?\]\s{0,9}=\s{0,9}["']([^"'\r\n]{1,400})["']/g;

const LABEL = /^[A-Z][a-z]{1,20}(?: [A-Za-z]{1,20}){0,8}[.:*?!…]{0,3}$/;
const NAMING = /\b(?:pass(?:word|phrase|code)|secret|token|key|credential)(?=s?\b)/gi;

/** What stands beside a field of a form, and names that again: `"password": "Your password"`. */
const isLabel = (name: string, given: string): boolean =>
  LABEL.test(given) &&
  (given.match(NAMING) ?? []).some((word) => name.toLowerCase().includes(word.toLowerCase()));

/** Settings as a whole in one variable, of which a field promises a secret (`SPRING_APPLICATION_JSON`). */
function hasSecretField(value: string): boolean {
  const ofLines = value.includes('\n') ? [...value.matchAll(LINES)] : [];
  return [...value.matchAll(FIELDS), ...value.matchAll(ENTRIES), ...ofLines].some(
    ([, name = '', given = '']) =>
      nameClass(name) !== null &&
      !isLabel(name, given.trim()) &&
      // No placeholder of a format, as `%s` and `-` in logs.
      /^[^%]*\w/.test(given) &&
      !isReference(given.trim()) &&
      !isFileOf(name, given.trim()) &&
      !isCountOfTokens(name, given),
  );
}

/** True for text that names where a secret is kept instead of holding it, and for on-off words. */
const isReference = (value: string): boolean =>
  /^(true|false|yes|no|on|off|none|null|nil|undefined|0|1)$/i.test(value) ||
  /^(\$[A-Z_][A-Z0-9_]*|\$\{[^}]*\}|\$\(.*\)|\$?\{\{.*\}\}|<[^<>]*>|\*+)$/.test(value) ||
  /^(vault|op|ssm|env|file|arn|awssm|gcpsm|azurekv|keyvault|secretsmanager|ref\+\w+):/i.test(value);

const FILE_NAME = /^[\w./@-]+\.(pem|key|crt|txt|json|ya?ml|conf|env|p12|jks)$/;

/** True for an absolute path below one of the usual directories, or one with a usual extension. */
const isPath = (value: string): boolean =>
  /^\/(app|certs?|config|data|etc|home|keys?|mnt|opt|root|run|secrets?|srv|tmp|usr|var|vault|work\w*)\/[\w./@-]+$/.test(
    value,
  ) ||
  (value.startsWith('/') && FILE_NAME.test(value));

/** `scheme://user:password@…`, `…;Password=…`, `?user=a&password=b`; not with a reference in it. */
function hasConnectionPassword(value: string): boolean {
  const isLiteral = ([, password = '']: RegExpMatchArray) => !isReference(password);
  if ([...value.matchAll(URL_PASSWORD)].some(isLiteral)) return true;
  const ofDrivers = DRIVER_PASSWORDS.map((pattern) => pattern.exec(value));
  if (ofDrivers.some((found) => found !== null && isLiteral(found))) return true;
  const hasOtherFields = value.split(/[;&?\s]+/).filter((part) => part.includes('=')).length > 1;
  const isAddress = hasOtherFields || value.includes('://');
  return isAddress && [...value.matchAll(FIELD_PASSWORD)].some(isLiteral);
}

/** Text of a PEM block that was put into base64 to fit on one line; empty for anything else. */
function decodedPem(value: string): string {
  return value.startsWith('LS0tLS1CRUdJTi') ? fromBase64(value) : '';
}

/** Empty for what is no base64. */
function fromBase64(value: string): string {
  try {
    return atob(value.replaceAll(/\s/g, ''));
  } catch {
    return '';
  }
}

/** True for a variable whose value is a secret by its own form or by the promise of its name. */
export const isSecret = ({ valueClass: found }: EnvironmentVariable): boolean =>
  !['plain', 'empty', 'file-reference'].includes(found);

/** Name and class, e.g. `DB_PASSWORD (password)`: all that is known of a secret. */
export const secretLine = (one: EnvironmentVariable): string => `${one.name} (${one.valueClass})`;

/** Linked services of a large project make some hundreds. */
const VARIABLES_MAX = 1000;

/**
 * The variables of one `Config.Env`. Throws for more than anybody sets: of all that an engine can say,
 * they make the most memory of the fewest bytes.
 */
export function environmentOf(entries: readonly Foreign[]): EnvironmentVariable[] {
  requireFew(entries);
  return entries.map((entry) => environmentVariable(text(entry)));
}

/** Throws for more variables than are kept. */
export function requireFew(variables: readonly unknown[]): void {
  if (variables.length <= VARIABLES_MAX) return;
  const detail = `${variables.length} variables, more than the ${VARIABLES_MAX} that are read`;
  throw new OutsideError('engine-answer-too-large', detail);
}
