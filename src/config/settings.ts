import { slipsBetween } from '../shared/nearest.ts';
import { readSecret, type SecretFiles } from '../shared/secret-file.ts';
import { DEFAULT_ENGINE } from '../shared/usual-sockets.ts';
import type { Mistake } from './mistakes.ts';
import { Secret } from './secret.ts';

/** The value of a text, or what the text must be; that never repeats it. */
type Read<T> = (text: string) => { value: T } | { problem: string };

// By hand: every command reads these, and most run without the file that takes zod.
interface Variable {
  read: Read<unknown>;
  /** Text that stands for a variable that is unset or empty; null: the value is then null. */
  default: string | null;
  /** What it is for, one sentence for the settings page and `.env.example`. */
  text: string;
  isSecret: boolean;
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export const hostSchemes = /^(unix|tcp|ssh):\/\/./;

const anyText: Read<string> = (value) => ({ value });

const secret =
  (pattern: RegExp, problem: string): Read<Secret> =>
  (text) =>
    pattern.test(text) ? { value: new Secret(text) } : { problem };

const webAddress: Read<string> = (text) =>
  /^https?:\/\//.test(text) && URL.canParse(text)
    ? { value: text.endsWith('/') ? text : `${text}/` }
    : { problem: 'must be an http(s):// url' };

const portNumber: Read<number> = (text) =>
  /^\d{1,5}$/.test(text) && Number(text) <= 65_535
    ? { value: Number(text) }
    : { problem: 'must be a port, 0 to 65535' };

const logLevel: Read<(typeof logLevels)[number]> = (text) => {
  const value = logLevels.find((level) => level === text);
  return value ? { value } : { problem: `must be one of ${logLevels.join(', ')}` };
};

/** Every environment variable that Seawall reads, declared once: reading and documentation. */
export const variables = {
  SLACK_BOT_TOKEN: {
    read: secret(/^xoxb-\S+$/, 'must be a bot token, which starts with xoxb-'),
    default: null,
    text: 'Bot token of the Slack app; it starts with `xoxb-`.',
    isSecret: true,
  },
  SLACK_SIGNING_SECRET: {
    read: secret(/^\S+$/, 'must not hold spaces'),
    default: null,
    text: 'Set for HTTP mode: Slack posts to `/slack/events`, signed with this.',
    isSecret: true,
  },
  SLACK_APP_TOKEN: {
    read: secret(/^xapp-\S+$/, 'must be an app-level token, which starts with xapp-'),
    default: null,
    text: 'Set for Socket Mode, which needs no public address; it starts with `xapp-`.',
    isSecret: true,
  },
  SLACK_API_URL: {
    read: webAddress,
    default: 'https://slack.com/api/',
    text: "Base of Slack's Web API.",
    isSecret: false,
  },
  PORT: {
    read: portNumber,
    default: '3000',
    text: 'Port for Slack’s requests, `/healthz`, `/readyz` and `/metrics`.',
    isSecret: false,
  },
  HOST: {
    read: anyText,
    default: '127.0.0.1',
    text: 'Address that this port listens on.',
    isSecret: false,
  },
  DATABASE_URL: {
    read: secret(/^(sqlite:.|postgres(ql)?:\/\/.)/s, 'must be sqlite:PATH or postgres://…'),
    default: 'sqlite:./data/seawall.db',
    text: '`sqlite:PATH`, or `postgres://USER@HOST/NAME` for a PostgreSQL 14 or newer.',
    // A PostgreSQL url holds a password.
    isSecret: true,
  },
  SEAWALL_CONFIG: {
    read: anyText,
    default: null,
    text: 'YAML file with hosts, channels, access and policy; `./seawall.yml` if that exists.',
    isSecret: false,
  },
  DOCKER_HOST: {
    read: anyText,
    default: DEFAULT_ENGINE,
    text: 'The one host when the file names none: `unix://`, `tcp://` or `ssh://`.',
    isSecret: false,
  },
  DOCKER_TLS_VERIFY: {
    read: anyText,
    default: null,
    text: 'With any value, a `tcp://` DOCKER_HOST is reached over mutual TLS.',
    isSecret: false,
  },
  DOCKER_CERT_PATH: {
    read: anyText,
    default: null,
    text: 'Folder of `ca.pem`, `cert.pem` and `key.pem` for that; `~/.docker` when unset.',
    isSecret: false,
  },
  HTTPS_PROXY: {
    read: secret(/^\S+$/, 'must not hold spaces'),
    default: null,
    text: 'Proxy that feeds of advisories are fetched through; Node 22.21 or 24.5 and newer.',
    // It may hold a password.
    isSecret: true,
  },
  NO_PROXY: {
    read: anyText,
    default: null,
    text: 'Hosts that are reached without it, with commas between them.',
    isSecret: false,
  },
  LOG_LEVEL: {
    read: logLevel,
    default: 'info',
    text: `How much is logged: ${logLevels.map((level) => `\`${level}\``).join(', ')}.`,
    isSecret: false,
  },
} as const satisfies Record<string, Variable>;

/** Names of those that hold a secret. */
export const secretVariables: readonly string[] = Object.entries<Variable>(variables)
  .filter(([, { isSecret }]) => isSecret)
  .map(([name]) => name);

type Variables = typeof variables;

/** Values by name; null where a variable is unset and has no default. */
export type VariableValues = {
  [K in keyof Variables]:
    | Extract<ReturnType<Variables[K]['read']>, { value: unknown }>['value']
    | (Variables[K]['default'] extends string ? never : null);
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads all declared variables; an empty one counts as unset. A secret may lie in a file that
 * `NAME_FILE` names. Mistakes are added to `mistakes`, and the values are of use only when there is
 * none. Unknown variables are no mistake, since others set them too, such as a cluster that has a service
 * named `seawall`; one that is a slip away from a variable which is unset is.
 */
export function readVariables(
  environment: Environment,
  files: SecretFiles,
  mistakes: Mistake[],
): VariableValues {
  const entries = Object.entries<Variable>(variables).map(([name, variable]) => {
    const own = environment[name]?.trim() || null;
    const path = (variable.isSecret && environment[fileVariable(name)]?.trim()) || null;
    const setting = path === null ? name : fileVariable(name);
    const mistake = (text: string) => {
      mistakes.push({ place: null, setting, text });
      return [name, null];
    };
    if (own !== null && path !== null) return mistake(`is set beside ${name}; set one of them`);
    const found = path === null ? { text: own ?? variable.default } : readSecret(path, files);
    if ('problem' in found) return mistake(found.problem);
    if (found.text === null) return [name, null];
    const result = variable.read(found.text);
    return 'problem' in result ? mistake(result.problem) : [name, result.value];
  });
  mistakes.push(...misspelled(environment));
  return Object.fromEntries(entries) as VariableValues;
}

/** Of other programs too, or a slip away from one of theirs, such as `HTTP_PROXY`. */
const shared = new Set(['PORT', 'HOST', 'HTTPS_PROXY', 'NO_PROXY']);
/** What many programs call their own, a slip away from `DATABASE_URL`, `LOG_LEVEL` and `SLACK_APP_TOKEN`. */
const ofOthers = new Set(['DATABASE_URI', 'LOGLEVEL', 'SLACK_API_TOKEN']);

/** `DATABSE_URL`: left alone, it would have no effect and nobody would be told. */
function misspelled(environment: Environment): Mistake[] {
  const names = Object.entries<Variable>(variables).flatMap(([name, { isSecret }]) =>
    shared.has(name) ? [] : isSecret ? [name, fileVariable(name)] : [name],
  );
  const isSet = (name: string) => Boolean(environment[name]?.trim());
  return Object.keys(environment)
    .filter((name) => isSet(name) && !names.includes(name) && !ofOthers.has(name))
    .flatMap((setting) => {
      const meant = names.find((name) => slipsBetween(setting, name, 1) <= 1);
      return meant === undefined || isSet(meant)
        ? []
        : [
            {
              place: null,
              setting,
              text: `is no setting: ${meant} is meant? Rename it, or unset it`,
            },
          ];
    });
}

/** Names the file of a secret, as images of databases do. */
export const fileVariable = (name: string): string => `${name}_FILE`;
