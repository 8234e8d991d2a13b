import { evidenceCommand } from '../../src/inspections/evidence-commands.ts';

const container = { subjectKind: 'container' as const, subjects: ['web'] };
const inspected = 'GET /containers/{id}/json';
const fact = (path: string, source: string) => ({ path, value: true, source });

test.each([
  [
    fact('HostConfig.Privileged', inspected),
    "docker inspect --format '{{json .HostConfig.Privileged}}' web",
  ],
  [
    fact('Config.Env[DB_PASSWORD]', inspected),
    "docker inspect --format '{{json .Config.Env}}' web",
  ],
  [fact('Mounts under /dev', inspected), "docker inspect --format '{{json .Mounts}}' web"],
  [
    fact('capabilities beyond the default set', inspected),
    "docker inspect --format '{{json .HostConfig.CapAdd}} {{json .HostConfig.CapDrop}} {{json .HostConfig.Privileged}}' web",
  ],
  [
    fact('memory-limit (configured)', inspected),
    "docker inspect --format '{{json .HostConfig.Memory}}' web",
  ],
  // A template fails on what is missing on the way.
  [fact('State.Health.Status', inspected), "docker inspect --format '{{json .State.Health}}' web"],
  [
    fact('NetworkSettings.Networks of proxy', inspected),
    "docker inspect --format '{{json .NetworkSettings.Networks}}' proxy",
  ],
  [fact('uid 0', 'GET /containers/{id}/top'), 'docker top web -eo pid,euid,comm'],
  [fact('ns-net (seen)', 'GET /containers/{id}/top'), 'docker top web -eo pid,netns,comm'],
  [
    fact('memory-limit (effective)', 'GET /containers/{id}/stats'),
    "docker stats --no-stream --format '{{json .MemUsage}}' web",
  ],
  [
    fact('pids-limit (effective)', 'GET /containers/{id}/stats'),
    `id=$(docker inspect --format '{{.Id}}' web) && sudo find /sys/fs/cgroup -path "*$id*" -name pids.max -exec grep -H . {} +`,
  ],
  [fact('read (effective)', 'GET /containers/{id}/stats'), null],
  [fact('ProcessConfig.user', 'GET /exec/{id}/json'), 'docker top web -eo pid,ppid,euid,args'],
  [
    fact('ProcessConfig.privileged', 'GET /exec/{id}/json'),
    'for pid in $(docker top web -eo pid | tail -n +2); do grep -sH CapBnd "/proc/$pid/status"; done; docker top web -eo pid,args',
  ],
  [fact('Running', 'GET /exec/{id}/json'), null],
  [
    fact('live-restore', 'GET /containers/{id}/archive'),
    'sudo grep -s . /etc/docker/daemon.json; ps -o args= -C dockerd',
  ],
  [fact('group of the socket in the settings', 'GET /containers/{id}/archive'), null],
  [
    fact('seccomp (effective)', '/proc/PID/status'),
    "sudo cat /proc/$(docker inspect --format '{{.State.Pid}}' web)/status",
  ],
  [fact('Name', '/proc/PID/status'), 'docker top web -eo pid,euid,comm'],
  [fact('FirewallBackend.Driver', 'GET /info'), 'docker info'],
  [
    fact('Spec.TaskTemplate.RestartPolicy.MaxAttempts', 'GET /services'),
    "docker service inspect --format '{{.Spec.Name}} {{json .Spec.TaskTemplate.RestartPolicy}}' $(docker service ls --quiet)",
  ],
  [fact('privileges of a$(b):1', 'GET /plugins'), "docker plugin inspect 'a$(b):1'"],
  [
    fact('Id of registry.example/web:1', 'GET /images/json'),
    "docker image inspect --format '{{json .Id}}' registry.example/web:1",
  ],
  [fact('SecurityOptions', 'GET /info'), "docker info --format '{{json .SecurityOptions}}'"],
  [fact('mode of /etc/docker', 'HEAD /containers/{id}/archive'), 'stat /etc/docker'],
  [fact('members of the group docker', 'GET /containers/{id}/archive'), 'getent group docker'],
  [fact('allowed.users', 'seawall.yml'), null],
])('%j is seen with %j', (evidence, command) => {
  expect(evidenceCommand(evidence, container)).toBe(command);
});

test.each([
  ['$(reboot)', "'$(reboot)'"],
  ["a'; reboot; '", `'a'\\''; reboot; '\\'''`],
  ['-f', "'-f'"],
  ['a b', "'a b'"],
])('the name %j is one harmless word of a shell', (name, word) => {
  const evidence = fact('id', inspected);

  expect(evidenceCommand(evidence, { ...container, subjects: [name] })).toBe(
    `docker inspect ${word}`,
  );
});

test('a finding of another kind has no command of a container', () => {
  const engine = { subjectKind: 'engine' as const, subjects: ['engine'] };

  expect(evidenceCommand(fact('State', inspected), engine)).toBeNull();
});
