import { timeOf } from '../../../demo/sample/timeline.ts';
import { type Fleet, openFleet } from '../../support/open-fleet.ts';

// The questions that the demo invites to, asked as a person does; what must be true of the answers
// follows from the timeline.
let fleet: Fleet;
const startedAt = Date.now();
beforeAll(async () => {
  fleet = await openFleet();
});
afterAll(() => fleet.close());

const ask = async (line: string) => (await fleet.ask(line)).text;
const moment = (day: number, at: string) =>
  new Date(timeOf({ day, at }, startedAt)).toISOString().slice(0, 16);
const row = (text: string, ...words: string[]) =>
  text.split('\n').find((line) => words.every((word) => line.includes(word)));

it('says what the fleet is, and how it stands', async () => {
  expect(fleet.line).toMatch(
    /^Sample fleet: sample-web [A-F], sample-ci [A-F], sample-db [A-F]; recorded, with 30 days of made-up history\.\n$/,
  );
  for (const line of ['status', 'hosts', 'posture on all', 'findings on all']) {
    const text = await ask(line);
    for (const host of ['sample-web', 'sample-ci', 'sample-db']) {
      expect(row(text, host, '(sample: recorded, with a made-up history)')).toBeDefined();
    }
  }
  expect(await ask('status')).toMatch(/Blind: sample-ci could not be read from/);
  expect(await ask('status')).toMatch(/Drift: .*front on sample-web \(capabilities, mounts\)/);
});

it('has recorded every call that a month of scans, and one now, makes', async () => {
  await ask('scan on all');

  expect(fleet.unrecorded()).toEqual([]);
});

it('shows controls that hold, that are less than usual, and that are unknown', async () => {
  const text = await ask('controls on all');

  expect(text).toMatch(
    /15 containers: 1 not-enforced, \d+ off, 6 weakened, \d+ enforced, \d+ unknown/,
  );
  expect(text).toMatch(/\d+ unknown: \d+ × needs evidence: kernel; /);
  for (const name of ['mailer', 'promo', 'payments-hsm', 'orders']) {
    expect(text).toMatch(new RegExp(`${name} on sample-\\w+: \\d off, (?:1\\d|[89]) enforced`));
  }
  expect(text).toMatch(/checkout on sample-web: .*weak: cap-effective/);
});

it('grades a month, with what changed', async () => {
  const { answer, text } = await fleet.ask('history on sample-web');
  if (answer.kind !== 'history') throw new Error(text);
  const scores = answer.histories[0]?.points.flatMap((point) => point?.score ?? []) ?? [];

  expect(scores.length).toBeGreaterThanOrEqual(29);
  expect(new Set(scores).size).toBeGreaterThanOrEqual(3);
  expect(row(text, 'critical', '→')).toBeDefined();
});

it('tells what is new, and what is better', async () => {
  const text = await ask('diff since 7d on sample-web');

  expect(text).toMatch(/critical no-privileged-container payments-hsm on sample-web/);
  expect(text).toMatch(/critical no-added-capabilities checkout on sample-web/);
  expect(text).toMatch(/no-public-port checkout on sample-web/);
  expect(await ask('findings since 7d')).toMatch(/no-public-port .*checkout/);
});

it('knows what was privileged at a time, and what is gone', async () => {
  const then = await ask(`containers privileged at ${moment(9, '06:00')}Z on sample-web`);
  expect(row(then, 'promo', 'sample-web')).toBeDefined();
  expect(row(then, 'payments-hsm')).toBeDefined();
  expect(row(await ask('containers privileged on sample-web'), 'promo')).toBeUndefined();

  const atNight = await ask(`containers privileged at ${moment(28, '03:12')}Z on sample-web`);
  expect(row(atNight, 'debug', 'sample-web')).toBeDefined();
  const gone = await ask('containers gone since 3d on all');
  expect(row(gone, 'debug', 'sample-web', 'host-pid')).toBeDefined();
  expect(row(gone, 'build-1533', 'sample-ci', 'env-secret')).toBeDefined();
});

it('says when it could not see a host', async () => {
  const { answer, text } = await fleet.ask(`containers since 12d on sample-ci`);
  if (answer.kind !== 'containers') throw new Error(text);

  expect(answer.blind).toEqual([
    expect.objectContaining({
      host: 'sample-ci',
      from: `${moment(20, '02:00')}:00.000Z`,
      to: `${moment(20, '08:00')}:00.000Z`,
      failedScans: 2,
    }),
  ]);
  for (const host of ['sample-web', 'sample-db']) {
    const other = (await fleet.ask(`containers since 29d on ${host}`)).answer;
    expect(other).toMatchObject({ kind: 'containers', blind: [] });
  }
});

it('counts versions of software over the fleet', async () => {
  expect(await ask('surface on all')).toMatch(/Software in most versions/);
  const text = await ask('surface openssl on all');

  for (const version of [/1\.1\.1/, /3\.0\.\d+/, /3\.5\.\d+/]) expect(text).toMatch(version);
  const ports = row(await ask('surface on sample-web'), 'front', 'running');
  // Two ports, each on IPv4 and IPv6.
  expect(ports).toMatch(/\(trixie\) +2 /);
});

it('knows libraries and programs, what is exploited, and what a container had that is gone', async () => {
  const log4j = row(await ask('exposure CVE-2021-44228 on all'), 'reports (gone)');
  expect(log4j).toMatch(/log4j-core 2\.14\.1 in \/opt\/reports\/reports\.jar.*23 h.* 2\.15\.0/);
  expect(row(await ask('exposure lodash on all'), 'lodash 4.17.20')).toMatch(/front/);
  expect(row(await ask('exposure CVE-2024-21892 on all'), 'node 18.19.0')).toMatch(/18\.19\.1/);
  const exploited = await ask('images known-exploited on all');
  expect(row(exploited, 'shop/checkout:1.8.0', 'CVE-2025-48384')).toBeDefined();
});

it('compares, explains and previews', async () => {
  const compared = await ask('compare sample-web sample-db');
  expect(compared).toMatch(/sample-web/);
  expect(compared).toMatch(/live-restore .* fail +no finding/);
  expect(await ask('why front')).toMatch(/no-added-capabilities/);
  expect(await ask('findings accepted on sample-web')).toMatch(/backups.*until|until.*backups/s);

  const preview = await ask('digest preview');
  expect(preview).not.toMatch(/first digest/);
  expect(preview).toMatch(/no-added-capabilities .*checkout on sample-web/);
  expect(preview).toMatch(/acceptance ending soon/);
});
