import { dirname, join, resolve } from 'node:path';
import type { Policy } from '../rules/policy.ts';
import { fileDefaults } from './file-defaults.ts';
import { type Mistake, SettingsError } from './mistakes.ts';
import type { Secret } from './secret.ts';
import { hostSchemes, readVariables, type SecretFiles, type VariableValues } from './settings.ts';
import type { ChannelSettings, SettingsFile } from './settings-file.ts';

export interface HostSettings {
  name: string;
  /** `unix://…`, `tcp://…` or `ssh://…`; the engine's edge reads the rest of it. */
  url: string;
  /** Absolute paths of PEM files; undefined without TLS. Only with `tcp://`. */
  tls: { ca: string; cert: string; key: string } | undefined;
  isDefault: boolean;
  labels: Readonly<Record<string, string>>;
  evidence: 'api' | 'files' | 'kernel';
  /** Its events are listened to unless this is false. */
  watch?: boolean | undefined;
  /** Absolute path of the program of the level `kernel`; undefined for where it usually lies. */
  busybox?: string | undefined;
  /** Time limits; undefined for the usual ones. */
  scanSeconds?: number | undefined;
  callSeconds?: number | undefined;
  probeStartSeconds?: number | undefined;
}

export interface Settings {
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
  /** At least one. */
  hosts: HostSettings[];
  channels: ChannelSettings[];
  digests: SettingsFile['digests'];
  /** The path in it is absolute. */
  history: SettingsFile['history'];
  /** Undefined: what cannot be delivered is in the log alone. */
  operators: SettingsFile['operators'];
  /** Ids of users, user groups and channels, the word `everyone`, and ids of other teams. */
  access: SettingsFile['access'];
  /** How much may be asked in Slack within a minute. */
  rates: SettingsFile['rates'];
  policy: Policy;
  /** Which label tells the owner of a container, and which user group stands for each of its values. */
  owners: NonNullable<SettingsFile['owners']> | null;
}

/** What settings are read from. */
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
  const { file, folder } = await loadFile(sources, values, mistakes);
  const hosts =
    file.hosts.length > 0
      ? file.hosts.map((host) => toHost(host, folder))
      : [hostOfEnvironment(values, sources, mistakes)];
  if (mistakes.length > 0) throw new SettingsError(mistakes);
  return {
    slack: {
      botToken: values.SLACK_BOT_TOKEN,
      signingSecret: values.SLACK_SIGNING_SECRET,
      appToken: values.SLACK_APP_TOKEN,
      apiUrl: values.SLACK_API_URL,
    },
    http: { port: values.PORT, host: values.HOST },
    databaseUrl: values.DATABASE_URL,
    logLevel: values.LOG_LEVEL,
    hosts,
    channels: file.channels,
    digests: file.digests,
    history: withAuditFile(file.history, folder),
    operators: file.operators,
    access: file.access,
    rates: file.rates,
    policy: file.policy,
    owners: file.owners ?? null,
  };
}

const withAuditFile = (history: Settings['history'], folder: string): Settings['history'] =>
  history.auditFile === undefined
    ? history
    : { ...history, auditFile: resolve(folder, history.auditFile) };

type FileSettings = Omit<SettingsFile, 'policy'> & Pick<Settings, 'policy'>;

async function loadFile(
  { readFile, cwd }: SettingsSources,
  { SEAWALL_CONFIG: named, DOCKER_HOST: dockerHost }: VariableValues,
  mistakes: Mistake[],
): Promise<{ file: FileSettings; folder: string }> {
  const shownPath = named ?? 'seawall.yml';
  const path = resolve(cwd, shownPath);
  const nothing = { file: fileDefaults, folder: dirname(path) };
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
  return { ...nothing, file: file ?? nothing.file };
}

function toHost(host: SettingsFile['hosts'][number], folder: string): HostSettings {
  const { name, url, tls, default: isDefault, labels, evidence, watch, busybox } = host;
  const { scanSeconds, callSeconds, probeStartSeconds } = host;
  const absolute = (path: string): string => resolve(folder, path);
  return {
    name,
    url,
    tls: tls
      ? { ca: absolute(tls.ca), cert: absolute(tls.cert), key: absolute(tls.key) }
      : undefined,
    isDefault,
    labels,
    evidence,
    watch,
    busybox: busybox === undefined ? undefined : absolute(busybox),
    scanSeconds,
    callSeconds,
    probeStartSeconds,
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
