import { otherNames } from '../../src/exposure/advisory.ts';
import { byInventory, saidOf } from '../../src/exposure/judge-inventory.ts';
import { indexRecords } from '../../src/exposure/record-index.ts';
import { exposedBy, installed, osv, osvAffected } from '../support/exposure-records.ts';

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
  const found = byInventory(saidOf(containerd, indexRecords([record])));
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
  expect(byInventory(saidOf(own, indexRecords([malware]))).map(({ id }) => id)).toEqual([
    'GHSA-aaaa-bbbb-cccc',
  ]);
});
