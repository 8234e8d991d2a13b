import { randomInt } from 'node:crypto';
import { containerName, foreign, nameText, referenceText } from '../../src/snapshot/foreign.ts';
import type { Store } from '../../src/store/open-store.ts';
import { currentFinding, morning, observedContainer, scanRecord } from '../support/scan-records.ts';
import { storeForEach } from '../support/store-for-each.ts';

let store: Store;

storeForEach((own) => {
  store = own.store;
});

/** Long, of three bytes a character, and nothing that a database could compress. */
const endless = () =>
  foreign(
    'GET /x',
    String.fromCharCode(...Array.from({ length: 20_000 }, () => randomInt(0x4e00, 0x9fff))),
  );
const [name, other] = [endless(), endless()];

// An index of PostgreSQL takes no row above a third of a page, and a scan is stored whole or not at all.
it('stores a host on which everything has the longest name', async () => {
  const facts = {
    name: containerName(name),
    imageId: 'i'.repeat(128),
    imageReference: referenceText(name),
    composeProject: nameText(name),
    composeService: nameText(other),
    composeConfigHash: nameText(name),
    owner: nameText(name),
  };
  const key = `${facts.composeProject}/${facts.composeService}`;
  const container = observedContainer('c'.repeat(128), facts);
  const scan = (day: number, containers: (typeof container)[]) =>
    store.scans.saveScan(
      scanRecord({
        ...{ startedAt: morning(day), finishedAt: morning(day), containers },
        findings: [currentFinding({ subjectKey: key, subjects: [facts.name] })],
        undecided: [
          { rule: 'no-root-user', subjectKind: 'container', subjectKey: key, reason: 'unread' },
        ],
      }),
    );
  await scan(0, [container]);
  await scan(1, []);

  const found = await store.scans.listContainers({ hosts: ['web-1'], includeGone: true });
  expect(found).toMatchObject([{ facts, removedAt: morning(1) }]);
  expect(await store.scans.listOpenFindings({ hosts: ['web-1'] })).toMatchObject([
    { subjectKey: key },
  ]);
});

it('keeps two apart that begin alike', () => {
  const long = 'x'.repeat(5_000);
  const names = ['', 'a', 'b'].map((end) => containerName(foreign('GET /x', `/${long}${end}`)));

  expect(new Set(names).size).toBe(3);
  expect(names.every((one) => Buffer.byteLength(one) === 255)).toBe(true);
  expect(Buffer.byteLength(containerName(name))).toBeLessThanOrEqual(255);
  expect(containerName(foreign('GET /x', '/web'))).toBe('web');
  expect(containerName(foreign('GET /x', long))).toBe(names[0]);
});
