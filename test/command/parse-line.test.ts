import fc from 'fast-check';
import { parseLine } from '../../src/command/parse-line.ts';
import { commands, rules } from '../../src/programs/assemble.ts';
import { UserError } from '../../src/shared/errors.ts';
import { anyCharacter } from '../support/arbitrary-text.ts';
import { hostileText } from '../support/hostile-answers.ts';
import { runs } from '../support/long-run.ts';

const host = (name: string, isDefault = false) => ({
  name,
  endpoint: { kind: 'unix' as const, url: 'unix:///var/run/docker.sock', socketPath: null },
  isDefault,
  labels: {},
  evidence: 'api' as const,
});
const hosts = [host('web-1', true), host('web-2'), host('Database')] as never as Parameters<
  typeof parseLine
>[1]['hosts'];
const context = { commands, rules, hosts };

const parse = (text: string, channelHosts: readonly string[] | null = null) => {
  const ofChannel = channelHosts && hosts.filter(({ name }) => channelHosts.includes(name));
  const { command, request, line } = parseLine(text, context, ofChannel);
  return { name: command.name, ...request, hosts: request.hosts.map(({ name }) => name), line };
};
const mistake = (text: string): UserError => {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error(`“${text}” parses`);
};

describe('a line', () => {
  test.each(commands.flatMap(({ name, examples }) => examples.map((line) => [line, name])))(
    'that is an example, “%s”, parses',
    (line, name) => {
      expect(parse(line)).toMatchObject({ name, line });
    },
  );

  test.each([
    ['', 'help'],
    ['   ', 'help'],
    ['SCAN', 'scan'],
    ['Scan on web-1', 'scan'],
  ])('%j is the command %s', (line, name) => {
    expect(parse(line).name).toBe(name);
  });

  test.each([
    ['scan on web-2', ['web-2']],
    ['scan on WEB-2', ['web-2']],
    ['scan ON database', ['Database']],
    ['scan on <http://web-2|web-2>', ['web-2']],
    ['scan on all', ['web-1', 'web-2', 'Database']],
    ['scan on All', ['web-1', 'web-2', 'Database']],
    ['findings on web-2 critical', ['web-2']],
  ])('%j is about %j', (line, names) => {
    expect(parse(line)).toMatchObject({ hosts: names, isHostNamed: true });
  });

  test('without a host is about the channel’s, else the default, else all', () => {
    const noDefault = hosts.map((each) => ({ ...each, isDefault: false }));

    expect(parse('scan', ['web-2'])).toMatchObject({ hosts: ['web-2'], isHostNamed: false });
    expect(() => parse('scan', ['long-gone'])).toThrow('none is declared now');
    expect(parse('scan').hosts).toEqual(['web-1']);
    expect(parseLine('scan', { ...context, hosts: noDefault }).request.hosts).toHaveLength(3);
  });

  test('has known words in their known spelling, and names as they were typed', () => {
    expect(parse('findings HIGH rule No-Root-User').words).toEqual([
      'high',
      'rule',
      'no-root-user',
    ]);
    expect(parse('inspect Web_Front').words).toEqual(['Web_Front']);
  });

  test('keeps a quoted word together', () => {
    expect(parse('inspect “my web” on web-1')).toMatchObject({
      words: ['my web'],
      line: 'inspect "my web" on web-1',
    });
  });
});

describe('a mistake', () => {
  test.each([
    ['scn', 'scan'],
    ['scn on wbe-1', 'scan on web-1'],
    ['scan on wbe-2', 'scan on web-2'],
    ['scan web-2', 'scan on web-2'],
    ['findings WEB-2', 'findings on web-2'],
    ['containers privleged root', 'containers privileged root'],
    ['containers privleged rot on web-1', 'containers privileged root on web-1'],
    ['findings critcal', 'findings critical'],
    ['findings rule no-rot-user', 'findings rule no-root-user'],
    ['hepl scna', 'help scan'],
    ['hosts databse', 'hosts database'],
    ['findings crit', 'findings critical'],
    ['containers root roo', 'containers root'],
    ['findings on web-1 on web-2', 'findings on web-2'],
    ['exposure openssl on web-1 on web-2', 'exposure openssl on web-2'],
    ['inspect redis on web-1 on web-2', 'inspect redis on web-2'],
    ['exposure', 'exposure CVE-2024-3094'],
    ['status now', 'status'],
  ])('in “%s” is answered with “%s”', (line, corrected) => {
    expect(mistake(line).correctedLine).toBe(corrected);
    expect(() => parse(corrected)).not.toThrow();
  });

  test.each(['hosts old-1', 'findings old-1', 'scan on old-1'])(
    'in “%s”, of a host that the settings no longer declare, leads to its past',
    (line) => {
      const retired = [{ ...host('old-1'), isRetired: true }] as never as typeof hosts;

      expect(() => parseLine(line, { ...context, retired })).toThrow(
        expect.objectContaining({
          message: expect.stringContaining('only its past is known'),
          correctedLine: 'containers since 7d on old-1',
        }),
      );
    },
  );

  test.each([
    ['zzzzzz', 'There is no command “zzzzzz”.'],
    ['scan on zzzzzz', 'There is no host “zzzzzz”.'],
    ['scan on', '“on” needs the name of a host, a label such as team=shop, or “all”.'],
    ['findings —json', '“findings” has no --json.'],
    ['containers zzzzzz', '“containers” does not know “zzzzzz”.'],
    // What its example names need not be there.
    ['inspect', '“inspect” needs more words.'],
  ])('in “%s” that resembles nothing says what there is', (line, message) => {
    expect(mistake(line)).toMatchObject({ message, correctedLine: undefined });
    expect(mistake(line).hint).toBeTruthy();
  });

  test('tells the few words of a command, not the ids of a hundred rules', () => {
    const { hint } = mistake('findings zzzzzz');
    expect(hint).toContain('low, medium, high, critical');
    expect(hint).not.toContain('no-root-user');
  });

  test('of length is told by its length', () => {
    expect(mistake('x'.repeat(2_001)).message).toContain('2001');
  });
});

test('any line parses or is a mistake whose corrected line parses', () => {
  const known = [
    ...commands.flatMap(({ name, words }) => [name, ...(words.known?.(context) ?? [])]),
    ...hosts.map(({ name }) => name),
    'on',
    'all',
    '--flag',
    '"two words"',
    hostileText,
  ];
  const misspelt = fc
    .tuple(fc.constantFrom(...known), fc.nat(20), fc.string({ maxLength: 1 }))
    .map(([word, at, letter]) => word.slice(0, at) + letter + word.slice(at + 1));
  const word = fc.oneof(fc.constantFrom(...known), misspelt, fc.string({ unit: anyCharacter }));
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (words) => {
      const line = words.join(' ');
      let corrected: string | undefined;
      try {
        parse(line);
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        corrected = (error as UserError).correctedLine;
      }
      if (corrected !== undefined) expect(() => parse(corrected)).not.toThrow();
    }),
    { numRuns: runs(300, 3_000) },
  );
});

test('a line as understood is understood the same again', () => {
  const word = fc.stringMatching(/^[a-z0-9_.-]{1,12}$/);
  fc.assert(
    fc.property(word, fc.constantFrom('', ' on web-2', ' on all'), (name, on) => {
      fc.pre(!name.startsWith('--') && name !== 'on');
      const first = parse(`inspect ${name}${on}`);
      expect(parse(first.line)).toEqual(first);
    }),
  );
});
