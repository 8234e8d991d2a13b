// How long the packages of an image take to read, by single files of a container that never started: on a real engine,
// images that each have the database of this Debian host in a layer of their own. One after the other, and all of
// them in one scan. Root on Debian is needed. `node bench/system-packages.ts [images]`
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEngine } from '../src/engine/open-engine.ts';
import { createParserPool } from '../src/engine/parser-pool.ts';
import { type Reading, read } from '../src/shared/reading.ts';
import type { Endpoint } from '../src/snapshot/collector.ts';
import { packages } from '../src/snapshot/collectors/packages.ts';
import type { PackageInventory } from '../src/snapshot/facts/packages.ts';
import { openContainerFiles } from '../src/snapshot/packages/container-files.ts';
import { createInventoryReader } from '../src/snapshot/packages/inventory-reader.ts';
import { createPackageMemory } from '../src/snapshot/packages/package-memory.ts';
import { openRealEngine, type RealEngine } from '../test/support/real-engine.ts';
import { runCollector } from '../test/support/run-collector.ts';
import { say, time } from './measure.ts';
import { quantile } from './quantiles.ts';

const IMAGES = Number(process.argv[2] ?? 100);
const P95_MS_MAX = 80;
const A_SECOND_MIN = 25;

/** The ids of containers, one of each image. */
function createContainers({ folder, docker }: RealEngine): string[] {
  const tree = join(folder, 'tree');
  mkdirSync(join(tree, 'var/lib/dpkg'), { recursive: true });
  mkdirSync(join(tree, 'etc'));
  copyFileSync('/var/lib/dpkg/status', join(tree, 'var/lib/dpkg/status'));
  copyFileSync('/etc/os-release', join(tree, 'etc/os-release'));
  const archive = join(folder, 'tree.tar');
  return Array.from({ length: IMAGES }, (_, number) => {
    writeFileSync(join(tree, 'number'), String(number));
    execFileSync('tar', ['-C', tree, '-cf', archive, '.']);
    docker('import', archive, `packages:${number}`);
    return docker('create', `packages:${number}`, 'none');
  });
}

const installed = execFileSync('dpkg', ['--list'], { encoding: 'utf8' })
  .split('\n')
  .filter((line) => line.startsWith('ii')).length;
/** Throws where other packages were read than this host has. */
function check(inventory: Reading<PackageInventory>): void {
  const found = inventory.state === 'read' ? inventory.value.packages.length : inventory.reason;
  if (found !== installed) throw new Error(`${found} packages, not ${installed}`);
}

const parsers = createParserPool();
const engine = await openRealEngine();
const reader = openEngine({
  ...{ url: engine.url, parsers },
  allowedEndpoints: packages.reads as Endpoint[],
});
try {
  const ids = createContainers(engine);
  const readInventory = createInventoryReader(engine.url, createPackageMemory());
  const times: number[] = [];
  for (const id of ids) {
    times.push(
      await time(async () => {
        const { inventory } = await readInventory(openContainerFiles(reader, id, []), id);
        check(inventory);
      }),
    );
  }
  const allMs = await time(async () => {
    const found = await runCollector(packages, { engine: reader });
    if (found.length !== ids.length) throw new Error(`${found.length} containers were read`);
    for (const { facts } of found) {
      check(facts.state === 'read' ? read(facts.value.inventory) : facts);
    }
  });
  const [p50, p95] = [quantile(times, 0.5), quantile(times, 0.95)];
  const aSecond = (ids.length / allMs) * 1_000;
  say(`${ids.length} images of ${installed} packages each`);
  say(
    `one after the other: p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms (at most ${P95_MS_MAX})`,
  );
  say(`all in one scan: ${aSecond.toFixed(0)} images a second (at least ${A_SECOND_MIN})`);
  if (p95 > P95_MS_MAX || aSecond < A_SECOND_MIN) process.exitCode = 1;
} finally {
  reader.close();
  await engine.close();
  parsers.close();
}
