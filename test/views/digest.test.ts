import type { DigestAnswer } from '../../src/answers/digest-answer.ts';
import { limits } from '../../src/blocks/limits.ts';
import { validateMessage } from '../../src/blocks/validate.ts';
import { measureBlockText } from '../../src/blocks/walk.ts';
import { rules } from '../../src/programs/assemble.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { slackReply } from '../../src/views/slack-messages.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import {
  type DigestScene,
  findingOf,
  fleetOf,
  openDigestScene,
  owners,
  saveLargeFleet,
  saveOrdinaryDay,
  today,
  yesterday,
} from '../support/digest-scenes.ts';
import { createSlackTypesJudge } from '../support/slack-types-judge.ts';

const { judge } = await createSlackTypesJudge();

/** A digest that both judges took as Slack messages, and what it says, line by line. */
function judged(answer: DigestAnswer) {
  const document = answerDocument(answer);
  const { message, thread } = slackReply(document);
  for (const each of [message, ...thread]) {
    expect(judge(each.blocks)).toEqual([]);
    expect(validateMessage(each)).toEqual([]);
    expect(measureBlockText(each.blocks)).toBeLessThanOrEqual(limits.messageBlockTextBudget.value);
  }
  const { replies = [] } = document;
  return {
    message,
    thread,
    parent: terminalText({ ...document, details: [], replies: [] }),
    /** What the thread says of all hosts together. */
    day: terminalText({ ...document, summary: [], replies: [] }),
    replies: replies.map((summary) =>
      terminalText({ ...document, summary, details: [], replies: [] }),
    ),
  };
}

/** Findings that a text counts instead of naming them. */
const countedAway = (text: string) =>
  [...text.matchAll(/… and (\d+) more findings?/g)].reduce((sum, [, count]) => {
    return sum + Number(count);
  }, 0);

describe('twenty hosts with 5,000 findings', () => {
  let large: DigestScene;
  let hosts: string[];

  beforeAll(async () => {
    large = await openDigestScene();
    hosts = await saveLargeFleet(large);
  });
  afterAll(() => large.close());

  it.each([
    ['compared with yesterday', {}],
    ['with owners', { owners }],
    ['as the first digest', { since: null }],
    ['with every host still reporting', { pending: fleetOf(20) }],
  ])(
    'fit Slack %s, in one message, one reply for the day and one for each host',
    async (_, asked) => {
      const { thread, parent } = judged(await large.compose(hosts, asked));

      expect(thread).toHaveLength(1 + 20);
      expect(parent.length).toBeLessThan(5_500);
    },
  );

  it('say how many findings are not spelled out, and where they are', async () => {
    const answer = await large.compose(hosts);
    const count = (groups: DigestAnswer['open']) =>
      groups.reduce((sum, { places }) => sum + places.length, 0);

    const { parent, replies } = judged(answer);

    expect([count(answer.open), count(answer.news)]).toEqual([5_000, 20 * (10 + 24)]);
    expect(countedAway(parent)).toBeGreaterThan(0);
    expect(parent).toContain('by host in the thread');
    expect(replies.map((reply) => reply.trim().split(':')[0])).toEqual(hosts);
  });

  it('say no less than how many findings each section has', async () => {
    const { day } = judged(await large.compose(hosts));

    expect(day).toContain('New and worse: 200 new, 480 worse');
    expect(day).toContain('Better: 200 fixed or gone');
  });
});

