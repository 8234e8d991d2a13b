// Writes docs/beside-trivy.md: what Trivy and Seawall find in the same images, made here on an engine of its own.
// Root on Debian is needed. Trivy is not part of Seawall and needs no network here:
// `node scripts/beside-trivy.ts <the program>`. Fails where the two differ and no reason says why.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { fullAccess } from '../src/command/access.ts';
import { runLine } from '../src/command/run-line.ts';
import { assembleCore, type Core } from '../src/programs/assemble.ts';
import { defaultPolicy } from '../src/rules/policy.ts';
import { compareText } from '../src/shared/text.ts';
import { openRealEngine, type RealEngine } from '../test/support/real-engine.ts';
import { applicationFolder, makeImages } from './beside-trivy-images.ts';
import { type Difference, readApplicationTruth, reasonOf } from './beside-trivy-reasons.ts';

const PAGE = join(import.meta.dirname, '../docs/beside-trivy.md');
const HOST = 'images';

interface Row {
  image: string;
  both: number;
  differences: (Difference & { reason: string | null })[];
}

const [program] = process.argv.slice(2);
if (program === undefined) throw new Error('Where is the program trivy?');

const folder = mkdtempSync(join(tmpdir(), 'seawall-beside-'));
const engine = await openRealEngine();
try {
  const images = await makeImages(engine);
  const truth = readApplicationTruth(applicationFolder(engine));
  const core = await openCore(engine);
  try {
    await ask(core, `scan deep on ${HOST}`);
    const rows: Row[] = [];
    for (const image of images) {
      const [theirs, ours] = [byTrivy(resolve(program), image), await bySeawall(core, image)];
      const missed = [...theirs].filter((line) => !ours.has(line));
      const added = [...ours].filter((line) => !theirs.has(line));
      const differences = [
        ...missed.map((line): Difference => ({ line, foundBy: 'Trivy' })),
        ...added.map((line): Difference => ({ line, foundBy: 'Seawall' })),
      ].map((one) => ({ ...one, reason: reasonOf(one, truth) }));
      rows.push({ image, both: theirs.size - missed.length, differences });
    }
    report(rows);
  } finally {
    await core.store.close();
  }
} finally {
  await engine.close();
  rmSync(folder, { recursive: true });
}

function openCore({ url }: RealEngine): Promise<Core> {
  const host = { name: HOST, url, isDefault: true, labels: {}, evidence: 'files' as const };
  const databaseUrl = `sqlite:${join(folder, 'seawall.db')}`;
  return assembleCore({ hosts: [host], databaseUrl, policy: defaultPolicy });
}

async function ask({ context: parts }: Core, text: string) {
  const actor = { id: 'U1', name: 'alice', place: 'terminal' };
  const context = { ...parts, actor, onProgress: () => {} };
  return runLine(context, { text, access: fullAccess, reference: 'a1b2' });
}

async function bySeawall(core: Core, image: string): Promise<Set<string>> {
  const answer = await ask(core, `export cyclonedx ${image} on ${HOST}`);
  if (answer.kind !== 'export') throw new Error(JSON.stringify(answer));
  return linesIn(answer.file.text);
}

/** Of a saved image, with nothing that it would have to fetch. */
function byTrivy(trivy: string, image: string): Set<string> {
  const cache = join(folder, 'cache');
  makeEmptyJavaDatabase(join(cache, 'java-db'));
  const archive = join(folder, 'image.tar');
  engine.docker('save', '--output', archive, image);
  const words = ['--quiet', 'image', '--input', archive, '--format', 'cyclonedx'];
  const stays = ['--offline-scan', '--skip-db-update', '--skip-java-db-update', '--timeout', '20m'];
  return linesIn(
    execFileSync(trivy, [...words, ...stays, '--cache-dir', cache], {
      encoding: 'utf8',
      maxBuffer: 512 * 1024 * 1024,
    }),
  );
}

