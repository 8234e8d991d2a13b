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
  [fact('capabilities beyond the default set', inspected), 'docker inspect web'],
  [fact('uid 0', 'GET /containers/{id}/top'), 'docker top web'],
  [fact('SecurityOptions', 'GET /info'), "docker info --format '{{json .SecurityOptions}}'"],
  [fact('mode of /etc/docker', 'HEAD /containers/{id}/archive'), 'stat /etc/docker'],
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
