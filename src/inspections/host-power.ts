import type {
  HostPower,
  PowerVerdict,
  ScopePower,
  SlackPower,
  TakeAway,
} from '../answers/own-power.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { EngineDoorFacts, SlackGrant, SocketGuard, TriedCall } from '../ports/power.ts';
import type { KernelProbeEndpoint } from '../snapshot/collector.ts';
import { harmlessWrites, nobodyId, noSuchPath, unneededReads } from '../snapshot/power-calls.ts';
import { shellWord } from './evidence-commands.ts';

const powers: ReadonlyMap<string, string> = new Map(
  [...unneededReads, ...harmlessWrites].map(({ call, power }) => [call, power]),
);
const ROOT = 'root on the host: whoever may create a container there can have everything in it';
/** What the listed calls themselves would let another program read. */
const WITHIN_NEED = [
  'within the calls it needs: any single file of a container (`archive`), and arguments of',
  'processes (`top`); Seawall asks for neither beyond what its collectors declare',
].join(' ');
/** An archive call is a GET that makes the engine work, see `archiveEffect`. */
const ARCHIVE_SETS_UP = [
  'within the calls it needs: with any call of `archive` the engine sets up the mounts of that container, which',
  'creates missing folders on the host as root and mounts shares; at the level api Seawall asks only',
  'where nothing of that can happen',
].join(' ');

/** What Seawall may do on a host, judged by what was tried there. */
export function hostPower(host: HostDeclaration, facts: EngineDoorFacts): HostPower {
  const isNeeded = ({ call }: TriedCall) => facts.needs.includes(call as KernelProbeEndpoint);
  const hasPlugin = facts.unneeded.some(({ by }) => by === 'engine');
  const beyondNeed = [...facts.unneeded, ...(facts.writes ?? [])]
    .filter((tried) => !isNeeded(tried) && !(hasPlugin && tried.call === noSuchPath))
    .map((tried) => ({ ...tried, power: powers.get(tried.call) ?? '' }));
  const verdict = verdictOf(facts, beyondNeed);
  const isKnown = verdict !== 'unknown';
  const neededWrites = (facts.writes ?? []).filter(isNeeded);
  // Creating is not tried: of it nothing proves that nothing happens. What goes with it is.
  const creates = host.evidence !== 'api' && !neededWrites.every(isRefused);
  return {
    host: host.name,
    url: host.endpoint.url,
    kind: host.endpoint.kind,
    evidence: host.evidence,
    verdict,
    proof: proofOf(facts, beyondNeed),
    holds: isKnown ? holdsOf({ verdict, host, creates, beyondNeed, socket: facts.socket }) : [],
    needs: [...facts.needs],
    needed: [...facts.needed, ...neededWrites],
    beyondNeed,
    wereWritesTried: facts.writes !== null,
    createsContainers: isKnown && creates,
    socket: facts.socket,
    takeAway: isKnown ? takeAwayOf({ verdict, host, creates, socket: facts.socket }) : [],
    check: isKnown && facts.writes === null ? checkOf(host) : null,
  };
}

const isWrite = ({ call }: TriedCall) => !/^(GET|HEAD) /.test(call);
const isAnswered = ({ outcome }: TriedCall) => outcome === 'answered';
const isRefused = ({ outcome }: TriedCall) => outcome === 'refused';

function verdictOf(facts: EngineDoorFacts, beyond: readonly TriedCall[]): PowerVerdict {
  if (facts.problem !== null) return 'unknown';
  if (beyond.some((tried) => isWrite(tried) && isAnswered(tried))) return 'full-access';
  if (beyond.every(isRefused)) return 'needed-calls-only';
  if (!beyond.some(isAnswered)) return 'unknown';
  return beyond.some(isRefused) ? 'more-than-needed' : 'full-access-assumed';
}

function proofOf({ problem, writes }: EngineDoorFacts, beyond: readonly TriedCall[]): string {
  if (problem !== null) return `No call could be tried: ${problem}.`;
  const count = (is: (tried: TriedCall) => boolean) => beyond.filter(is).length;
  const said = [
    [count(isAnswered), 'answered by the engine'],
    [count(({ by }) => by === 'before-engine'), 'refused before the engine'],
    [count(({ by }) => by === 'engine'), 'refused by the engine’s authorization plugin'],
    [count(({ outcome }) => outcome === 'unclear'), 'answered in a way that proves nothing'],
  ] as const;
  const outcomes = said.filter(([found]) => found > 0).map(([found, how]) => `${found} ${how}`);
  const kinds = writes === null ? 'reading test calls' : 'test calls';
  return [
    beyond.length > 0 && beyond.every(isAnswered)
      ? `Nothing filters us: the engine answered all ${beyond.length} ${kinds} that we do not need.`
      : `Of ${beyond.length} ${kinds} that we do not need: ${outcomes.join(', ')}.`,
    writes === null
      ? 'Writing calls were not tried: at the level api Seawall makes none.'
      : 'Writing calls were among them.',
  ].join(' ');
}

function holdsOf(power: Judged & Pick<HostPower, 'beyondNeed'>): string[] {
  const { verdict, host, creates, socket, beyondNeed } = power;
  const isAssumed = verdict === 'full-access-assumed';
  return [
    ...(verdict === 'full-access' || creates ? [ROOT] : isAssumed ? [`${ROOT} (assumed)`] : []),
    ...(creates ? [`creating containers, which the level ${host.evidence} needs`] : []),
    ...(host.inventory === 'full'
      ? ['every file of every container (`export`), which `inventory: full` needs']
      : []),
    ...beyondNeed.filter(isAnswered).map(({ power }) => power),
    ...(host.endpoint.kind === 'ssh'
      ? ['a login on the host, unless its key is bound to one command there']
      : []),
    ...(socket?.heldAs === 'root' ? ['whatever root may where Seawall itself runs'] : []),
    WITHIN_NEED,
    ARCHIVE_SETS_UP,
  ];
}

