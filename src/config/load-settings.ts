import { dirname, join, resolve } from 'node:path';
import type { FeedOrigin } from '../ports/feed-sync.ts';
import type { Policy } from '../rules/policy.ts';
import type { SecretFiles } from '../shared/secret-file.ts';
import { parseDuration } from '../shared/time.ts';
import { whyKeysExposed, whySettingsExposed } from './exposed-files.ts';
import { type FileDefaults, fileDefaults } from './file-defaults.ts';
import { parseListen } from './listen-address.ts';
import { type Mistake, SettingsError } from './mistakes.ts';
import type { Secret } from './secret.ts';
import { hostSchemes, readVariables, type VariableValues } from './settings.ts';
import type { SettingsFile } from './settings-file.ts';

type FileHost = SettingsFile['hosts'][number];

/** A host as the file has it, with absolute paths; what is undefined is as usual. */
export type HostSettings = Pick<FileHost, 'name' | 'url' | 'labels' | 'evidence'> & {
  [K in Exclude<keyof FileHost, 'default'>]?: FileHost[K] | undefined;
} & { isDefault: boolean };

/** What is fetched of known vulnerabilities. */
export interface FeedSettings {
  sources: readonly FeedOrigin[];
  /** Null: only when somebody asks. */
  everyMs: number | null;
  staleAfterMs: number;
  /** Values of HTTPS_PROXY and NO_PROXY; null where unset. */
  proxy: { address: Secret | null; except: string | null };
}

/** Where hosts that dial out connect. */
export interface EdgeSettings {
  listen: { host: string; port: number };
  /** As edges dial it, with its path. */
  url: string;
  /** Paths of PEM files; null where something else ends TLS. */
  tls: { cert: string; key: string } | null;
}

/** What the file says, with absolute paths, and the environment. At least one host. */
export interface Settings
  extends Omit<SettingsFile, 'hosts' | 'policy' | 'owners' | 'feeds' | 'scans' | 'edges'> {
  hosts: HostSettings[];
  /** How old the newest scan of a host may get; null: only when somebody asks. */
  scans: { everyMs: number | null };
  feeds: FeedSettings;
  /** Where hosts that dial out connect; null: nowhere. */
  edges: EdgeSettings | null;
  policy: Policy;
  owners: NonNullable<SettingsFile['owners']> | null;
  slack: {
    botToken: Secret | null;
    signingSecret: Secret | null;
    appToken: Secret | null;
    /** Ends in a slash. */
    apiUrl: string;
  };
  http: { port: number; host: string };
  databaseUrl: Secret;
  logLevel: VariableValues['LOG_LEVEL'];
  /** Who else may change the settings file or use keys that it names, in sentences. */
  exposedFiles: readonly string[];
}

export interface SettingsSources extends SecretFiles {
  environment: Readonly<Record<string, string | undefined>>;
  /** Relative paths start here; those inside the file start at the file. */
  cwd: string;
}

/**
 * Reads all settings, or rejects with one `SettingsError` with every mistake: nothing starts
 * half-configured. No value of a secret is in the error.
 */
export async function loadSettings(sources: SettingsSources): Promise<Settings> {
  const mistakes: Mistake[] = [];
  const { environment, cwd } = sources;
  const files = {
    readFile: (path: string) => sources.readFile(resolve(cwd, path)),
    guardOf: (path: string) => sources.guardOf(resolve(cwd, path)),
  };
  const values = readVariables(environment, files, mistakes);
  const { file, folder, exposed } = await loadFile(sources, values, mistakes);
  const hosts =
    file.hosts.length > 0
      ? file.hosts.map((host) => toHost(host, folder))
      : [hostOfEnvironment(values, sources, mistakes)];
  if (mistakes.length > 0) throw new SettingsError(mistakes);
  const edges = toEdges(file.edges, folder);
  return {
    ...file,
    hosts,
    history: withAuditFile(file.history, folder),
    // `off` is no duration; the file refuses any other that is none.
    scans: { everyMs: parseDuration(file.scans.every) },
    feeds: toFeeds(file.feeds, values),
    edges,
    owners: file.owners ?? null,
    slack: {
      botToken: values.SLACK_BOT_TOKEN,
      signingSecret: values.SLACK_SIGNING_SECRET,
      appToken: values.SLACK_APP_TOKEN,
      apiUrl: values.SLACK_API_URL,
    },
    http: { port: values.PORT, host: values.HOST },
    databaseUrl: values.DATABASE_URL,
    logLevel: values.LOG_LEVEL,
    exposedFiles: [...exposed, ...whyKeysExposed(keysOf(hosts, edges), files)],
  };
}

