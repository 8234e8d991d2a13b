import { hostsOfChannel } from '../../src/command/hosts-meant.ts';
import { parseLine } from '../../src/command/parse-line.ts';
import type { HostDeclaration } from '../../src/ports/declarations.ts';
import { commands, rules } from '../../src/programs/assemble.ts';
import { UserError } from '../../src/shared/errors.ts';

const declared = (name: string, labels: HostDeclaration['labels'], isDefault = false) =>
  ({ name, labels, isDefault, endpoint: { kind: 'unix' }, evidence: 'api' }) as never;
const hosts: HostDeclaration[] = [
  declared('web-1', { team: 'shop', env: 'prod' }, true),
  declared('web-2', { team: 'shop', env: 'stage', remark: 'shop of the old days' }),
  declared('db-1', { team: 'data', env: 'prod', tier: 'stage' }),
  declared('prod', { team: 'data', env: 'dev' }),
];
const parse = (line: string) => parseLine(line, { commands, rules, hosts });
const meant = (line: string) => parse(line).request.hosts.map(({ name }) => name);
function mistake(line: string): UserError {
  try {
    parse(line);
  } catch (error) {
    if (error instanceof UserError) return error;
  }
  throw new Error(`“${line}” is no mistake`);
}

test.each([
  ['findings on web-1', ['web-1']],
  ['findings on WEB-1,db-1', ['web-1', 'db-1']],
  ['findings on all', ['web-1', 'web-2', 'db-1', 'prod']],
  ['findings on team=shop', ['web-1', 'web-2']],
  ['findings on TEAM=Shop', ['web-1', 'web-2']],
  ['findings on team=shop,env=prod', ['web-1']],
  ['findings on team=shop env=prod', ['web-1']],
  ['findings on team=shop, env=prod', ['web-1']],
  ['findings on shop and env=prod', ['web-1']],
  // No host has two values of one label: either is meant.
  ['findings on env=prod env=stage', ['web-1', 'web-2', 'db-1']],
  ['findings on team=shop,env=prod,env=stage', ['web-1', 'web-2']],
  ['findings on env=prod,env=stage not team=data', ['web-1', 'web-2']],
  ['findings on shop', ['web-1', 'web-2']],
  ['findings on not shop', ['db-1', 'prod']],
  ['findings on not env=prod', ['web-2', 'prod']],
  ['findings on not shop,web-2', ['db-1', 'prod']],
  ['findings on team=shop not web-2', ['web-1']],
  ['findings on team=shop and not env=stage', ['web-1']],
  ['findings on all not data', ['web-1', 'web-2']],
  // The name of a host comes before the value of a label.
  ['findings on prod', ['prod']],
  ['findings on not prod', ['web-1', 'web-2', 'db-1']],
  ['findings', ['web-1']],
])('%s', (line, names) => {
  expect(meant(line)).toEqual(names);
  expect(meant(parse(line).line)).toEqual(names);
});

test('words of the command and times keep their places beside labels', () => {
  const { request } = parse('containers privileged on team=shop env=prod since 7d');
  expect(request.words).toEqual(['privileged']);
  expect(request.hosts.map(({ name }) => name)).toEqual(['web-1']);
  expect(request).toMatchObject({ isHostNamed: true, isEveryHost: false });
  expect(parse('findings on team=shop critical').request.words).toEqual(['critical']);
});

test.each([
  ['findings on stage', /value of more than one label/, 'findings on env=stage'],
  ['findings on team', /is a label/, 'findings on team=data'],
  ['findings on team=shpo', /No host has the label “team” with “shpo”/, 'findings on team=shop'],
  ['findings on taem=shop', /No host has a label “taem”/, 'findings on team=shop'],
  ['findings on web-11', /There is no host “web-11”/, 'findings on web-1'],
  ['findings on shpo', /There is no host “shpo”, and no label/, 'findings on shop'],
  ['findings on shop,env=prdo', /“env” with “prdo”/, 'findings on shop,env=prod'],
])('%s says what it could mean', (line, message, corrected) => {
  const error = mistake(line);
  expect(error.message).toMatch(message);
  expect(error.correctedLine).toBe(corrected);
  expect(meant(corrected).length).toBeGreaterThan(0);
});

test('the values of a label that is known are told, and the hosts where it is not', () => {
  expect(mistake('findings on team=shpo').hint).toMatch(/^It can be team=\w+ \(\d hosts\)/);
  expect(mistake('findings on taem=shop').hint).toContain('web-1');
});

test('a container behind “on” of a command about one is told where it belongs', () => {
  expect(mistake('accept no-healthcheck on redis').hint).toMatch(
    /^Hosts: .*If it is a container, write its name without “on”\.$/,
  );
  expect(mistake('scan on redis').hint).not.toContain('container');
});

test('what means no host says so and is never all', () => {
  expect(mistake('findings on team=shop env=dev').message).toMatch(
    'No host is meant by “team=shop,env=dev”.',
  );
  expect(mistake('findings on not all').message).toMatch('No host is meant by “not all”.');
  for (const nothing of ['""', '","', '",,"']) {
    expect(mistake(`findings on ${nothing}`).message).toBe('Name a host or a label behind “on”.');
  }
});

test('a label without “on” is told from a word of the command', () => {
  expect(mistake('scan team=shop')).toMatchObject({
    message: '“team=shop” is a label of hosts: write “on” before it.',
    correctedLine: 'scan on team=shop',
  });
});

test('a channel whose labels no host has is not about all of them', () => {
  expect(() => parseLine('findings', { commands, rules, hosts }, [])).toThrow('none is declared');
  expect(parseLine('findings on all', { commands, rules, hosts }, []).request.hosts).toEqual(hosts);
});

test('the hint of a mistake names a few of a thousand hosts and labels', () => {
  const many = Array.from({ length: 1_000 }, (_, index) =>
    declared(`node-${index}`, { team: `team-${index}` }),
  );
  expect(() => parseLine('findings on qqqqqqqqqqq', { commands, rules, hosts: many })).toThrow(
    expect.objectContaining({ hint: expect.stringMatching(/^.{50,700}$/) }),
  );
});

test('a channel is about hosts by name, by label, and by labels together', () => {
  const of = (words: string[]) =>
    hostsOfChannel({ hosts, channels: [{ id: 'C1', hosts: words, digest: null }] }, 'C1')?.map(
      ({ name }) => name,
    );
  expect(of(['team=shop'])).toEqual(['web-1', 'web-2']);
  expect(of(['team=shop,env=prod', 'prod'])).toEqual(['web-1', 'prod']);
  expect(of(['team=nobody'])).toEqual([]);
});

test.each([
  ['findings critical on team=web shop', 'findings critical on "team=web shop"'],
  ['containers on not team=web shop', 'containers on not "team=web shop"'],
  ['scan on Team=Web Shop', 'scan on "team=web shop"'],
  ['findings on team=web', 'findings on "team=web shop"'],
])('“%s”, of a label with a blank, is answered with “%s”', (line, corrected) => {
  const more = [...hosts, declared('shop-1', { team: 'web shop' })];
  const read = (text: string) => parseLine(text, { commands, rules, hosts: more });
  let found: UserError | undefined;
  try {
    read(line);
  } catch (error) {
    if (error instanceof UserError) found = error;
  }

  expect(found?.correctedLine).toBe(corrected);
  const names = read(corrected).request.hosts.map(({ name }) => name);
  expect(names.includes('shop-1')).toBe(!corrected.includes(' not '));
});
