import type { PostureAnswer } from '../../src/answers/posture-answer.ts';
import { postureOfHosts } from '../../src/inspections/posture-of-hosts.ts';
import { scanHosts } from '../../src/inspections/scan-hosts.ts';
import { type OwnCore, openOwnCore, silentHost } from '../support/own-core.ts';
import { openRecordedEngine, type RecordedEngine } from '../support/recorded-engine.ts';

let engine: RecordedEngine;
let core: OwnCore;

const hostsNamed = (...names: string[]) =>
  core.context.hosts.filter(({ name }) => names.includes(name));
const ask = (...names: string[]): Promise<Omit<PostureAnswer, 'kind' | 'takenAt'>> =>
  postureOfHosts(hostsNamed(...names), core.context.store, core.context.rules);

beforeAll(async () => {
  engine = await openRecordedEngine();
  const web = { ...silentHost('web-1'), url: engine.url };
  core = await openOwnCore([web, silentHost('down'), silentHost('never')]);
});
afterAll(async () => {
  await core.remove();
  await engine.close();
});

it('knows nothing of a host that was never scanned', async () => {
  const answer = await ask('never');

  expect(answer.postures).toEqual([{ host: 'never', scannedAt: null, posture: null }]);
  expect(answer).toMatchObject({ fleet: null, next: ['scan', 'findings'] });
});

describe('after scans', () => {
  let scanned: Awaited<ReturnType<typeof scanHosts>>;

  beforeAll(async () => {
    scanned = await scanHosts(core.context, hostsNamed('web-1', 'down'));
  });

  it('says what the scan said', async () => {
    const { postures, hosts } = await ask('web-1');
    const scan = scanned.scans.find(({ host }) => host === 'web-1');

    expect(postures[0]?.posture).toEqual(scan?.posture);
    expect(postures[0]?.posture?.grade).toBe('F');
    expect(hosts[0]?.grade).toEqual({ score: scan?.posture.score, grade: 'F' });
  });

  it('gives a host that could not be read no grade', async () => {
    const scan = scanned.scans.find(({ host }) => host === 'down');
    const { postures, hosts } = await ask('down');

    expect(scan?.posture).toMatchObject({ score: null, grade: null });
    expect(postures[0]).toMatchObject({ scannedAt: null, posture: null });
    expect(hosts[0]?.grade).toBeNull();
  });

  it('counts hosts without a grade in the fleet, as nothing', async () => {
    const { fleet, postures } = await ask('web-1', 'down', 'never');
    const score = postures.find(({ host }) => host === 'web-1')?.posture?.score ?? 0;

    expect(fleet).toMatchObject({ score: Math.round(score / 3), graded: 1, hosts: 3 });
  });
});