/** Private keys: what a host is reached with, and what edges are shown. */
const keysOf = (hosts: readonly HostSettings[], edges: EdgeSettings | null) => [
  ...hosts.flatMap(({ name, tls }) =>
    tls === undefined ? [] : [{ setting: `tls.key of ${name}`, path: tls.key }],
  ),
  ...(edges?.tls ? [{ setting: 'edges.key', path: edges.tls.key }] : []),
];

const toFeeds = (
  { sources, every, staleAfter }: FileDefaults['feeds'],
  { HTTPS_PROXY: address, NO_PROXY: except }: VariableValues,
): FeedSettings => ({
  sources,
  // `off` is no duration; the file refuses any other that is none.
  everyMs: parseDuration(every),
  staleAfterMs: parseDuration(staleAfter) ?? 0,
  proxy: { address, except },
});

function toEdges(edges: FileDefaults['edges'], folder: string): EdgeSettings | null {
  if (edges === undefined) return null;
  const { listen, url, cert, key } = edges;
  const address = new URL(url);
  if (address.pathname === '/') address.pathname = '/edge';
  const hasTls = cert !== undefined && key !== undefined;
  return {
    listen: parseListen(listen) ?? { host: '0.0.0.0', port: 0 },
    url: address.href,
    tls: hasTls ? { cert: resolve(folder, cert), key: resolve(folder, key) } : null,
  };
}

const withAuditFile = (history: Settings['history'], folder: string): Settings['history'] =>
  history.auditFile === undefined
    ? history
    : { ...history, auditFile: resolve(folder, history.auditFile) };

async function loadFile(
  { readFile, guardOf, cwd }: SettingsSources,
  { SEAWALL_CONFIG: named, DOCKER_HOST: dockerHost }: VariableValues,
  mistakes: Mistake[],
): Promise<{ file: FileDefaults; folder: string; exposed: string[] }> {
  const shownPath = named ?? 'seawall.yml';
  const path = resolve(cwd, shownPath);
  const nothing = { file: fileDefaults, folder: dirname(path), exposed: [] };
  const onlyHost = nameOf(dockerHost);
  let text: string | null;
  try {
    text = readFile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    mistakes.push({ place: null, setting: shownPath, text: `cannot be read: ${reason}` });
    return nothing;
  }
  if (text === null) {
    if (named !== null) {
      const mistake = `names a file that does not exist: ${path}`;
      mistakes.push({ place: null, setting: 'SEAWALL_CONFIG', text: mistake });
    }
    return nothing;
  }
  const { readSettingsFile } = await import('./read-settings-file.ts');
  const file = readSettingsFile({ file: shownPath, text, onlyHost }, mistakes);
  const exposed = whySettingsExposed(path, shownPath, { guardOf });
  return { ...nothing, file: file ?? nothing.file, exposed: exposed === null ? [] : [exposed] };
}

function toHost({ default: isDefault, ...host }: FileHost, folder: string): HostSettings {
  const absolute = (path: string): string => resolve(folder, path);
  const { tls, busybox } = host;
  return {
    ...host,
    isDefault,
    tls: tls && { ca: absolute(tls.ca), cert: absolute(tls.cert), key: absolute(tls.key) },
    busybox: busybox && absolute(busybox),
  };
}

/** The host that the docker command line would use with this environment. */
function hostOfEnvironment(
  values: VariableValues,
  { environment, cwd }: SettingsSources,
  mistakes: Mistake[],
): HostSettings {
  const url = values.DOCKER_HOST;
  if (!hostSchemes.test(url)) {
    const text = 'must start with unix://, tcp:// or ssh://';
    mistakes.push({ place: null, setting: 'DOCKER_HOST', text });
  }
  // As in docker: any value counts, and a folder of certificates alone turns nothing on.
  const wantsTls = values.DOCKER_TLS_VERIFY !== null && url.startsWith('tcp://');
  const home = environment.HOME ?? '';
  const folder = resolve(cwd, values.DOCKER_CERT_PATH ?? join(home, '.docker'));
  return {
    name: nameOf(url),
    url,
    tls: wantsTls
      ? { ca: join(folder, 'ca.pem'), cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
      : undefined,
    isDefault: true,
    labels: {},
    evidence: 'api',
  };
}

/** `local` for a socket, else the host in the url, in the letters that a name may have. */
function nameOf(url: string): string {
  if (url.startsWith('unix://') || !URL.canParse(url)) return 'local';
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '').replaceAll(':', '-');
  return host.replace(/^-+/, '') || 'local';
}
