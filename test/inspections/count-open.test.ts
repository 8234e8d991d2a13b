import fc from 'fast-check';
import type { HostScan, ScanAnswer } from '../../src/answers/scan-answer.ts';
import { totalOf } from '../../src/findings/severity-counts.ts';
import {
  countOpen,
  countScan,
  HOSTS_LISTED,
  openWithoutAccepted,
} from '../../src/inspections/count-open.ts';
import { historyOfHosts } from '../../src/inspections/history-of-hosts.ts';
import { hostStates } from '../../src/inspections/host-states.ts';
import { scanHost } from '../../src/inspections/scan-host.ts';
import { scanHosts } from '../../src/inspections/scan-hosts.ts';
import type { HostDeclaration } from '../../src/ports/declarations.ts';
import type { ScanRecord } from '../../src/ports/scan-record.ts';
import type { EndedByScan, SavedScan } from '../../src/ports/scan-store.ts';
import { severities } from '../../src/rules/rule.ts';
import { OutsideError } from '../../src/shared/errors.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { answerJson } from '../../src/views/json.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import {
  type DigestScene,
  digestAt,
  findingOf,
  openDigestScene,
  today,
  yesterday,
} from '../support/digest-scenes.ts';
import { hostileAnswers } from '../support/hostile-answers.ts';
import { type OwnCore, openOwnCore, silentHost } from '../support/own-core.ts';
import { openRecordedEngine, type RecordedEngine } from '../support/recorded-engine.ts';

const port = findingOf('no-public-port', 'web', 'high');
const secret = findingOf('no-env-secret', 'web', 'high');
const socket = findingOf('no-docker-socket-mount', 'ci', 'critical');

/** The scan of `web-1` that found one of two again, and could not judge the other. */
function answerOf(saved: SavedScan): ScanAnswer {
  const [scan] = hostileAnswers.scan.scans;
  if (!scan) throw new Error('no scan');
  const results = scan.results.slice(0, 1).map((one) => ({ ...one, severity: 'high' as const }));
  const counts = countScan({ saved, results });
  return { ...hostileAnswers.scan, scans: [{ ...scan, results, saved, counts }] };
}

describe('a finding that could not be judged again', () => {
  let scene: DigestScene;
  beforeEach(async () => {
    scene = await openDigestScene();
  });
  afterEach(() => scene.close());

  it('counts the same in scan, hosts, history and digest', async () => {
    await scene.scan('web-1', yesterday, { findings: [port, secret] });
    const unjudged = { rule: secret.rule, subjectKind: secret.subjectKind, reason: 'timeout' };
    const saved = (await scene.scan('web-1', today, {
      findings: [port],
      undecided: [{ ...unjudged, subjectKey: 'web' }],
    })) as SavedScan;
    const declared = { name: 'web-1', endpoint: { kind: 'unix', url: '' } } as HostDeclaration;
    const [host] = await hostStates([declared], scene.store.scans);
    const history = await historyOfHosts(
      { hosts: [declared], since: Date.parse(yesterday), now: digestAt },
      scene.store.scans,
    );
    const digest = await scene.compose(['web-1']);
    const scan = answerOf(saved);

    const two = { critical: 0, high: 2, medium: 0, low: 0 };
    expect(answerJson(scan).open).toEqual(two);
    expect(host?.open).toEqual(two);
    expect(history.histories[0]?.points.at(-1)?.open).toEqual(two);
    expect(digest.states[0]?.open).toEqual(two);
    expect(terminalText(answerDocument(scan))).toContain('Open findings: 2 high');
  });

  it('is named, and what is new before what is old', async () => {
    await scene.scan('web-1', yesterday, { findings: [port] });
    const saved = (await scene.scan('web-1', today, { findings: [port, socket] })) as SavedScan;

    const text = terminalText(answerDocument(answerOf(saved)));

    expect(text).toMatch(/1 new, 0 changed, 0 gone.*New:.*no-docker-socket-mount/s);
  });
});

const found = fc.uniqueArray(
  fc.record({
    rule: fc.constantFrom('no-public-port', 'no-env-secret', 'memory-limit'),
    subject: fc.constantFrom('web', 'ci', 'db', 'cache'),
    severity: fc.constantFrom(...severities),
    isJudgedAgain: fc.boolean(),
    acceptedAt: fc.constantFrom(null, yesterday, today),
  }),
  { selector: ({ rule, subject }) => `${rule} ${subject}`, maxLength: 12 },
);

