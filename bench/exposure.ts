// How long `exposure` takes where a fleet is stored: 2,000 images with 1,000 packages each (145,000 distinct,
// 2 million rows), 10,000 containers on 1,000 hosts, 83,000 ranges. Beside it the bare statement that finds
// the same containers. `node bench/exposure.ts`; it takes a minute and 500 MB of the temporary folder.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { ExposureAnswer } from '../src/answers/exposure-answer.ts';
import { fullAccess } from '../src/command/access.ts';
import { runLine } from '../src/command/run-line.ts';
import { matchAgain } from '../src/inspections/match-again.ts';
import type { Held } from '../src/ports/lease.ts';
import { assembleCore } from '../src/programs/assemble.ts';
import { exampleContainer } from '../src/rules/example-host.ts';
import { defaultPolicy } from '../src/rules/policy.ts';
import { median, say } from './measure.ts';

const IMAGES = 2_000;
const PACKAGES_EACH = 1_000;
const SOURCES = 14_500;
const VERSIONS_EACH = 10;
const CONTAINERS = 10_000;
const HOSTS = 1_000;
const RANGES = 83_000;
const ASKED = 60;
const BUDGET_MS = 50;

/** Numbers of the first of the records that are asked for. */
const asked = [
  { what: 'packages that nearly every image has', first: 0 },
  { what: 'others', first: 5_000 },
];

const folder = mkdtempSync(join(tmpdir(), 'seawall-bench-'));
const path = join(folder, 'seawall.db');
const hosts = Array.from({ length: HOSTS }, (_, number) => `host-${number}`);
const core = await assembleCore({
  hosts: hosts.map((name) => ({
    ...{ name, url: 'tcp://127.0.0.1:1', isDefault: false, tls: undefined, labels: {} },
    evidence: 'api' as const,
  })),
  databaseUrl: `sqlite:${path}`,
  policy: defaultPolicy,
});

/** The same on every run. */
let state = 42;
const random = (below: number) => {
  // A plain product would lose its low bits, and the sequence repeat itself soon.
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};
const source = (number: number) => `source-${number}`;
/** What a release ships has the fixes of most records; a tenth is open in some of its versions, and all that is asked for. */
const isOpen = (number: number) =>
  number % 10 === 0 || asked.some(({ first }) => number >= first && number < first + ASKED);
/** As long as those of an engine. */
const idOf = (number: number) => String(number).padStart(64, '0');
const cve = (number: number) => `CVE-2024-${10_000 + number}`;

function seed(): void {
  const db = new Database(path);
  db.pragma('synchronous = OFF');
  const host = db.prepare('insert into host (name) values (?)');
  const one = db.prepare(
    `insert into package (name, version, architecture, source_name, source_version) values (?, ?, 'amd64', ?, ?)`,
  );
  const inventory = db.prepare(
    `insert into inventory (key, manager, os_id, os_version, os_name, packages, first_seen, last_seen)
     values (?, 'dpkg', 'debian', '12', 'Debian GNU/Linux 12', ?, 0, 0)`,
  );
  const has = db.prepare('insert or ignore into inventory_package values (?, ?)');
  const container = db.prepare(
    `insert into container (host_id, container_id, name, image_id, image, state, facts_json, facets_json,
       unverified_facets_json, inventory_id, surface_json, content_hash, first_seen, opened_at)
     values (?, ?, ?, ?, ?, 'running', ?, '[]', '[]', ?, ?, '', 0, 0)`,
  );
  const image = db.prepare(
    `insert or ignore into image_filesystem (host_id, image_id, name, layers_key, first_seen, last_seen)
     values (?, ?, ?, ?, 0, 0)`,
  );
  db.transaction(() => {
    for (const name of hosts) host.run(name);
    for (let number = 0; number < SOURCES; number += 1) {
      for (let version = 0; version < VERSIONS_EACH; version += 1) {
        const written = `1.${version}-1`;
        one.run(`lib${source(number)}`, written, source(number), written);
      }
    }
    for (let image = 1; image <= IMAGES; image += 1) {
      inventory.run(`key-${image}`, PACKAGES_EACH);
      // The first are in nearly every image, as the packages of a base are.
      for (let number = 0; number < PACKAGES_EACH; number += 1) {
        const of = number < 100 ? number : 100 + random(SOURCES - 100);
        has.run(image, of * VERSIONS_EACH + 1 + random(VERSIONS_EACH));
      }
    }
    for (let number = 0; number < CONTAINERS; number += 1) {
      const of = 1 + random(IMAGES);
      const hostId = 1 + (number % HOSTS);
      const facts = { ...exampleContainer, id: idOf(number), imageReference: `image-${of}` };
      const installed = { state: 'read', value: { key: `key-${of}`, packages: PACKAGES_EACH } };
      container.run(
        ...[hostId, facts.id, `name-${number}`, `sha256:${idOf(of)}`],
        ...[facts.imageReference, JSON.stringify(facts), of],
        JSON.stringify({ ports: [], installed }),
      );
      image.run(hostId, `sha256:${idOf(of)}`, facts.imageReference, `layers-${of}`);
    }
  })();
  db.close();
}

