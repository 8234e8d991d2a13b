import type { FixChange } from './finding-answers.ts';
import type { StoredFinding } from './ports.ts';

type Values = (path: string) => string[];

/** What to write for each rule; `values` gives what was seen under a path of the evidence. */
const changes: Readonly<Record<string, (values: Values) => FixChange>> = {
  'no-privileged-container': () => ({
    run: 'leave out --privileged',
    compose: 'privileged: false',
  }),
  'no-host-network': () => ({
    run: 'leave out --network host; publish ports with --publish 127.0.0.1:PORT:PORT',
    compose: 'remove network_mode: host',
  }),
  'no-host-pid': () => ({ run: 'leave out --pid host', compose: 'remove pid: host' }),
  'no-host-ipc': () => ({ run: 'leave out --ipc host', compose: 'remove ipc: host' }),
  'no-host-uts': () => ({ run: 'leave out --uts host', compose: 'remove uts: host' }),
  'no-host-userns': () => ({
    run: 'leave out --userns host',
    compose: 'remove userns_mode: host',
  }),
  'no-added-capabilities': (values) => {
    const added = values('HostConfig.CapAdd');
    return {
      run: without('--cap-add', added),
      compose: `remove from cap_add: ${added.join(', ') || 'what it adds'}`,
    };
  },
  'no-docker-socket-mount': (values) => withoutMounts(values('Mounts')),
  'no-sensitive-mount': (values) => withoutMounts(values('Mounts')),
  'no-host-device': (values) => ({
    run: without('--device', values('HostConfig.Devices')),
    compose: `remove from devices: ${values('HostConfig.Devices').join(', ') || 'what it names'}`,
  }),
  'no-new-privileges': () => ({
    run: 'add --security-opt no-new-privileges',
    compose: 'security_opt: ["no-new-privileges:true"]',
  }),
  'no-seccomp-off': () => ({
    run: 'leave out --security-opt seccomp=unconfined',
    compose: 'remove seccomp=unconfined from security_opt',
  }),
  'apparmor-profile': () => ({
    run: 'leave out --security-opt apparmor=unconfined',
    compose: 'remove apparmor=unconfined from security_opt',
  }),
  'no-root-user': () => ({ run: 'add --user 1000:1000', compose: 'user: "1000:1000"' }),
  'read-only-rootfs': () => ({
    run: 'add --read-only, and --tmpfs /tmp where it must write',
    compose: 'read_only: true',
  }),
  'memory-limit': () => ({ run: 'add --memory 256m', compose: 'mem_limit: 256m' }),
  'pids-limit': () => ({ run: 'add --pids-limit 100', compose: 'pids_limit: 100' }),
  'cpu-limit': () => ({ run: 'add --cpus 1.5', compose: 'cpus: 1.5' }),
  'restart-limit': () => ({
    run: 'use --restart on-failure:5',
    compose: 'restart: on-failure:5',
  }),
  'no-public-port': (values) => {
    const ports = values('NetworkSettings.Ports').join(', ');
    return {
      run: `publish on one address: --publish 127.0.0.1:PORT:PORT, now ${ports}`,
      compose: `ports: ["127.0.0.1:PORT:PORT"], now ${ports}`,
    };
  },
};

/** The exact change for the subject of a finding; null where its rule has only words. */
export function fixChange({ rule, evidence }: StoredFinding): FixChange | null {
  const values: Values = (path) =>
    evidence
      .filter((fact) => fact.path === path)
      .flatMap(({ value }) =>
        typeof value === 'object' ? [...(value ?? [])] : value === '' ? [] : [String(value)],
      );
  return changes[rule]?.(values) ?? null;
}

const without = (flag: string, values: readonly string[]) =>
  `leave out ${values.map((value) => `${flag} ${value}`).join(' ') || flag}`;

const withoutMounts = (mounts: readonly string[]): FixChange => ({
  run: without('--volume', mounts),
  compose: `remove from volumes: ${mounts.join(', ')}`,
});