/** The engine says that there is no such container, or what stands before it says no. */
const checkOf = ({ endpoint }: HostDeclaration): string =>
  `docker --host ${shellWord(endpoint.url)} start ${nobodyId}`;

/** What the bot token may do against what is used of it: what is lacking and what is too much. */
export function slackPower({ granted, needed }: SlackGrant): SlackPower {
  if (granted === null || 'unknownReason' in granted) {
    const unknownReason = granted?.unknownReason ?? null;
    return { hasToken: granted !== null, unknownReason, scopes: [], takeAway: [] };
  }
  const used = needed.map(({ scope, neededFor, without }): ScopePower => {
    const state = granted.scopes.includes(scope) ? 'granted' : 'missing';
    return { scope, state, neededFor, without };
  });
  const isUsed = (scope: string) => needed.some((one) => one.scope === scope);
  const unneeded = granted.scopes
    .filter((scope) => !isUsed(scope))
    .map((scope): ScopePower => ({ scope, state: 'unneeded', neededFor: null, without: null }));
  return {
    hasToken: true,
    unknownReason: null,
    scopes: [...used, ...unneeded],
    takeAway: unneeded.length > 0 ? takeAway : [],
  };
}

/** Scopes of a token only grow: installing again adds, and takes nothing away. */
const takeAway: TakeAway[] = [
  {
    what: 'Remove the unused scopes on https://api.slack.com/apps, under “OAuth & Permissions”.',
    command: null,
  },
  {
    what: 'Then revoke the token there, since its scopes only grow, install the app again and start with the new token in:',
    command: 'SLACK_BOT_TOKEN',
  },
];

/** What holds and steps depend on. `creates`: the host's level makes containers, and may. */
interface Judged {
  verdict: PowerVerdict;
  host: HostDeclaration;
  creates: boolean;
  socket: SocketGuard | null;
}

/** Where the proxy of `deploy/socket-proxy` listens; a test compares. */
export const proxySocket = '/run/haproxy/seawall.sock';

const INSTALL = [
  'sudo groupadd --system --force seawall',
  'sudo install -m 644 deploy/socket-proxy/haproxy.cfg /etc/haproxy/haproxy.cfg',
  'sudo systemctl restart haproxy',
].join(' && ');
const FORCED = `restrict,command="env DOCKER_HOST=unix://${proxySocket} docker system dial-stdio"`;

/** What takes from Seawall what it does not need on a host; empty when it holds no more. */
function takeAwayOf({ verdict, host, creates, socket }: Judged): TakeAway[] {
  const { evidence, endpoint } = host;
  if (evidence !== 'api') {
    const what = creates
      ? `The level ${evidence} has to create containers, and no proxy that lets that through takes the power away. To give it up, in seawall.yml, and then see what is left here:`
      : `The level ${evidence} cannot do its work through this door. In seawall.yml:`;
    return [{ what, command: 'evidence: api' }, ...ownSteps(socket)];
  }
  if (verdict === 'needed-calls-only') return ownSteps(socket);
  const where = endpoint.kind === 'unix' ? 'before the engine' : 'on the machine of the engine';
  const install = { what: `Put the read-only proxy ${where}:`, command: INSTALL };
  switch (endpoint.kind) {
    case 'unix': {
      const command = `url: unix://${proxySocket}`;
      return [
        install,
        { what: 'Use it, in seawall.yml:', command },
        ...groupSteps(socket),
        ...ownSteps(socket),
      ];
    }
    case 'ssh':
      return [
        install,
        {
          what: 'Bind Seawall’s key to it, in front of the key in authorized_keys of its user there:',
          command: FORCED,
        },
        {
          what: 'Let that user open the proxy alone, e.g. for the user seawall:',
          command: 'sudo usermod --groups seawall seawall',
        },
      ];
    case 'tcp':
      return [
        install,
        {
          what: 'Reach it over ssh, with a key that is bound to it (docs/socket-proxy.md), in seawall.yml:',
          command: `url: ssh://seawall@${new URL(endpoint.url).hostname}`,
        },
        {
          what: endpoint.isMutualTls
            ? 'Then withdraw the client certificate: an engine lets every certificate do everything.'
            : 'Then close the port of the engine: it lets everybody who reaches it do everything.',
          command: null,
        },
      ];
    case 'edge':
      // Its edge makes those calls alone, whoever asks; what it may is a matter of its machine.
      return [];
  }
}

/** A proxy protects nothing from a process that may open the engine's own socket beside it. */
function ownSteps(socket: SocketGuard | null): TakeAway[] {
  if (socket?.heldAs === 'root') {
    const what =
      'Run Seawall as a user of its own: root may open the engine’s socket, whatever proxy stands beside it.';
    return [{ what, command: 'sudo useradd --system --groups seawall seawall' }];
  }
  if (socket?.heldAs === 'anyone') {
    const what = 'Close the socket to everybody else on its machine:';
    return [{ what, command: `sudo chmod o-rwx ${shellWord(socket.path)}` }];
  }
  return [];
}

function groupSteps(socket: SocketGuard | null): TakeAway[] {
  if (socket?.heldAs !== 'group') return [];
  const user = `"$(id -nu ${socket.ownUid})"`;
  const group = `"$(getent group ${socket.gid} | cut -d: -f1)"`;
  return [
    {
      what: 'Move Seawall’s user from the group of the engine’s socket into that of the proxy:',
      command: `sudo usermod --append --groups seawall ${user} && sudo gpasswd --delete ${user} ${group}`,
    },
  ];
}
