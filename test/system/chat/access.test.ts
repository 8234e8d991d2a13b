import { commands } from '../../../src/programs/assemble.ts';
import { OutsideError } from '../../../src/shared/errors.ts';
import {
  type ChatApp,
  type ChatAppOptions,
  type ChatKind,
  openChatApp,
  readable,
} from '../../support/chat-app.ts';

const bob = 'U0BOB0000';
const security = 'C0SECURIT';
let app: ChatApp;

async function open(options: ChatAppOptions = {}): Promise<void> {
  app = await openChatApp({ rateLimits: false, containers: 1, ...options });
  if (options.kind === 'socket') {
    await app.workspace.waitUntil(() => app.workspace.sockets.count() === 2, 60_000);
  }
}
afterEach(() => app.close());

async function ask(text: string, user = 'alice', channel = 'security') {
  const count = app.answers.length + 1;
  await app.workspace.sendCommand({ text, user, channel });
  await app.answered(count);
  return app.answers.at(-1);
}
const auditRows = () =>
  app.database.rows<Record<string, string>>(
    'select who, place, verb, outcome, what from audit order by id',
  );
const privateTexts = (user = 'alice') =>
  app.workspace
    .ephemerals(security, user)
    .filter(({ isFromApp }) => isFromApp)
    .map(readable);

describe.each<ChatKind>(['http', 'socket'])('without a right, over %s', (kind) => {
  test('no command runs, whatever its example, and each is told who may', async () => {
    const ran: string[] = [];
    const watched = commands.map((command) => ({
      ...command,
      run: (...given: Parameters<typeof command.run>) => {
        ran.push(command.name);
        return command.run(...given);
      },
    }));
    await open({
      kind,
      access: { view: [bob], operate: [bob], approve: [bob] },
      change: () => ({ commands: watched }),
    });
    const examples = commands.flatMap(({ examples: lines }) => lines);

    for (const example of examples) {
      expect(await ask(example)).toMatchObject({
        kind: 'problem',
        cause: 'refused',
        message: expect.stringContaining('Nothing was changed.'),
        hint: `Those who may: bob.`,
      });
    }

    expect([ran, app.snapshots]).toEqual([[], []]);
    expect(privateTexts()).toHaveLength(examples.length);
    expect(app.workspace.messages('security').filter(({ isFromApp }) => isFromApp)).toEqual([]);
    expect(new Set(auditRows().map(({ outcome }) => outcome))).toEqual(new Set(['refused']));
    const tried = commands.filter(({ permission }) => permission !== 'view');
    expect(new Set(auditRows().map(({ verb }) => verb))).toEqual(
      new Set(tried.map(({ name }) => name)),
    );
    expect(app.database.rows('select * from scan')).toEqual([]);
  });
});

