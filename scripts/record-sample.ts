// Records the sample fleet from real engines: `node scripts/record-sample.ts <folder>`, as root, with
// docker.io and mmdebstrap. The folder keeps the Debian systems that images are made of.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { RecordedAnswer, RecordedStep } from '../demo/sample/recording.ts';
import { sampleEngineUrl } from '../demo/sample/sample-engine.ts';
import { type SampleHost, sampleHosts, steps } from '../demo/sample/timeline.ts';
import { createSnapshotTaker } from '../src/engine/snapshot-taker.ts';
import { debianMirror } from '../test/support/debian-mirror.ts';
import { openRealEngine, type RealEngine } from '../test/support/real-engine.ts';
import { makeDebian } from '../test/system/package-images.ts';
import { type Exchange, openRecordingDoor } from './recording-door.ts';
import { type Stage, works } from './sample-hosts.ts';

const samples = resolve(import.meta.dirname, '../demo/sample/recordings');
const archives = join(samples, 'archives');
/** The kernel says where it was built for; verdicts ask for nothing but that there is one. */
const KERNEL = '6.12.48';
/** Files of images are older than any container, as they would be on a real host. */
const FILES_ARE_OF = '2024-06-01T00:00:00Z';
const NOT_INSTALLED = ['doc', 'man', 'locale', 'i18n'].map(
  (name) => `--exclude=./usr/share/${name}`,
);
const CACHES = ['./var/cache', './var/lib/apt/lists'].map((path) => `--exclude=${path}`);

const engineOptions: Record<SampleHost, readonly string[]> = {
  'sample-web': [],
  'sample-ci': [],
  'sample-db': ['--live-restore', '--no-new-privileges'],
};

async function recordHost(host: SampleHost, systems: string): Promise<void> {
  const options = ['--label', 'sample=true', ...engineOptions[host]];
  const engine = await openRealEngine({ options });
  const stage: Stage = {
    engine,
    importDebian: (tag, suite, packages) => importDebian(engine, systems, { tag, suite, packages }),
  };
  const recorder = createRecorder(host, engine);
  try {
    for (const { id } of steps.filter((step) => step.host === host)) {
      const from = Date.now();
      const work = works[host][id];
      if (work === undefined) throw new Error(`nothing is known of the step ${id} of ${host}`);
      await work(stage);
      recorder.add({ id, from }, await recordScans(engine));
    }
  } finally {
    await engine.close();
  }
  recorder.write();
}

/**
 * Every call that a scan of what the engine is now may make, and its answer. Which containers of an image are
 * asked for its files depends on earlier scans and on whose answer comes first, so each is also scanned alone.
 */
async function recordScans(engine: RealEngine): Promise<Exchange[]> {
  const whole = await recordScan(engine);
  const ids = engine.docker('ps', '--all', '--quiet', '--no-trunc').split('\n').filter(Boolean);
  const calls = new Map<string, Exchange>();
  for (const only of ids) {
    for (const [call, exchange] of await recordScan(engine, only)) calls.set(call, exchange);
  }
  return [...new Map([...calls, ...whole]).values()];
}

/** The calls of one scan that knows nothing yet; with `only`, of an engine that has no other container. */
async function recordScan(engine: RealEngine, only?: string): Promise<Map<string, Exchange>> {
  const listenOn = join(engine.folder, 'recording.sock');
  const door = await openRecordingDoor({ listenOn, engineSocket: engine.socketPath, only });
  try {
    const taker = createSnapshotTaker({ hosts: [{ name: 'any', url: door.url }], clock: Date.now });
    await taker.takeSnapshot('any');
    return door.exchanges;
  } finally {
    await door.close();
    rmSync(listenOn, { force: true });
  }
}

async function importDebian(
  engine: RealEngine,
  systems: string,
  { tag, suite, packages }: { tag: string; suite: string; packages: readonly string[] },
): Promise<void> {
  const folder = join(systems, `${suite}-${packages.join('-')}`);
  if (!existsSync(folder)) await makeDebian(folder, { ...debianMirror(), suite }, packages);
  const file = join(engine.folder, `${tag}.tar`);
  const words = [
    '-C',
    folder,
    `--mtime=${FILES_ARE_OF}`,
    ...NOT_INSTALLED,
    ...CACHES,
    '-cf',
    file,
    '.',
  ];
  execFileSync('tar', words);
  engine.docker('import', file, tag);
  rmSync(file);
}

/** Collects the answers of a host, each once, without what tells of the machine. */
function createRecorder(host: SampleHost, engine: RealEngine) {
  const recorded: RecordedStep[] = [];
  const answers: RecordedAnswer[] = [];
  const places = new Map<string, number>();
  const place = (answer: RecordedAnswer): number => {
    const key = JSON.stringify(answer);
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, answers.length);
    return answers.push(answer) - 1;
  };
  const strip = createStripper(host, engine.folder);
  return {
    add(step: Omit<RecordedStep, 'calls'>, exchanges: readonly Exchange[]): void {
      const calls = exchanges.map(({ call, status, headers, body, isArchive }) => {
        const kept = isArchive ? { archive: keepArchive(body) } : { text: strip(body.toString()) };
        return [call, place({ status, headers, body: kept })] as const;
      });
      calls.sort(([a], [b]) => (a < b ? -1 : 1));
      recorded.push({ ...step, calls: Object.fromEntries(calls) });
    },
    write(): void {
      const text = JSON.stringify({ steps: recorded, answers });
      writeFileSync(join(samples, `${host}.json.br`), pack(Buffer.from(text)));
      const said = `${host}: ${recorded.length} steps, ${answers.length} answers\n`;
      process.stdout.write(said);
    },
  };
}

function keepArchive(body: Buffer): string {
  const name = `${createHash('sha256').update(body).digest('hex').slice(0, 16)}.tar`;
  writeFileSync(join(archives, `${name}.br`), pack(body));
  return name;
}

function pack(bytes: Buffer): Buffer {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_LGWIN]: 24 };
  return brotliCompressSync(bytes, { params });
}

function createStripper(host: SampleHost, folder: string): (text: string) => string {
  const kernel = readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim();
  const names: readonly (readonly [string, string])[] = [
    [`${folder}/docker.sock`, sampleEngineUrl.replace('unix://', '')],
    [`${folder}/data`, '/var/lib/docker'],
    [`${folder}/exec`, '/run/docker'],
    [folder, '/srv'],
    [kernel, KERNEL],
    // Its own name also has each container that has no network of its own.
    ...['Name', 'Hostname'].map(
      (key) => [`"${key}":"${hostname()}"`, `"${key}":"${host}"`] as const,
    ),
  ];
  return (text) => names.reduce((soFar, [from, to]) => soFar.replaceAll(from, to), text);
}

const [systems] = process.argv.slice(2);
if (systems === undefined) throw new Error('say where Debian systems are kept');
rmSync(archives, { recursive: true, force: true });
mkdirSync(archives, { recursive: true });
for (const host of sampleHosts) await recordHost(host, resolve(systems));
