import fc from 'fast-check';
import { fullAccess } from '../../src/command/access.ts';
import { runLine } from '../../src/command/run-line.ts';
import { feedOfJson } from '../../src/feeds/make-feed.ts';
import { clearedInImages } from '../../src/inspections/exposure-of.ts';
import { matchAgain } from '../../src/inspections/match-again.ts';
import { runningImages } from '../../src/inspections/named-images.ts';
import { containerOf, debPackage, imageList, observedImage } from '../support/observed-images.ts';
import { openOwnCore, silentHost } from '../support/own-core.ts';
import { scanRecord } from '../support/scan-records.ts';
import { takeExploited, takeRecords } from '../support/taken-feeds.ts';
import { openVex, said, shopDigest, shopImage } from '../support/vex-documents.ts';

// Whatever is said of packages and images: whoever counts what is exploited counts the same.

const hosts = ['web-1', 'web-2'];
const shop = 'registry.example/team/shop:1.2';
/** Records call the first affected, and the second repaired. */
const vulnerabilities = ['CVE-2026-1000', 'CVE-2026-2000'];

const libssl = 'pkg:deb/debian/libssl3@3.0.11-1?distro=debian-12';
const aProduct = fc.constantFrom<{ '@id': string; subcomponents?: { '@id': string }[] }>(
  { '@id': libssl },
  { '@id': 'pkg:deb/debian/libssl3@3.0.12-1' },
  { '@id': 'pkg:deb/debian/openssl@3.0.11-1?arch=source' },
  { '@id': shopImage },
  { '@id': shop },
  { '@id': 'other:1' },
  { '@id': shopImage, subcomponents: [{ '@id': libssl }] },
);
const aDocument = fc.record({
  author: fc.constantFrom('Acme Security', 'Distribution'),
  statements: fc.array(
    fc.record({
      vulnerability: fc.constantFrom(...vulnerabilities.map((name) => ({ name }))),
      products: fc.array(aProduct, { minLength: 1, maxLength: 2 }),
      status: fc.constantFrom('not_affected', 'affected', 'fixed', 'under_investigation'),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});

test('exposure, images, findings, posture and messages agree on what statements clear', async () => {
  const core = await openOwnCore(hosts.map((name) => silentHost(name)));
  const { store, context } = core;
  const [first = '', second = ''] = vulnerabilities;
  await takeRecords(store, {
    [first]: { package: 'openssl', fixed: '3.0.13-1', severity: 'high' },
    [second]: { package: 'openssl', fixed: '3.0.1-1' },
  });
  await takeExploited(store, vulnerabilities);
  const at = new Date().toISOString();
  const digests = [`registry.example/team/shop@${shopDigest}`];
  for (const [host, tag] of [
    ['web-1', shop],
    ['web-2', 'other:1'],
  ] as const) {
    const image = observedImage(tag, tag === shop ? { digests } : {});
    await store.scans.saveScan(
      scanRecord({
        ...{ host, startedAt: at, finishedAt: at, imageList: imageList([image]) },
        containers: [containerOf(tag, [debPackage('libssl3', '3.0.11-1', 'openssl')])],
      }),
    );
  }
  const ask = (text: string) =>
    runLine(
      {
        ...{ ...context, onProgress: () => {} },
        actor: { id: 'U1', name: 'alice', place: 'terminal' },
      },
      { text, access: fullAccess, reference: 'a1b2' },
    );
  let documents = 0;
  const take = async ({
    author,
    statements,
  }: typeof aDocument extends fc.Arbitrary<infer T> ? T : never) => {
    documents += 1;
    const document = openVex(statements.map(said), {
      ...{ '@id': `https://acme.example/vex/${documents}`, author },
      timestamp: new Date(Date.UTC(2026, 10, 1) + documents * 60_000).toISOString(),
    });
    const refuse = (reason: string) => {
      throw new Error(reason);
    };
    await store.feeds.replace(await feedOfJson(document, refuse));
    const held = await store.exposed.claim({ owner: 'a', leaseMs: 60_000 });
    if (held === null) throw new Error('somebody else matches');
    await matchAgain(store.exposed, held, Date.now());
    await store.exposed.release(held);
  };
  const affectedBy = async (id: string): Promise<string[]> => {
    const answer = await ask(`exposure ${id} on all`);
    if (answer.kind !== 'exposure') throw new Error(answer.kind);
    const affected = answer.results.filter(({ state }) => state.startsWith('affected'));
    return [...new Set(affected.map(({ host }) => host))].sort();
  };
  try {
    await fc.assert(
      fc.asyncProperty(aDocument, async (document) => {
        await take(document);
        const each = await Promise.all(vulnerabilities.map(affectedBy));
        const exposed = [...new Set(each.flat())].sort();
        const images = await ask('images known-exploited on all');
        expect(images.kind === 'images' && images.images.map(({ host }) => host)).toEqual(exposed);
        const findings = await ask('findings on all');
        expect(findings).toMatchObject({ exploitedImages: exposed.length });
        const running = await runningImages(context, hosts, await context.feeds.list());
        expect(running.flatMap(({ host, isExploited }) => (isExploited ? [host] : []))).toEqual(
          exposed,
        );
        for (const [index, id] of vulnerabilities.entries()) {
          const asked = { hosts, since: 0, at: Date.now() };
          const cleared = await clearedInImages(context, [id], asked);
          if (cleared.has(id)) expect(each[index]).toEqual([]);
        }
      }),
      { numRuns: 20 },
    );
  } finally {
    await core.remove();
  }
});