describe('a user group', () => {
  const startedAt = Date.now();
  let now = startedAt;
  const minutes = (count: number) => {
    now += count * 60_000;
  };
  const calls = () =>
    app.workspace.calls.filter(({ method }) => method === 'usergroups.users.list').length;
  async function openWithGroup(options: ChatAppOptions = {}): Promise<void> {
    now = startedAt;
    await open({
      access: { view: ['everyone'], operate: ['S000000101'], approve: [] },
      change: () => ({ now: () => now }),
      ...options,
    });
  }

  test('grants to its members, and follows who comes and goes', async () => {
    await openWithGroup();
    app.workspace.users.createGroup({ id: 'S000000101', handle: 'docker-team', users: ['bob'] });

    expect(await ask('scan', 'bob')).toMatchObject({ kind: 'scan' });
    expect(await ask('scan', 'alice')).toMatchObject({
      cause: 'refused',
      hint: 'Those who may: the group @docker-team.',
    });
    app.workspace.users.changeGroup('docker-team', ['alice']);
    minutes(6);
    expect(await ask('scan', 'alice')).toMatchObject({ kind: 'scan' });
    expect(await ask('scan', 'bob')).toMatchObject({ cause: 'refused' });
    expect(app.workspace.violations).toEqual([]);
  });

  test('is asked for once, and again in the background before it is old', async () => {
    await openWithGroup();
    app.workspace.users.createGroup({ id: 'S000000101', handle: 'docker-team', users: ['bob'] });
    await ask('scan', 'bob');
    await ask('scan', 'bob');
    expect(calls()).toBe(1);

    minutes(2);
    await ask('scan', 'bob');
    await app.workspace.waitUntil(() => calls() === 2, 60_000);
  });

  test('holds for an hour while Slack fails, then grants nothing and says why', async () => {
    await openWithGroup();
    app.workspace.users.createGroup({ id: 'S000000101', handle: 'docker-team', users: ['bob'] });
    await ask('scan', 'bob');
    const method = 'usergroups.users.list';
    app.workspace.faults.add({ kind: 'error', error: 'fatal_error', method, count: 100 });

    minutes(30);
    expect(await ask('scan', 'bob')).toMatchObject({ kind: 'scan' });
    minutes(31);
    const refused = await ask('scan', 'bob');
    expect(refused).toMatchObject({ cause: 'refused' });
    expect(privateTexts('bob').join()).toContain(
      'Slack does not tell who is in the group @docker-team (fatal_error): it grants nothing.',
    );
    app.workspace.faults.clear();
    minutes(1);
    expect(await ask('scan', 'bob')).toMatchObject({ kind: 'scan' });
  });

  test('that Slack does not answer about in time grants nothing', async () => {
    await openWithGroup({ timings: { groupWaitMs: 50 } });
    app.workspace.users.createGroup({ id: 'S000000101', handle: 'docker-team', users: ['bob'] });
    app.workspace.faults.add({ kind: 'hang', method: 'usergroups.users.list' });

    expect(await ask('scan', 'bob')).toMatchObject({
      cause: 'refused',
      hint: expect.stringContaining('did not answer in time'),
    });
  });

  test.each([
    [['commands', 'chat:write'], 'the app lacks the scope usergroups:read'],
    [['commands', 'chat:write', 'usergroups:read'], 'it knows no such group'],
  ])('with the scopes %j grants nothing: %s', async (scopes, reason) => {
    await openWithGroup({ scopes });

    expect(await ask('scan', 'bob')).toMatchObject({
      cause: 'refused',
      hint: `Those who may: the group S000000101. Slack does not tell who is in the group S000000101 (${reason}): it grants nothing.`,
    });
    expect(await ask('status', 'bob')).toMatchObject({ kind: 'status' });
  });
});

describe('a channel with hosts', () => {
  const channelHosts = new Map([
    [security, ['web-2']],
    ['C0GENERAL', ['web-1']],
  ]);
  const access = { view: ['everyone'], operate: [bob, 'everyone'], approve: [security] };

  test.each(['scan on web-1', 'findings on WEB-1', 'hosts web-1', 'compare web-1 web-2'])(
    'refuses “%s”, and says where it works',
    async (line) => {
      await open({ access, channelHosts });

      expect(await ask(line)).toMatchObject({
        cause: 'refused',
        message: '“web-1” cannot be asked about in this channel. Nothing was changed.',
        hint: expect.stringContaining('Here it is about web-2. Allowed in C0GENERAL, and'),
      });
      expect(app.snapshots).toEqual([]);
    },
  );

  test('means its own hosts by all, and shows no others', async () => {
    await open({ access, channelHosts });

    await ask('scan on all');
    expect(app.snapshots).toEqual(['web-2']);
    expect(await ask('status')).toMatchObject({ hosts: [{ name: 'web-2' }] });
    expect(await ask('attest hardened-host-os on all --reason x --until 2d')).toMatchObject({
      attestations: [{ scope: 'web-2' }],
    });
  });

  test('does not hold who is named in person', async () => {
    await open({ access, channelHosts });

    await ask('scan on web-1', 'bob');
    expect(app.snapshots).toEqual(['web-1']);
  });
});