async function* advisories() {
  for (let number = 0; number < RANGES; number += 1) {
    yield {
      kind: 'advisory' as const,
      record: {
        advisory: {
          ...{ id: `DEBIAN-${cve(number)}`, aliases: [], upstream: [cve(number)], related: [] },
          ...{ kind: 'vulnerability' as const, summary: '', severities: [], licence: '' },
          ...{ published: null, modified: null, withdrawn: null, source: 'osv/Debian' },
        },
        affected: [
          {
            ...{ ecosystem: 'Debian:12', nameKind: 'source' as const, scheme: 'deb' as const },
            ...{ name: source(number % SOURCES), versions: [], statusNote: '', stream: null },
            ...{ status: 'affected' as const, isOlderUnclear: false, imports: [] },
            intervals: [
              isOpen(number)
                ? { introduced: '1.0-1', fixed: `1.${1 + (number % 9)}-1`, lastAffected: null }
                : { introduced: '0', fixed: '1.0-1', lastAffected: null },
            ],
          },
        ],
      },
    };
  }
}

/** A feed that clears one in twenty of what is affected, and is too old. */
async function* oldWords() {
  for await (const { kind, record } of advisories()) {
    const { advisory, affected } = record;
    const id = advisory.id.replace('DEBIAN-', '');
    if (Number(id.slice('CVE-2024-'.length)) % 20 !== 0) continue;
    const about = { ...advisory, id, source: 'debian-tracker' };
    const said = affected.map((one) => ({
      ...one,
      status: 'not-affected' as const,
      intervals: [],
    }));
    yield { kind, record: { advisory: about, affected: said } };
  }
}

/** As after each feed while another one is too old: what only that clears becomes unknown, and then stays so. */
async function matchWithOld(held: Held): Promise<void> {
  const tracker = { source: 'debian-tracker', rows: oldWords(), asOf: () => null };
  await core.store.feeds.replace(tracker);
  const feeds = ['osv/Debian', tracker.source].map((source) => ({
    ...{ source, ecosystem: 'Debian:12', isPart: false, isStale: source === tracker.source },
  }));
  const all = feeds.map((one) => ({ ...one, isStale: true }));
  for (const [what, ages] of [
    ['one of two feeds becomes too old', feeds],
    ['it stays so', feeds],
    ['both are too old', all],
  ] as const) {
    const before = process.cpuUsage();
    await matchAgain(core.store.exposed, held, Date.now(), { feeds: ages });
    const { user, system } = process.cpuUsage(before);
    say(`matched again where ${what}: ${((user + system) / 1_000_000).toFixed(1)} s of CPU`);
  }
}

/** In chat an answer is a page of its list; a terminal has all of it. */
async function ask(text: string, isInChat: boolean): Promise<ExposureAnswer> {
  const actor = { id: 'U1', name: 'alice', place: 'terminal' };
  const context = { ...core.context, actor, onProgress: () => {} };
  const answer = await runLine(context, {
    ...{ text, access: fullAccess, reference: 'a1b2' },
    paging: isInChat ? { after: null, scans: null } : undefined,
  });
  if (answer.kind !== 'exposure') throw new Error(JSON.stringify(answer));
  return answer;
}

function bare(number: number): number {
  const db = new Database(path, { readonly: true });
  const start = performance.now();
  db.prepare(
    `select c.container_id from package p join inventory_package ip on ip.package_id = p.id
     join container c on c.inventory_id = ip.inventory_id where p.source_name = ?`,
  ).all(source(number % SOURCES));
  const took = performance.now() - start;
  db.close();
  return took;
}

const p95 = (values: number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? 0;

try {
  let start = performance.now();
  seed();
  say(`seeded in ${((performance.now() - start) / 1_000).toFixed(1)} s`);
  start = performance.now();
  await core.store.feeds.replace({ source: 'osv/Debian', rows: advisories(), asOf: () => null });
  say(`${RANGES} ranges taken in ${((performance.now() - start) / 1_000).toFixed(1)} s`);
  start = performance.now();
  const before = process.cpuUsage();
  const held = await core.store.exposed.claim({ owner: 'bench', leaseMs: 600_000 });
  if (held === null) throw new Error('somebody else matches');
  await matchAgain(core.store.exposed, held, Date.now());
  const { user, system } = process.cpuUsage(before);
  const exposed = await core.store.exposed.listPlaced({ hosts: hosts.slice(0, 1), goneAfter: 0 });
  say(
    `matched again, read and written, in ${((performance.now() - start) / 1_000).toFixed(1)} s, ` +
      `${((user + system) / 1_000_000).toFixed(1)} s of CPU; ${exposed.length} on one host`,
  );
  for (const { what, first } of asked) {
    for (const isInChat of [true, false]) {
      const times: number[] = [];
      const baseline: number[] = [];
      let affected = 0;
      for (let number = first; number < first + ASKED; number += 1) {
        baseline.push(bare(number));
        const before = performance.now();
        const answer = await ask(`exposure ${cve(number)} on all`, isInChat);
        times.push(performance.now() - before);
        affected += answer.running.affected;
      }
      const ratio = median(times) / median(baseline);
      say(
        `${what}, ${isInChat ? 'a page of it' : 'all of it'}: p50 ${median(times).toFixed(1)} ms, ` +
          `p95 ${p95(times).toFixed(1)} ms (budget ${BUDGET_MS}), ` +
          `the bare statement ${median(baseline).toFixed(1)} ms (ratio ${ratio.toFixed(1)}), ` +
          `${Math.round(affected / ASKED)} containers affected on average`,
      );
    }
  }
  await matchWithOld(held);
} finally {
  await core.store.close();
  rmSync(folder, { recursive: true });
}