/** It reads no jar without a database of their hashes; an empty one satisfies it. */
function makeEmptyJavaDatabase(place: string): void {
  if (existsSync(place)) return;
  mkdirSync(place, { recursive: true });
  const [UpdatedAt, NextUpdate] = ['2026-01-01T00:00:00Z', '2099-01-01T00:00:00Z'];
  const metadata = { Version: 1, NextUpdate, UpdatedAt, DownloadedAt: UpdatedAt };
  writeFileSync(join(place, 'metadata.json'), JSON.stringify(metadata));
  const database = new Database(join(place, 'trivy-java.db'));
  database.exec(`create table artifacts (id integer primary key, group_id text, artifact_id text);
    create table indices (artifact_id integer, version text, sha1 blob, archive_type text)`);
  database.close();
}

/** Each package of a bill of materials once, by its purl without what qualifies it. */
function linesIn(bill: string): Set<string> {
  const { components = [] } = JSON.parse(bill) as { components?: { purl?: string }[] };
  const lines = components.flatMap(({ purl = '' }) => {
    const [whole = '', qualifiers = ''] = purl.split('?');
    const kind = whole.slice('pkg:'.length).split('/', 1)[0] ?? '';
    const versionAt = whole.lastIndexOf('@');
    if (purl === '' || kind === 'oci' || versionAt < 0) return [];
    const path = decodeURIComponent(whole.slice(`pkg:${kind}/`.length, versionAt));
    const name = ['deb', 'rpm', 'apk'].includes(kind) ? path.replace(/^.*\//, '') : path;
    const epoch = new URLSearchParams(qualifiers).get('epoch') ?? '0';
    const version = decodeURIComponent(whole.slice(versionAt + 1).split('#', 1)[0] ?? '');
    return [`${kind} ${name} ${epoch === '0' ? '' : `${epoch}:`}${version}`];
  });
  return new Set(lines.sort(compareText));
}

/** Writes the page, or ends with 1 where a difference has no reason. */
function report(rows: readonly Row[]): void {
  const open = rows.flatMap(({ differences }) =>
    differences.filter(({ reason }) => reason === null),
  );
  for (const { line, foundBy } of open) process.stderr.write(`only ${foundBy}: ${line}\n`);
  if (open.length > 0) process.exitCode = 1;
  else writeFileSync(PAGE, pageOf(rows));
}

function pageOf(rows: readonly Row[]): string {
  const alone = (row: Row, who: Difference['foundBy']) =>
    row.differences.filter(({ foundBy }) => foundBy === who).length;
  const table = rows.map(
    (row) => `| ${row.image} | ${row.both} | ${alone(row, 'Trivy')} | ${alone(row, 'Seawall')} |`,
  );
  const reasons = Map.groupBy(
    rows.flatMap(({ differences }) => differences),
    ({ foundBy, reason }) => `Only ${foundBy}: ${reason}.`,
  );
  const told = [...reasons].map(
    ([reason, found]) => `- ${reason} ${found.map(({ line }) => `\`${line}\``).join(', ')}`,
  );
  return `# Packages beside Trivy

Written by \`scripts/beside-trivy.ts\`, which lets both read the same images of one engine: Seawall by \`scan deep\` and
\`export cyclonedx\`, Trivy by its own bill of materials of the saved image, without a network. They are compared by kind, name and
version with its epoch, each package once; what belongs to a package of the system counts as that one on both sides. Every
difference has a reason below, which the script checks: it fails where one has none.

Two releases of Debian are installed by mmdebstrap. The databases of rpm are written by rpm itself, in two of its formats; that of apk is written
by hand. The application is what npm installed for this project, with libraries in Python, Ruby and Java and programs in Go, taken out of packages of
Debian without their database.

| image | found by both | only Trivy | only Seawall |
| --- | --- | --- | --- |
${table.join('\n')}

## Why they differ

${told.join('\n')}
`;
}
