import type { ExposureAnswer, ExposureResult } from '../../src/answers/exposure-answer.ts';
import { unread } from '../../src/shared/reading.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { hostileAnswers, hostState } from '../support/hostile-answers.ts';

const [found] = hostileAnswers.exposure.results as [ExposureResult];
const text = (answer: Partial<ExposureAnswer>) =>
  terminalText(answerDocument({ ...hostileAnswers.exposure, ...answer }));
const count = (whole: string, part: string) => whole.split(part).length - 1;

it('says once why it is not known which layers brought packages', () => {
  const layer = unread<never>('nobody read its base');
  const results = [found, { ...found, layer }, { ...found, layer }];
  const told = text({ results });

  expect(told).toContain('Layer not known for 2 of 3 results: nobody read its base.');
  expect(count(told, 'nobody read its base')).toBe(1);
});

it('says once why of an image nobody knows, of hosts without a row of it', () => {
  const row = { ...found, host: 'web', state: 'unknown' as const, package: null, layer: null };
  const results: ExposureResult[] = [
    { ...row, image: 'shop:1', reason: 'sealed' },
    { ...row, image: 'shop:2', reason: 'too large' },
  ];
  const unknown = [
    { image: 'shop:1', hosts: ['web'], reason: 'sealed' },
    { image: 'shop:2', hosts: ['ci', 'db', 'web'], reason: 'too large' },
    { image: 'shop:3', hosts: ['web'], reason: 'sealed' },
  ];
  const told = text({ results, unknown });

  expect(told).not.toContain('shop:1 on');
  expect(told).toContain('shop:2 on ci, db: too large');
  expect(told).toContain('shop:3 on web: sealed');
});

it('says below the rows why something is not known, once for all of them', () => {
  const reason =
    'its packages are not known (reading them could change the host; needs evidence level files)';
  const row = { ...found, state: 'unknown' as const, package: null, layer: null, reason };
  const told = text({ results: [row, { ...row, image: 'shop:2' }] }).replace(/\s+/g, ' ');

  expect(count(told, 'could change the host')).toBe(1);
  expect(told).toMatch(/Unknown for .+: its packages are not known \(reading them could change/);
});

it('calls nothing unknown that is affected, whatever the vendor says of it in brackets', () => {
  const reason = 'no-dsa: Minor issue (fixed by a point release)';
  const row = { ...found, state: 'affected-no-fix' as const, reason };
  const told = text({ results: [row], unknown: [] }).replace(/\s+/g, ' ');

  expect(told).toContain(reason);
  expect(told).not.toMatch(/Unknown for .+: no-dsa/);
});

it('does not say that there is no container where a host could not be read', () => {
  const none = { affected: 0, fixable: 0, unknown: 0, total: 0 };
  const counts = { running: none, stopped: none, gone: none, results: [] };
  const away = hostState({ unread: { reason: 'connection refused', since: null } });

  expect(text({ ...counts, hosts: [away] })).toContain('It is unknown which containers there are');
  expect(text({ ...counts, hosts: [hostState({ unread: null })] })).toContain(
    'No container is known here',
  );
});

describe('what to do about a vulnerability', () => {
  const asked = { kind: 'vulnerability' as const, id: 'CVE-2026-1001', ids: [], summary: '' };
  const there = { from: '2026-01-01T00:00:00.000Z', to: null };
  const openssl = { ...found.package, name: 'libssl3', source: 'openssl', version: '3.0.1' };
  const row: ExposureResult = {
    ...found,
    ...{ state: 'affected-fix-available', package: openssl as ExposureResult['package'] },
    ...{ fixedIn: '3.0.2', window: there, windows: [there], accepted: null },
  };
  const said = (...results: ExposureResult[]) =>
    text({ asked: { ...hostileAnswers.exposure.asked, ...asked }, results, page: null }).replace(
      /\s+/g,
      ' ',
    );

  it('is to update, or to accept it in the one package', () => {
    expect(said(row, row)).toContain(
      'What to do: update openssl to 3.0.2, and start the containers anew from images that have it. If it does not matter here: accept CVE-2026-1001 openssl --reason',
    );
  });

  it('starts no container anew where only an image has it', () => {
    expect(said({ ...row, containers: [] })).toContain(
      'What to do: update openssl to 3.0.2 in the image before a container starts from it.',
    );
  });

  it('names no package where it is in several', () => {
    const other = { ...row, package: { ...openssl, source: 'zlib' } as ExposureResult['package'] };
    expect(said(row, other)).toContain('accept CVE-2026-1001 <package> --reason');
  });

  it('promises no message where there is no fix', () => {
    const told = said({ ...row, state: 'affected-no-fix', fixedIn: null });
    expect(told).toContain('What to do: no fix is published. Remove the package, or accept');
  });

  it('is to look at what had it, where nothing has it now', () => {
    const over = { ...there, to: '2026-01-02T00:00:00.000Z' };
    expect(said({ ...row, window: over, windows: [over] })).toContain('check the containers that');
  });

  it('is nothing where nothing is affected, or all of it was accepted', () => {
    const accepted = { by: 'ada', reason: 'x', until: '2026-02-01T00:00:00.000Z' };
    const taken = { ...row, accepted } as ExposureResult;
    expect(said(taken)).not.toContain('What to do');
    expect(said({ ...row, state: 'vendor-says-not-affected' })).not.toContain('What to do');
    expect(said(taken, row)).toContain('What to do');
  });
});

it('fills a page with rows, and not with what one row says of many hosts', () => {
  const hosts = Array.from({ length: 30 }, (_, at) => `web-${at}`);
  const results = Array.from({ length: 45 }, (_, image) =>
    hosts.map((host) => ({ ...found, host, image: `shop:${image}` })),
  ).flat();
  const page = (part: ExposureResult[]) => {
    const paging = { line: 'exposure CVE-2026-1', after: null, scans: {}, rescanned: [] };
    const total = results.length;
    const answer = { results: part, page: { ...paging, part: { before: 0, total } } };
    return answerDocument({ ...hostileAnswers.exposure, ...answer });
  };
  const [first] = page(results).actions ?? [];

  expect(terminalText(page(results))).toContain(`1 to 1200 of 1350, and 150 more`);
  expect(first?.intent).toMatchObject({ paging: { after: expect.stringContaining('shop:39') } });
  expect(terminalText(page(results.slice(0, 30)))).toContain('1 to 30 of 1350');
});