describe('a digest', () => {
  let scene: DigestScene;

  beforeEach(async () => {
    scene = await openDigestScene();
  });
  afterEach(() => scene.close());

  const memory = findingOf('memory-limit', 'web', 'medium');

  it('loses nothing in a reply: what is not shown is counted, with the command for it', async () => {
    const findings = Array.from({ length: 30 }, (_, index) =>
      findingOf(`rule-${index}.`, 'web', 'high'),
    );
    await scene.scan('web-1', yesterday);
    await scene.scan('web-1', today, { findings });

    const { replies } = judged(await scene.compose(['web-1']));
    const [news = '', open = ''] = (replies[0] ?? '').split('Open, the worst');

    const named = (text: string) => findings.filter(({ rule }) => text.includes(rule)).length;
    expect(named(news) + countedAway(news)).toBe(30);
    expect(news).toContain('diff since 2026-11-23T06:05Z on web-1');
    expect(named(open) + countedAway(open)).toBe(30);
    expect(open).toContain('findings on web-1');
  });

  it('of a quiet day is one line that claims no more than was read', async () => {
    const hosts = ['web-1', 'web-2', 'web-3', 'db-1'];
    for (const host of hosts) {
      await scene.scan(host, yesterday, { findings: [memory] });
      if (host === 'db-1') await scene.fail(host, '2026-11-23T06:01:00.000Z');
      else await scene.scan(host, today, { findings: [memory] });
    }
    await scene.fail('db-1', today);

    const { parent, thread } = judged(await scene.compose(hosts));

    expect(parent.trim().split('\n')).toHaveLength(1);
    expect(thread).toEqual([]);
    expect(parent).toContain(
      `3 of 4 hosts read, ${rules.length} rules each, no change since 23 Nov 07:05`,
    );
    expect(parent).toContain('4 medium open; 120 of 171 checks answered, 51 unknown');
    expect(parent).toContain('db-1 cannot be read since 23 Nov 07:01 (2 scans failed');
    expect(parent).toContain('its last good data, from 24 h ago');
  });

  it('of a quiet day says whose clock is wrong, also in the reply of its host', async () => {
    const clock = { clockAheadMs: 3 * 3_600_000 };
    const engine = { id: 'engine-1', version: '26.1.5', apiVersion: '1.45', ...clock };
    const said = 'The clock of web-1 is 3 h 0 min ahead of Seawall’s';
    await scene.scan('web-1', yesterday, { findings: [memory] });
    await scene.scan('web-1', today, { findings: [memory], engine });
    expect(judged(await scene.compose(['web-1'])).parent).toContain(said);

    await scene.scan('web-1', '2026-11-24T06:01:00.000Z', { engine });
    const { parent, replies } = judged(await scene.compose(['web-1']));
    expect([parent, replies[0]]).toEqual([
      expect.stringContaining(said),
      expect.stringContaining(said),
    ]);
  });

  it('of a quiet day says which feeds are too old', async () => {
    for (const at of [yesterday, today]) await scene.scan('web-1', at, { findings: [memory] });
    const none = { count: 0, worst: [] };
    const vulnerabilities = {
      ...{ new: none, fixable: none, exploited: none },
      ...{ unknown: 2, stale: ['osv/Debian'], unfetched: ['osv/npm'] },
    };

    const { parent } = judged({ ...(await scene.compose(['web-1'])), vulnerabilities });

    expect(parent.trim().split('\n')).toHaveLength(1);
    expect(parent).toContain(
      '1 feed too old to know what is new; 2 vulnerabilities unknown, as only feeds that are too old clear them; 1 feed never fetched',
    );
  });

  it('of a day on which nothing was read says no such thing', async () => {
    await scene.scan('web-1', yesterday);
    await scene.fail('web-1', '2026-11-23T06:01:00.000Z');

    const { parent } = judged(await scene.compose(['web-1']));

    expect(parent).toContain('no change seen');
    expect(parent).toContain('0 of 1 host read');
  });

  it('is not finished while a host is still reporting', async () => {
    await scene.scan('web-1', yesterday);
    await scene.scan('web-1', today);

    const { parent, replies } = judged(await scene.compose(['web-1', 'ci'], { pending: ['ci'] }));

    expect(parent).toContain('no change seen');
    expect(parent).toContain('Still reporting: ci. This message will change.');
    expect(parent).toContain('1 of 2 hosts read');
    expect(replies[1]).toContain('ci is still reporting; until then nothing is known of it.');
  });

  it('says of a host that did not report that its data is old, and waits for none', async () => {
    await scene.scan('web-1', yesterday);
    await scene.scan('ci', yesterday);
    await scene.scan('web-1', today);

    const { parent } = judged(await scene.compose(['web-1', 'ci'], { unreported: ['ci'] }));

    expect(parent).toContain('1 of 2 hosts read');
    expect(parent).toContain('ci did not report to this digest; shown is its last good data');
    expect(parent).not.toContain('reporting');
  });

  it('may have nothing but hosts that still report', async () => {
    const hosts = fleetOf(3);

    const { parent } = judged(await scene.compose(hosts, { pending: hosts, since: null }));

    expect(parent).toContain('first digest, nothing read yet');
    expect(parent).toContain('Still reporting: web-1, web-2, web-3.');
    expect(parent).toContain('0 of 0 checks answered, 0 unknown; 3 hosts never scanned.');
  });

  it('shows hosts that are down with their last good data, its age and since when', async () => {
    const hosts = fleetOf(4);
    for (const host of hosts) await scene.scan(host, yesterday, { findings: [memory] });
    await scene.scan('web-1', today, { findings: [memory] });
    for (const host of hosts.slice(1)) await scene.fail(host, '2026-11-24T01:30:00.000Z');

    const { parent, day, replies } = judged(await scene.compose(hosts));

    expect(parent).toContain('1 of 4 hosts read');
    for (const host of hosts.slice(1)) {
      expect(parent).toContain(`${host} cannot be read since 24 Nov 02:30 (1 scan failed: connect`);
      expect(day).toContain(`${host} (down): grade C (74), open 1 medium, 0 accepted`);
    }
    expect(replies[3]).toContain('web-4: grade C (74)');
    expect(replies[3]).toContain('its last good data, from 24 h ago');
    expect(replies[3]).not.toContain('no change');
  });

  it('says when a host could not be read for a while', async () => {
    await scene.scan('web-1', yesterday);
    await scene.fail('web-1', '2026-11-23T20:00:00.000Z');
    await scene.scan('web-1', '2026-11-23T21:00:00.000Z');
    await scene.scan('web-1', today);

    const { parent } = judged(await scene.compose(['web-1']));

    expect(parent).toContain('web-1 could not be read from 23 Nov 21:00 to 23 Nov 22:00');
  });

  it('says what changed, what helps most and what is blind, in this order', async () => {
    const { parent, day } = judged(await scene.compose(await saveOrdinaryDay(scene)));

    const order = [
      'Came and went: privileged job-1, job-2, job-3 on ci (image registry.example/ci-job',
      'New: ▲ critical no-docker-socket-mount ×3 runner on ci; pay-worker on web-1, web-2',
      'Worse: medium → ◆ high no-added-capabilities runner on ci: adds CAP_SYS_ADMIN',
      'Worst now',
      '▲ critical runner on ci: mounts an engine socket (/run/docker.sock): root on the host',
      'Fix: Remove the socket mount from runner: 41 → 63.',
      'db-1 cannot be read since 24 Nov 00:10',
      '3 of 4 hosts read; 120 of 171 checks answered, 51 unknown; 1 acceptance ending soon',
    ].map((words) => parent.indexOf(words));
    const inThread = [
      'New and worse: 4 new, 1 worse',
      'Better: 2 fixed or gone',
      '3 short-lived containers seen',
      '1 acceptance ending soon',
      'Fix first',
      'ci: Remove the socket mount from runner: 41 → 63 (grade F → D)',
      'web-1, web-2: Bind the port of shop-web to 127.0.0.1: 64 → 71 (grade D → C)',
      'How long critical and high findings were open since the last digest: 48 h',
      'db-1 (down)',
    ].map((words) => day.indexOf(words));
    for (const places of [order, inThread]) {
      expect(places.every((at) => at > 0)).toBe(true);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    }
  });

  it('has a line for each container where two have a dozen findings, with what says most of it', async () => {
    const rules = ['memory-limit', 'no-root-user', 'pids-limit', 'read-only-rootfs'];
    const mild = (name: string) => rules.map((rule) => findingOf(rule, name, 'medium'));
    const grave = (rule: string, name: string, message: string) =>
      findingOf(rule, name, 'critical', { message });
    await scene.scan('web-1', yesterday);
    await scene.scan('web-1', today, {
      findings: [
        ...mild('rogue'),
        ...mild('shop'),
        grave('no-added-capabilities', 'rogue', 'has CAP_SYS_ADMIN beyond the default set'),
        grave('no-privileged-container', 'rogue', 'runs privileged'),
        grave('no-docker-socket-mount', 'shop', 'mounts an engine socket (/)'),
      ],
    });

    const { parent } = judged(await scene.compose(['web-1']));

    expect(parent).toContain(
      'New: ▲ critical no-privileged-container rogue on web-1: runs privileged and 5 more findings',
    );
    expect(parent).toContain(
      'New: ▲ critical no-docker-socket-mount shop on web-1: mounts an engine socket (/) and 4 more findings',
    );
  });

  it('mentions the user groups of owners in their sections, and nobody for the rest', async () => {
    const answer = await scene.compose(await saveOrdinaryDay(scene), { owners });

    const { message, parent } = judged(answer);

    const mentions = [...JSON.stringify(message).matchAll(/"usergroup_id":"(\w+)"/g)];
    expect(mentions.map(([, id]) => id)).toEqual(['S0PAYMENTS', 'S0SHOP']);
    expect(parent).toContain('@payments (payments): 2 new. ▲ critical');
    expect(parent).toContain('@shop (shop): 1 new');
    expect(parent).toContain('Unowned: 1 new, 1 worse');
    expect(parent).not.toContain('New and worse');
  });

  it('names owners for whom the settings have no user group, without a section', async () => {
    const answer = await scene.compose(await saveOrdinaryDay(scene), {
      owners: { ...owners, groups: {} },
    });

    const { message, parent, day } = judged(answer);

    expect(JSON.stringify(message)).not.toContain('usergroup');
    expect(parent).toContain('Unowned: 4 new, 1 worse');
    expect(day).toContain('Owners without a user group in the settings: payments, shop.');
  });

  it('of a channel that had none is a baseline without a flood', async () => {
    const hosts = await saveOrdinaryDay(scene);

    const { parent, day } = judged(await scene.compose(hosts, { since: null }));

    expect(parent).toContain('first digest, 26 open findings');
    expect(parent).toContain('Fix: Remove the socket mount from runner: 41 → 63.');
    expect(day).toContain('Fix first');
    expect(parent).not.toMatch(/New: |Worse: |Came and went/);
  });

  it('tells times in UTC where this machine does not know the zone', async () => {
    await scene.scan('web-1', yesterday);

    const { parent } = judged(await scene.compose(['web-1'], { timezone: 'Mars/Olympus' }));

    expect(parent).toContain('compared with 23 Nov 06:05. Times in UTC');
  });
});
