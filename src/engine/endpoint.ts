import { posix } from 'node:path';
import { UserError } from '../shared/errors.ts';
import type { EngineEndpoint } from '../snapshot/collector.ts';

/** Paths of PEM files; the engine is verified with `ca`, Seawall proves itself with the others. */
export interface TlsFiles {
  ca: string;
  cert: string;
  key: string;
}

/** What is needed to dial an engine. */
export type Connection =
  | { kind: 'unix'; socketPath: string }
  | { kind: 'tcp'; host: string; port: number; tls: TlsFiles | null }
  | { kind: 'ssh'; host: string; port: number | null; user: string | null }
  /** Through the connection that the host itself holds. */
  | { kind: 'edge'; host: string };

export interface ParsedEndpoint {
  /** `isMutualTls` says what is declared; whether the engine demands it shows on connecting. */
  endpoint: EngineEndpoint;
  connection: Connection;
}

const HOST_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
const IPV6_ADDRESS = /^[0-9A-Fa-f:.]+$/;
const USER_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.@-]*$/;
const EDGE = 'edge://';
const EXAMPLES =
  'Use unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host; see the settings page.';

/**
 * Reads `unix:///path`, `tcp://host[:port]` or `ssh://[user@]host[:port]`, and `edge://name`, which no
 * settings may have. Ports default to 2375, or
 * 2376 with TLS, and to what ssh itself is set to. Throws `UserError` naming what is wrong.
 */
export function parseEndpoint(url: string, tls?: TlsFiles): ParsedEndpoint {
  if (url.startsWith('unix://')) return parseUnix(url, tls);
  if (url.startsWith('tcp://')) return parseTcp(url, tls);
  if (url.startsWith('ssh://')) return parseSsh(url, tls);
  if (url.startsWith(EDGE)) {
    return {
      endpoint: { kind: 'edge', url, isMutualTls: false, socketPath: null },
      connection: { kind: 'edge', host: url.slice(EDGE.length) },
    };
  }
  throw mistake(url, 'does not start with unix://, tcp:// or ssh://');
}

function parseUnix(url: string, tls: TlsFiles | undefined): ParsedEndpoint {
  const path = url.slice('unix://'.length);
  if (tls) throw mistake(url, 'is a local socket, so `tls` has no meaning');
  if (!path.startsWith('/') || path.endsWith('/')) {
    throw mistake(url, 'needs the absolute path of a socket, with three slashes');
  }
  if (path.includes('\0')) throw mistake(url, 'holds a character that no path may hold');
  const socketPath = posix.normalize(path).replace(/^\/var\/run\//, '/run/');
  return {
    endpoint: { kind: 'unix', url, isMutualTls: false, socketPath },
    connection: { kind: 'unix', socketPath: path },
  };
}

function parseTcp(url: string, tls: TlsFiles | undefined): ParsedEndpoint {
  const parts = splitAuthority(url);
  if (parts.user !== null) throw mistake(url, 'holds credentials; an engine takes certificates');
  const port = parts.port ?? (tls ? 2376 : 2375);
  return {
    endpoint: { kind: 'tcp', url, isMutualTls: tls !== undefined, socketPath: null },
    connection: { kind: 'tcp', host: parts.host, port, tls: tls ?? null },
  };
}

function parseSsh(url: string, tls: TlsFiles | undefined): ParsedEndpoint {
  if (tls) throw mistake(url, 'goes through ssh, so `tls` has no meaning');
  const { user, host, port } = splitAuthority(url);
  // Values reach the command line of ssh: nothing that reads as an option or as a shell's word.
  if (user !== null && !USER_NAME.test(user)) throw mistake(url, 'has a user that is no user name');
  return {
    endpoint: { kind: 'ssh', url, isMutualTls: false, socketPath: null },
    connection: { kind: 'ssh', host, port, user },
  };
}

function splitAuthority(url: string): { user: string | null; host: string; port: number | null } {
  if (!URL.canParse(url)) throw mistake(url, 'is not a url with a host and a port');
  const parsed = new URL(url);
  if (parsed.password !== '') throw mistake(url, 'holds a password, which would end up in logs');
  if (!['', '/'].includes(parsed.pathname) || parsed.search !== '' || parsed.hash !== '') {
    throw mistake(url, 'has something after the host and port');
  }
  const isIpv6 = parsed.hostname.startsWith('[');
  const host = isIpv6 ? parsed.hostname.slice(1, -1) : parsed.hostname;
  if (!(isIpv6 ? IPV6_ADDRESS : HOST_NAME).test(host)) throw mistake(url, 'has no valid host name');
  if (parsed.port === '0') throw mistake(url, 'has port 0');
  return {
    user: parsed.username === '' ? null : parsed.username,
    host,
    port: parsed.port === '' ? null : Number(parsed.port),
  };
}

function mistake(url: string, problem: string): UserError {
  // Everything up to the last @ may be a password, wherever a typing mistake put its slashes.
  const shown = url.replace(/^([a-z]*:\/\/)?.*@/is, '$1…@');
  return new UserError(`The engine url ${JSON.stringify(shown)} ${problem}.`, { hint: EXAMPLES });
}
