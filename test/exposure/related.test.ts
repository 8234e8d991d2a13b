import {
  type AdvisoryRecord,
  isOfOne,
  otherNames,
  vulnerabilitiesOf,
} from '../../src/exposure/advisory.ts';
import type { InstalledPackage } from '../../src/exposure/installed.ts';
import { byInventory, saidOf } from '../../src/exposure/judge-inventory.ts';
import { indexRecords } from '../../src/exposure/record-index.ts';
import { exposedBy, installed, osv, osvAffected } from '../support/exposure-records.ts';

const NONE: ReadonlySet<string> = new Set();
const said = (one: InstalledPackage, records: readonly AdvisoryRecord[]) =>
  saidOf(one, indexRecords(records), NONE, NONE);

// As Go’s database has it, shortened.
const record = osv({
  ...{ id: 'GO-2023-1574', aliases: ['CVE-2023-25173', 'GHSA-hmfx-3pcx-653p'] },
  ...{ related: ['CVE-2022-2989', 'CVE-2022-36109'] },
  affected: [
    osvAffected(
      'Go',
      'github.com/containerd/containerd',
      [{ introduced: '0' }, { fixed: '1.6.18' }],
      {
        ecosystem_specific: { imports: [{ path: 'github.com/containerd/containerd/oci' }] },
      },
    ),
  ],
});
const containerd = installed('Go', 'github.com/containerd/containerd', 'v1.6.15');

it('a record is found, told and named by what it is about, and not by what it calls related', () => {
  const found = byInventory(said(containerd, [record]));
  expect(found.map(({ id }) => id)).toEqual(['CVE-2023-25173']);
  const exposed = exposedBy([containerd], [record]);
  expect(exposed.map(({ vulnerability }) => vulnerability)).toEqual(['CVE-2023-25173']);
  expect(otherNames([record.advisory])).toEqual(['GO-2023-1574', ...record.advisory.aliases]);
});

it('one without a CVE has its own id, as it is written', () => {
  const malware = osv({
    id: 'GHSA-aaaa-bbbb-cccc',
    affected: record.affected.map(() => osvAffected('Go', containerd.name, [{ introduced: '0' }])),
  });
  const own = installed('Go', containerd.name, 'v1.6.15', { isMainModule: true });
  expect(byInventory(said(own, [malware])).map(({ id }) => id)).toEqual(['GHSA-aaaa-bbbb-cccc']);
});

const none = { aliases: [], upstream: [], related: [] };
it.each([
  ['its own CVE', true, { id: 'CVE-2026-1' }],
  ['two names of one', true, { id: 'GHSA-1', aliases: ['CVE-2026-1', 'CVE-2026-2'] }],
  ['one that it was made for', true, { id: 'DEBIAN-CVE-2026-1', upstream: ['CVE-2026-1'] }],
  ['one by two names', true, { id: 'CGA-1', upstream: ['CVE-2026-1', 'GHSA-1'] }],
  ['one beside what is related', true, { ...record.advisory }],
  ['one CVE that AlmaLinux names', true, { id: 'ALSA-1', related: ['CVE-2026-1', 'RHSA-1'] }],
  ['malware', true, { id: 'MAL-1' }],
  ['two that it was made for', false, { id: 'DSA-1', upstream: ['CVE-2026-1', 'CVE-2026-2'] }],
  ['two without a CVE', false, { id: 'X-1', upstream: ['GHSA-1', 'GHSA-2'] }],
  ['two that AlmaLinux names', false, { id: 'ALSA-1', related: ['CVE-2026-1', 'CVE-2026-2'] }],
])('a record of %s is about one vulnerability: %s', (_, isOne, ids) => {
  const { advisory } = record;
  expect(isOfOne({ ...advisory, ...none, ...ids })).toBe(isOne);
});

it('each CVE that a record is about is found, also beside one that is its id', () => {
  const ids = { ...none, id: 'CVE-2026-1', upstream: ['CVE-2026-2'] };
  const both = { ...record, advisory: { ...record.advisory, ...ids } };
  expect(byInventory(said(containerd, [both])).map(({ id }) => id)).toEqual(
    vulnerabilitiesOf(both.advisory),
  );
});

it('a record that names only another record is about the CVE of that one', () => {
  const fixed = (version: string) => [
    osvAffected('PyPI', 'a', [{ introduced: '0' }, { fixed: version }]),
  ];
  const ofGithub = osv({
    ...{ id: 'GHSA-aaaa-bbbb-cccc', aliases: ['CVE-2026-1'], affected: fixed('2.0') },
  });
  const ofPython = osv({
    ...{ id: 'PYSEC-2026-1', aliases: ['ghsa-aaaa-bbbb-cccc'], affected: fixed('2.1') },
  });
  const alone = osv({ id: 'PYSEC-2026-2', affected: fixed('2.2') });
  const own = installed('PyPI', 'a', '1.0');
  const records = [ofPython, ofGithub, alone];

  expect(said(own, records).map(({ id }) => id)).toEqual([...['CVE-2026-1', 'PYSEC-2026-2']]);
  expect(exposedBy([own], records)).toMatchObject([
    { vulnerability: 'CVE-2026-1', verdict: { fixed: '2.1' } },
    { vulnerability: 'PYSEC-2026-2' },
  ]);
  expect(exposedBy([own], [ofPython])).toMatchObject([{ vulnerability: 'PYSEC-2026-1' }]);
});

it.each([
  [
    'that are about several',
    [{ id: 'GO-2026-1', aliases: ['CVE-2026-1', 'CVE-2026-2', 'GHSA-a', 'GHSA-b'] }],
  ],
  [
    'that do not agree',
    [
      { id: 'GO-2026-1', aliases: ['CVE-2026-1', 'GHSA-b'] },
      { id: 'GO-2026-2', aliases: ['CVE-2026-2', 'GHSA-b'] },
    ],
  ],
])('a record that is named by records %s keeps its own id', (_, named) => {
  const affected = [osvAffected('PyPI', 'a', [{ introduced: '0' }])];
  const records = [...named, { id: 'GHSA-b' }].map((one) => osv({ ...one, affected }));
  const own = installed('PyPI', 'a', '1.0');
  for (const inOrder of [records, records.toReversed()]) {
    expect(
      said(own, inOrder)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['CVE-2026-1', 'CVE-2026-2', 'GHSA-b']);
  }
});
