import { exportBill } from '../../src/exports/export-bill.ts';
import { openInventoryJudge } from '../../src/inspections/image-exposure.ts';
import { read, unread } from '../../src/shared/reading.ts';
import type { PackageFacts } from '../../src/snapshot/facts/packages.ts';
import { observedImage } from '../support/observed-images.ts';
import { cpuMs, watchStops } from '../support/strain.ts';
import { debianRecord } from '../support/taken-feeds.ts';

// What a container can write into its database of packages within every bound of its format.

const operatingSystem = { id: 'debian', versionId: '12', prettyName: 'Debian 12' };
const packages = (nameOf: (index: number) => string): PackageFacts[] =>
  Array.from({ length: 20_000 }, (_, index) => ({
    ...{ name: nameOf(index), version: '1', architecture: `a${index}` },
    ...{ sourceName: 'chromium', sourceVersion: '1' },
  }));

test('20,000 packages of a source with many vulnerabilities hold nobody up, and are not judged whole', async () => {
  const records = Array.from({ length: 50 }, (_, index) =>
    debianRecord(`CVE-2024-${1000 + index}`, { package: 'chromium' }),
  );
  const times = { asOf: '2026-11-20', publishedAt: '2026-11-20', importedAt: '2026-11-20' };
  const feed = { source: 'osv/Debian', ecosystems: ['Debian:12'], ...times };
  const judge = await openInventoryJudge({
    now: () => Date.parse('2026-11-20'),
    feedsStaleAfterMs: 1,
    store: {},
    filesystems: {},
    feeds: {
      list: async () => [feed],
      recordsAbout: async () => records,
      knownOfEach: async () => new Map(),
      severitiesOf: async () => new Map(),
    },
  } as never);
  const inventory = {
    manager: 'dpkg' as const,
    operatingSystem,
    packages: packages((n) => `p${n}`),
  };
  const measured = async () => {
    const stops = watchStops();
    const [exposure] = await judge.judge([{ inventory, filesystem: null }]);
    return { exposure, stopMs: stops.longestMs() };
  };
  let { exposure, stopMs } = await measured();
  // This process may collect what other suites left in the meantime.
  for (let again = 0; again < 2 && stopMs >= 500; again += 1) {
    ({ exposure, stopMs } = await measured());
  }
  expect(stopMs).toBeLessThan(500);
  expect(exposure).toMatchObject({
    value: { gaps: [expect.stringMatching(/^\d+ packages: advisories name/)] },
  });
});

test('a bill of 20,000 packages of one name is made in time that grows with their number', () => {
  const { facts } = observedImage('shop:1', {});
  const image = {
    ...{ host: 'web-1', id: facts.id, name: 'shop:1', facts: read(facts), facets: [] },
    ...{ unverifiedFacets: [], containers: 1, running: 1 },
    inventory: read({ key: 'k', manager: 'dpkg' as const, operatingSystem, packages: 20_000 }),
    libraries: unread('only packages of systems were read'),
  };
  const contents = { manager: 'dpkg' as const, operatingSystem, packages: packages(() => 'p') };
  const images = [
    { image, contents: read({ ...contents, components: [] }), exposure: unread('no feed') },
  ];
  const bill = { version: '1', takenAt: '2026-01-02T06:00:00.000Z', id: 'x', host: null, images };
  const before = cpuMs();
  exportBill('cyclonedx', bill);
  expect(cpuMs() - before).toBeLessThan(2_000);
});
