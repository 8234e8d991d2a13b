// Reads labels of people and the feeds beside them, for bench/ground-truth.ts.
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { type AdvisoryRecord, namesOf } from '../src/exposure/advisory.ts';
import type { InstalledPackage } from '../src/exposure/installed.ts';
import { packageKey } from '../src/exposure/osv-ecosystems.ts';
import { parseOsv } from '../src/exposure/parse-osv.ts';
import { compareVersions } from '../src/exposure/versions/version-order.ts';
import { readZip } from '../src/feeds/read-zip.ts';

/** What a person said of what a scanner reported: right (`TP`) or wrong (`FP`). */
export interface Label {
  image: string;
  package: string;
  version: string;
  vulnerability: string;
  cve?: string;
  label: 'TP' | 'FP';
}

/** A feed and its records by every id that they go by, in upper case. */
export interface Feed {
  records: readonly AdvisoryRecord[];
  byId: ReadonlyMap<string, readonly AdvisoryRecord[]>;
}

/** Labels that one feed can be asked about. */
export interface LabelGroup {
  name: string;
  feed: 'AlmaLinux' | 'Go' | 'Bitnami' | 'PyPI';
  ecosystem: string;
  /** True where the same package and vulnerability in several images count once. */
  isDistinct: boolean;
  has(label: Label, feed: Feed): boolean;
  installed(label: Label, all: readonly Label[]): InstalledPackage;
}

/** Lines of JSON, compressed. */
export async function readLabels(folder: string): Promise<Label[]> {
  const packed = createReadStream(join(folder, 'labels.jsonl.gz'));
  const labels: Label[] = [];
  for await (const line of createInterface({ input: packed.pipe(createGunzip()) })) {
    if (line !== '') labels.push(JSON.parse(line) as Label);
  }
  return labels;
}

export async function readFeed(folder: string, name: string): Promise<Feed> {
  const records: AdvisoryRecord[] = [];
  const byId = new Map<string, AdvisoryRecord[]>();
  for await (const { name: file, bytes } of readZip(join(folder, 'feeds', `${name}.zip`))) {
    const parsed = parseOsv(`osv/${name}`, JSON.parse(bytes.toString('utf8')));
    if (parsed.state === 'unread') throw new Error(`${file}: ${parsed.reason}`);
    records.push(parsed.value);
    for (const id of namesOf(parsed.value.advisory)) {
      byId.set(id, [...(byId.get(id) ?? []), parsed.value]);
    }
  }
  return { records, byId };
}

const installedAs = (
  ecosystem: string,
  { package: name, version }: Label,
  other: Partial<InstalledPackage> = {},
): InstalledPackage => ({
  ecosystem,
  name,
  version,
  sourceName: name,
  sourceVersion: version,
  ownedBy: null,
  isMainModule: false,
  ...other,
});

/** An rpm has a release; `rpm 4.14.3` is the Python package of that name. */
const isRpm = ({ version }: Label): boolean => /-[^-]+$/.test(version);

/**
 * Labels do not name sources. The shortest name that others of the same image and version begin with
 * is taken for it: `glibc` for `glibc-common`.
 */
function sourceOf(label: Label, all: readonly Label[]): string {
  const names = all
    .filter((one) => one.image === label.image && one.version === label.version)
    .map((one) => one.package)
    .filter((name) => label.package === name || label.package.startsWith(`${name}-`));
  return names.reduce((a, b) => (b.length < a.length ? b : a), label.package);
}

const asAlma = (label: Label, all: readonly Label[]): InstalledPackage =>
  isRpm(label)
    ? installedAs('AlmaLinux:8', label, { sourceName: sourceOf(label, all) })
    : installedAs('PyPI', label);

const imageName = ({ image }: Label): string => image.replace(/@.*$/, '');

/**
 * Labels do not say whose files a package is. Their notes, or labels of the same image, name a package of
 * the system for these, which an inventory knows by the lists of its files.
 */
const owners: Partial<Record<string, string>> = {
  'urllib3 1.24.2': 'python3-urllib3',
  'PyYAML 3.10': 'python3-yaml',
  'mercurial 4.8.2': 'mercurial',
};
/** A plugin of Jenkins of the same name. */
const isNoPython = (label: Label): boolean =>
  label.package === 'mercurial' && imageName(label).includes('cloudbees-core-mm');

export const labelGroups: readonly LabelGroup[] = [
  {
    name: 'AlmaLinux 8',
    feed: 'AlmaLinux',
    ecosystem: 'AlmaLinux:8',
    isDistinct: false,
    has: (label) => imageName(label) === 'docker.io/almalinux',
    installed: asAlma,
  },
  {
    name: 'Go',
    feed: 'Go',
    ecosystem: 'Go',
    isDistinct: true,
    has: (label) => label.package === 'stdlib' || /^[a-z0-9.-]+\.[a-z]+\//.test(label.package),
    // What an image is named after is the program in it, and not one of its libraries.
    installed: (label) =>
      installedAs('Go', label, {
        isMainModule: label.package.endsWith(imageName(label).replace(/^[^/]*/, '')),
      }),
  },
  {
    name: 'Bitnami: node and python',
    feed: 'Bitnami',
    ecosystem: 'Bitnami',
    isDistinct: false,
    has: (label) =>
      imageName(label) === `docker.io/${label.package}` && label.package !== 'postgres',
    installed: (label) => installedAs('Bitnami', label),
  },
  {
    name: 'PyPI',
    feed: 'PyPI',
    ecosystem: 'PyPI',
    isDistinct: true,
    has: (label, { records }) =>
      compareVersions('pep440', label.version, label.version) !== null &&
      !label.version.includes('-') &&
      !isNoPython(label) &&
      namesIn(records).has(packageKey('PyPI', label.package)),
    installed: (label) =>
      installedAs('PyPI', label, { ownedBy: owners[`${label.package} ${label.version}`] ?? null }),
  },
];

const names = new WeakMap<readonly AdvisoryRecord[], Set<string>>();

function namesIn(records: readonly AdvisoryRecord[]): Set<string> {
  const known = names.get(records);
  if (known) return known;
  const found = new Set(records.flatMap(({ affected }) => affected.map(({ name }) => name)));
  names.set(records, found);
  return found;
}