it('has one number for the same thing, whatever was accepted or not judged again', async () => {
  await fc.assert(
    fc.asyncProperty(found, async (all) => {
      const scene = await openDigestScene();
      try {
        const made = all.map((one) => ({
          ...one,
          finding: findingOf(one.rule, one.subject, one.severity),
        }));
        const acceptAt = (time: string) =>
          Promise.all(
            made
              .filter(({ acceptedAt }) => acceptedAt === time)
              .map(({ finding }) =>
                scene.accept(finding, 'web-1', '2026-12-23T00:00:00.000Z', time),
              ),
          );
        await scene.scan('web-1', yesterday, { findings: made.map(({ finding }) => finding) });
        await acceptAt(yesterday);
        await scene.scan('web-1', today, {
          findings: made.filter((one) => one.isJudgedAgain).map(({ finding }) => finding),
          undecided: made
            .filter((one) => !one.isJudgedAgain)
            .map(({ rule, subject }) => {
              return { rule, subjectKind: 'container', subjectKey: subject, reason: 'timeout' };
            }),
        });
        await acceptAt(today);
        const declared = { name: 'web-1', endpoint: { kind: 'unix', url: '' } } as HostDeclaration;
        const [host] = await hostStates([declared], scene.store.scans);
        const history = await historyOfHosts(
          { hosts: [declared], since: Date.parse(yesterday), now: digestAt },
          scene.store.scans,
        );
        const last = history.histories[0]?.points.at(-1);
        const digest = await scene.compose(['web-1']);
        const open = await scene.store.scans.listOpenFindings({ hosts: ['web-1'] });

        const counted = countOpen(open).open;
        expect(totalOf(counted)).toBe(made.filter((one) => one.acceptedAt === null).length);
        expect(host?.open).toEqual(counted);
        expect(last && openWithoutAccepted(last)).toEqual(counted);
        expect(digest.states[0]?.open).toEqual(counted);
        expect(digest.open.flatMap(({ places }) => places)).toHaveLength(totalOf(counted));
      } finally {
        await scene.close();
      }
    }),
    { numRuns: 12 },
  );
});

describe('a scan', () => {
  let engine: RecordedEngine;
  let core: OwnCore;
  beforeAll(async () => {
    engine = await openRecordedEngine();
    core = await openOwnCore([{ ...silentHost('web-1', true), url: engine.url }]);
  });
  afterAll(async () => {
    await core.remove();
    await engine.close();
  });

  it('lists its findings worst first, whichever is older', async () => {
    const { store } = core.context;
    const reversed = {
      ...store,
      saveScan: async (record: Parameters<typeof store.saveScan>[0]) => {
        const saved = await store.saveScan(record);
        return { ...saved, open: saved.open.toReversed() };
      },
    };
    const scanned = await scanHosts({ ...core.context, store: reversed }, core.context.hosts);

    const order = scanned.scans[0]?.saved?.open.map(({ severity }) => severity) ?? [];
    const ranks = order.map((severity) => ['critical', 'high', 'medium', 'low'].indexOf(severity));
    expect(new Set(order).size).toBeGreaterThan(2);
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    expect(scanned.next[2]).toBe(`explain ${scanned.scans[0]?.saved?.open[0]?.rule}`);
  });

  it('is stored also where its images cannot be noted', async () => {
    const { filesystems, hosts } = core.context;
    let asked = 0;
    const failing = {
      ...filesystems,
      seeImages() {
        asked += 1;
        const away = new OutsideError('store-failed', 'it is away', { isRetryable: true });
        return Promise.reject(away);
      },
    };
    const scanned = await scanHosts({ ...core.context, filesystems: failing }, hosts);

    expect(asked).toBe(1);
    expect(scanned.scans).toMatchObject([
      { storeProblem: null, saved: { open: expect.anything() } },
    ]);
  });

  it('is summed up of many hosts as well where its lists are left out', async () => {
    const { store, hosts } = core.context;
    const [host] = hosts;
    if (host === undefined) throw new Error('no host');
    const handed: HostScan[][] = [];
    const watching = {
      ...store,
      async saveScan(record: ScanRecord, job?: EndedByScan) {
        const saved = await store.saveScan(record);
        const scans = [false, true].map((isBrief) => job?.resultOf(saved, isBrief) as HostScan);
        handed.push(scans);
        return saved;
      },
    };
    const held = { id: 1, token: 1, owner: 'a', leaseMs: 1 };
    const signal = new AbortController().signal;
    const running = { onStep: () => {}, onEnded: () => {}, signal, held };
    await scanHost({ ...core.context, store: watching }, host, running);
    const [whole, brief] = handed[0] ?? [];
    if (!whole || !brief) throw new Error('nothing was handed on');
    const sumUp = (scan: HostScan): ScanAnswer => ({
      ...{ kind: 'scan', takenAt: today, next: [] },
      scans: Array.from({ length: HOSTS_LISTED + 1 }, (_, index) => ({
        ...scan,
        host: `web-${index}`,
      })),
    });

    expect(answerDocument(sumUp(brief))).toEqual(answerDocument(sumUp(whole)));
    expect(JSON.stringify(whole).length / JSON.stringify(brief).length).toBeGreaterThan(5);
  });
});
