import type { ValueClass } from '../facts/environment.ts';

type NamedClass = Extract<ValueClass, 'private-key' | 'cloud-key' | 'token' | 'password'>;

/** Words of a name, joined by `_`, that promise a secret. The first that fits decides. */
const SECRET_WORDS: readonly (readonly [NamedClass, RegExp])[] = [
  ['cloud-key', /(^|_)AWS_(SECRET_ACCESS_KEY|SESSION_TOKEN)(_|$)/],
  ['cloud-key', /(^|_)AZURE_(STORAGE_KEY|CLIENT_SECRET)(_|$)/],
  ['private-key', /(^|_)PRIVATE_?KEY(_|$)/],
  ['token', /(TOKEN|API_?KEY|AUTH_?KEY|ENCRYPTION_?KEY|SIGNING_?KEY|MASTER_?KEY)(_|$)/],
  ['password', /(PASSWORD|PASSWD|PASSPHRASE|SECRET|SECRET_?KEY)(_|$)/],
  ['password', /(^|_)(PASS|PWD)(_|$)/],
];

/** Words after the secret's own that turn the name into one about the secret: PASSWORD_MIN_LENGTH. */
const ABOUT =
  /_(AGE|ALGORITHM|ARN|ATTEMPTS|AUDIENCE|BACKEND|COUNT|DAYS|DIR|DURATION|ENABLED?|DISABLED?|ENDPOINT|ENCRYPTION|EXPIR\w*|FIELD|FORMAT|HASH|HEADER|HOST|ID|ISSUER|LENGTH|LIFETIME|LIMIT|MANAGER|MAX|METHOD|MIN|MODE|NAME|NAMESPACE|PATH|PATTERN|POLICY|PORT|PREFIX|PROVIDER|REGEX|REQUIRED?|RESET|RETRIES|ROTATION|ROUNDS|SECONDS|SIZE|STORE|STRATEGY|TIMEOUT|TTL|TYPE|UR[IL]|VALIDITY|VERSION)(_|$)/;

/** Words before it that make it a switch: MYSQL_ALLOW_EMPTY_PASSWORD. */
const SWITCH = /(^|_)(ALLOW|DISABLE|ENABLE|HAS|IS|MIN|MAX|NO|PUBLIC|RANDOM|REQUIRE|USE)_/;

/** What a variable's name promises its value to be; null when it promises no secret. */
export function nameClass(name: string): NamedClass | null {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
  if (words === 'PWD' || words === 'OLDPWD' || words === 'OLD_PWD') return null;
  for (const [promised, pattern] of SECRET_WORDS) {
    const match = pattern.exec(words);
    if (!match) continue;
    const before = words.slice(0, match.index + match[0].length);
    const after = words.slice(match.index + match[0].length - 1);
    return SWITCH.test(before) || ABOUT.test(after) ? null : promised;
  }
  return null;
}