describe('the audit', () => {
  const access = { view: ['everyone'], operate: ['everyone'], approve: [bob] };

  test('tells scans and refusals, the newest first, and pages', async () => {
    await open({ access });
    await ask('scan on all');
    for (let count = 0; count < 22; count++) await ask('unaccept 1a2b3c4d');

    expect(await ask('audit')).toMatchObject({ cause: 'refused' });
    const page = await ask('audit', 'bob');
    expect(page).toMatchObject({
      kind: 'audit',
      more: 4,
      next: ['audit --before 5', 'audit refused'],
      entries: Array.from({ length: 20 }, (_, index) => ({ id: 24 - index })),
    });
    expect(await ask('audit --before 5', 'bob')).toMatchObject({
      more: 0,
      entries: [{ id: 4 }, { id: 3 }, { id: 2 }, { id: 1 }],
    });
    expect(await ask('audit scan since 1h', 'bob')).toMatchObject({
      entries: [
        {
          who: 'alice (U0ALICE00)',
          place: security,
          verb: 'scan',
          outcome: 'done',
          what: 'web-1, web-2',
        },
      ],
    });
    expect(await ask('audit audit refused', 'bob')).toMatchObject({ entries: [{ what: 'audit' }] });
    expect(privateTexts('bob').join()).toContain('… and 4 more; name a verb or “since”');
  });

  test('does not count a change twice, and shows before and after', async () => {
    await open({ access });
    await ask('attest hardened-host-os on web-1 --reason first --until 20d', 'bob');
    await ask('attest hardened-host-os on web-1 --reason second --until 20d', 'bob');

    expect(auditRows().map(({ verb }) => verb)).toEqual(['attest', 'attest']);
    await ask('audit attest', 'bob');
    expect(privateTexts('bob').join()).toContain('(reason: “second”, was “first”)');
  });

  test('that cannot be written silences nobody, and is told to the log', async () => {
    await open({
      access,
      change: ({ audit }) => ({
        audit: { ...audit, record: () => Promise.reject(new OutsideError('store-failed', 'full')) },
      }),
    });

    expect(await ask('scan')).toMatchObject({ kind: 'scan' });
    expect(app.log.join()).toContain('The database could not be used: full');
  });

  test('of a channel with hosts shows who is not named what was asked there', async () => {
    await open({
      access: { ...access, approve: [security] },
      channelHosts: new Map([[security, ['web-2']]]),
    });
    await ask('scan', 'alice', 'general');
    await ask('scan');

    expect(await ask('audit')).toMatchObject({ place: security, entries: [{ what: 'web-2' }] });
  });
});

test('the status of a channel with hosts names its own digest alone, to who is not named', async () => {
  await open({
    access: { view: ['everyone', 'U0ALICE00'], operate: [], approve: [] },
    channelHosts: new Map([[security, ['web-2']]]),
  });
  const schedule = { at: '08:30', timezone: 'UTC', days: ['mon' as const] };
  const say = (channel: string) =>
    app
      .context()
      .digests.setSchedule(
        { channel, schedule, isOff: false },
        { actor: { id: 'U1', name: 'x', place: channel }, at: Date.now(), before: null },
      );
  const digestsFor = async (user: string) => {
    const answer = await ask('status', user);
    return answer?.kind === 'status' ? answer.digests.map(({ channel }) => channel) : null;
  };
  await say('G0PRIVATE1');

  expect(await digestsFor('bob')).toEqual([]);
  expect(privateTexts('bob').join()).toContain('No digest is scheduled here.');
  await say(security);
  expect(await digestsFor('bob')).toEqual([security]);
  expect((await digestsFor('alice'))?.toSorted()).toEqual([security, 'G0PRIVATE1']);
});
