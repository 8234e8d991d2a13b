import type { HostSurface } from '../answers/surface-answer.ts';
import type { SurfaceOfContainer } from '../ports/stored.ts';
import { counted, listed } from '../shared/text.ts';
import type { OutwardPort } from '../surface/outward-ports.ts';
import { tableByHosts } from './alike-hosts.ts';
import { heading, list, note, type Part, paragraph, strong } from './document.ts';

/** Rows of the table; more are counted. */
const ROWS_MAX = 90;

const scopes: Readonly<Record<OutwardPort['scope'], string>> = {
  loopback: 'this host alone',
  'one-address': 'one address',
  'every-address': 'every address',
};

interface PortOf {
  of: SurfaceOfContainer;
  port: OutwardPort;
}

/** Published ports behind which nobody answers, as one line; nothing where none is known. */
export function deadPortParts(containers: readonly SurfaceOfContainer[]): Part[] {
  const dead = portsOf(containers).filter(({ port }) => port.listening.state === 'dead');
  if (dead.length === 0) return [];
  const names = dead.map(({ of, port }) => `${opensText(port)} of ${of.name} on ${of.host}`);
  return [paragraph(strong(`${counted(dead.length, 'dead port')}: `), `${listed(names)}.`)];
}

/** What hosts do with the ports that containers publish, each sentence once with its hosts. */
export function firewallParts(totals: readonly HostSurface[]): Part[] {
  const bySentence = Map.groupBy(totals, ({ publishing }) => publishing?.firewall ?? null);
  return list(
    [...bySentence].map(
      ([sentence, hosts]) =>
        sentence !== null && [strong(listed(hosts.map(({ host }) => host))), `: ${sentence}`],
    ),
  );
}

/** Every port that faces outward, as it really binds; nothing where none is known. */
export function outwardPortParts(containers: readonly SurfaceOfContainer[]): Part[] {
  const all = portsOf(containers);
  if (all.length === 0) return [];
  const hidden = all.length - ROWS_MAX;
  return [
    heading('Outward ports'),
    ...tableByHosts(
      ['container', 'host', 'opens', 'for', 'leads to', 'by', 'behind it'],
      all
        .slice(0, ROWS_MAX)
        .map(({ of, port }) => [
          of.name,
          of.host,
          opensText(port),
          scopeText(port),
          String(port.containerPort),
          viaText(port),
          listeningText(port),
        ]),
    ),
    ...linkParts(all),
    ...(hidden > 0 ? [note(`… and ${counted(hidden, 'more port')}; --json has all.`)] : []),
  ];
}

function scopeText({ scope, isOpenToLinks }: OutwardPort): string {
  if (isOpenToLinks === undefined) return scopes[scope];
  const own = scope === 'loopback' ? 'this host' : scopes[scope];
  return isOpenToLinks ? `${own} and its links` : `${own}, perhaps its links`;
}

/** What the links are that the table names; nothing where it names none. */
function linkParts(ports: readonly PortOf[]): Part[] {
  const states = new Set(ports.map(({ port }) => port.isOpenToLinks));
  const isUnknown = states.has(null);
  if (!isUnknown && !states.has(true)) return [];
  const unknown =
    'Whether that is so hangs on settings of the engine that were not read, or on rules of the host that are not its own.';
  return [
    note(
      `A machine on a link of the host that sends it packets for the address of a container, or a loopback one, reaches a published port past its address, unless the engine drops them, as it does from version 28 on where nothing tells it otherwise.${isUnknown ? ` ${unknown}` : ''}`,
    ),
  ];
}

const portsOf = (containers: readonly SurfaceOfContainer[]): PortOf[] =>
  containers.flatMap((of) =>
    of.surface?.ports.state === 'read' ? of.surface.ports.value.map((port) => ({ of, port })) : [],
  );

function opensText({ address, family, hostPort, protocol }: OutwardPort): string {
  const shown = family === 'ipv6' ? `[${address}]` : address || '*';
  return `${shown}:${hostPort}/${protocol}`;
}

function viaText({ via, through }: OutwardPort): string {
  const by = through.length > 0 ? ` through ${through.join(' → ')}` : '';
  return (
    {
      published: 'published',
      joined: 'a joined network',
      'host-network': 'the host’s network',
      'own-address': 'its own address',
    }[via] + by
  );
}

function listeningText({ listening }: OutwardPort): string {
  if (listening.state === 'listening') return 'listens';
  return listening.state === 'dead'
    ? `nobody: ${listening.because}`
    : `unknown: ${listening.reason}`;
}
