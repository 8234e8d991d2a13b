import type { PowerVerdict, TakeAway } from '../answers/own-power.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { SocketGuard } from '../ports/power.ts';
import { shellWord } from './evidence-commands.ts';

/** What holds and steps depend on. `creates`: the host's level makes containers, and may. */
export interface Judged {
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
export function takeAwayOf({ verdict, host, creates, socket }: Judged): TakeAway[] {
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
