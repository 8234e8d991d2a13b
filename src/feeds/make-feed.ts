import type { AdvisoryRecord } from '../exposure/advisory.ts';
import { REDHAT_VEX, UBUNTU_VEX } from '../exposure/feed-covers.ts';
import type { ParsedFeed } from '../exposure/gather-records.ts';
import { parseAlpineSecdb } from '../exposure/parse-alpine-secdb.ts';
import { isAttestation, parseAttestedVex } from '../exposure/parse-attested-vex.ts';
import { parseCsaf } from '../exposure/parse-csaf.ts';
import { parseDebianTracker } from '../exposure/parse-debian-tracker.ts';
import { epssDay, parseEpssLine, parseKev } from '../exposure/parse-kev.ts';
import { parseOpenVex, type VexDocument } from '../exposure/parse-openvex.ts';
import { parseOsv } from '../exposure/parse-osv.ts';
import { parseRedhatVex } from '../exposure/parse-redhat-vex.ts';
import { parseUbuntuVex } from '../exposure/parse-ubuntu-vex.ts';
import type { FeedFiles, FeedLoad, FeedRow } from '../ports/feed-store.ts';
import { UserError } from '../shared/errors.ts';
import type { Reading } from '../shared/reading.ts';
import { visible } from '../shared/text.ts';
import { isoTime } from '../shared/time.ts';

export type OnRefused = Parameters<FeedFiles['open']>[1];

const has = (value: unknown, ...names: readonly string[]): boolean =>
  typeof value === 'object' && value !== null && names.every((name) => Object.hasOwn(value, name));

/** The feed that one JSON document is. Throws `UserError` for one that is none. */
export async function feedOfJson(value: unknown, onRefused: OnRefused): Promise<FeedLoad> {
  if (has(value, 'catalogVersion', 'vulnerabilities')) return feedOfExploited(value, onRefused);
  if (has(value, 'distroversion', 'packages'))
    return feedOfParsed(parseAlpineSecdb(value), onRefused);
  const vendor = vendorOf(value);
  if (vendor !== null) return feedOfOneDocument(vendor, value, onRefused);
  const document = documentOf(value);
  if (document !== null) return feedOfDocument(document, onRefused);
  if (has(value, 'id', 'modified')) {
    return { ...(await feedOfRecords(only(value), onRefused)), isPart: true };
  }
  // It says nowhere what it is of, unlike a file of secdb.
  return { ...feedOfParsed(parseDebianTracker(value), onRefused), isPart: true };
}

const vendors = { [UBUNTU_VEX]: parseUbuntuVex, [REDHAT_VEX]: parseRedhatVex } as const;
export type VexVendor = keyof typeof vendors;

const memberOf = (value: unknown, name: string): unknown =>
  has(value, name) ? (value as Record<string, unknown>)[name] : undefined;

/** The distribution whose own document of one CVE this is; null for any other value. */
export function vendorOf(value: unknown): VexVendor | null {
  if (has(value, 'statements')) {
    const head = memberOf(value, 'metadata') ?? value;
    return memberOf(head, 'author') === 'Canonical Ltd.' ? UBUNTU_VEX : null;
  }
  const document = memberOf(value, 'document');
  const namespace = memberOf(memberOf(document, 'publisher'), 'namespace');
  const isVex = memberOf(document, 'category') === 'csaf_vex';
  return isVex && namespace === 'https://www.redhat.com' ? REDHAT_VEX : null;
}

/** One document of a distribution, which is a feed of its own: it is not all that the distribution says. */
async function feedOfOneDocument(
  vendor: VexVendor,
  value: unknown,
  onRefused: OnRefused,
): Promise<FeedLoad> {
  const record = vendors[vendor](value);
  const name = record.state === 'read' ? `${vendor}/${record.value.advisory.id}` : vendor;
  return { ...(await feedOfVendor(vendor, only(value), onRefused, name)), isPart: true };
}

/** What a distribution says of many CVEs, one document each; of two about one CVE the second is refused. */
export async function feedOfVendor(
  vendor: VexVendor,
  values: AsyncGenerator<unknown>,
  onRefused: OnRefused,
  source: string = vendor,
): Promise<FeedLoad> {
  let newest: string | null = null;
  async function* rows(): AsyncGenerator<FeedRow> {
    const ids = new Set<string>();
    for await (const value of values) {
      const record = vendors[vendor](value);
      if (record.state === 'unread') {
        onRefused(record.reason);
        continue;
      }
      const { advisory } = record.value;
      const { id, modified } = advisory;
      if (ids.has(id)) {
        onRefused(`${vendor}: ${visible(id)} is there twice`);
        continue;
      }
      ids.add(id);
      if (modified !== null && (newest === null || modified > newest)) newest = modified;
      yield { kind: 'advisory', record: { ...record.value, advisory: { ...advisory, source } } };
    }
  }
  return { source, rows: rows(), asOf: () => newest };
}

/** The document of statements (VEX) that a JSON document is; null for none. */
export function documentOf(value: unknown): Reading<VexDocument> | null {
  if (isAttestation(value)) return parseAttestedVex(value);
  if (has(value, 'statements')) return parseOpenVex(value);
  return has(value, 'document', 'vulnerabilities') ? parseCsaf(value) : null;
}

/** A document of statements, which is a feed of its own. Throws `UserError` where it says nothing. */
function feedOfDocument(parsed: Reading<VexDocument>, onRefused: OnRefused): FeedLoad {
  if (parsed.state === 'unread') {
    throw new UserError(`It is no document of statements (VEX): ${parsed.reason}.`);
  }
  const { source, at, statements, refused } = parsed.value;
  for (const reason of refused) onRefused(reason);
  async function* rows(): AsyncGenerator<FeedRow> {
    for (const statement of statements) yield { kind: 'statement', statement };
  }
  return { source, rows: rows(), asOf: () => at };
}

async function* only(value: unknown): AsyncGenerator<unknown> {
  yield value;
}

/**
 * A feed of OSV’s records. Unless it has a name it is named after the ecosystem that the first of them are all about,
 * `osv/Debian`; one record alone is then a feed of its own. Throws `UserError` where there is none; its rows do so where
 * two have the same id.
 */
export async function feedOfRecords(
  values: AsyncGenerator<unknown>,
  onRefused: OnRefused,
  name: string | null = null,
): Promise<FeedLoad> {
  const records = readRecords(values, onRefused);
  const begun: AdvisoryRecord[] = [];
  while (begun.length < BEGUN_MAX) {
    const next = await records.next();
    if (next.done) break;
    begun.push(next.value);
  }
  const [first] = begun;
  if (first === undefined) throw new UserError('It holds no record of OSV.');
  const source = name ?? `osv/${begun.length === 1 ? first.advisory.id : commonBase(begun)}`;
  const ids = new Set<string>();
  let newest: string | null = null;
  async function* rows(): AsyncGenerator<FeedRow> {
    try {
      for (const record of begun) yield* rowOf(record);
      for await (const record of records) yield* rowOf(record);
    } finally {
      // Whatever becomes of the rows, the file behind the records is closed.
      await records.return(undefined);
    }
  }
  function* rowOf(record: AdvisoryRecord): Generator<FeedRow> {
    const { advisory } = record;
    const { id, modified } = advisory;
    if (ids.has(id)) throw new UserError(`The feed ${source} has ${visible(id)} twice.`);
    ids.add(id);
    if (modified !== null && (newest === null || modified > newest)) newest = modified;
    yield { kind: 'advisory', record: { ...record, advisory: { ...advisory, source } } };
  }
  return { source, rows: rows(), asOf: () => newest };
}

/** Records by which a feed is named: some are about several ecosystems. */
const BEGUN_MAX = 100;

/** The ecosystem that all of these are about, or else most. */
function commonBase(records: readonly AdvisoryRecord[]): string {
  const counts = new Map<string, number>();
  for (const { affected, unseen = [] } of records) {
    const bases = [...affected.map(({ ecosystem }) => ecosystem.split(':', 1)[0] ?? ''), ...unseen];
    for (const base of new Set(bases)) counts.set(base, (counts.get(base) ?? 0) + 1);
  }
  const [most = ['other']] = [...counts].sort(([, a], [, b]) => b - a);
  return most[0];
}

async function* readRecords(
  values: AsyncGenerator<unknown>,
  onRefused: OnRefused,
): AsyncGenerator<AdvisoryRecord> {
  for await (const value of values) {
    const record = parseOsv('osv', value);
    if (record.state === 'read') yield record.value;
    else onRefused(record.reason);
  }
}

/** A feed that was read as a whole, in memory. Throws `UserError` where it is none. */
export function feedOfParsed(parsed: Reading<ParsedFeed>, onRefused: OnRefused): FeedLoad {
  if (parsed.state === 'unread') {
    throw new UserError(`It is no feed that Seawall knows: ${parsed.reason}.`);
  }
  const { records, refused } = parsed.value;
  for (const reason of refused) onRefused(reason);
  const [first] = records;
  if (first === undefined) throw new UserError('It names no vulnerability.');
  async function* rows(): AsyncGenerator<FeedRow> {
    for (const record of records) yield { kind: 'advisory', record };
  }
  return { source: first.advisory.source, rows: rows(), asOf: () => null };
}

/** More of them without a CVE are no slip: what is left out would count as not exploited. */
const UNREAD_SHARE_MAX = 0.01;

function feedOfExploited(value: unknown, onRefused: OnRefused): FeedLoad {
  const parsed = parseKev(value);
  if (parsed.state === 'unread') throw new UserError(`It is no catalogue: ${parsed.reason}.`);
  const { entries, refused } = parsed.value;
  if (refused.length > UNREAD_SHARE_MAX * (entries.length + refused.length)) {
    throw new UserError(
      `Entries of the catalogue without a readable CVE: ${refused.length}, e.g. ${refused[0]}.`,
    );
  }
  for (const reason of refused) onRefused(reason);
  async function* rows(): AsyncGenerator<FeedRow> {
    for (const entry of entries) yield { kind: 'exploited', entry };
  }
  const days = entries.map(({ dateAdded }) => Date.parse(dateAdded)).filter(Number.isFinite);
  const newest = days.reduce((latest, day) => Math.max(latest, day), Number.NEGATIVE_INFINITY);
  return {
    source: 'kev',
    rows: rows(),
    asOf: () => (Number.isFinite(newest) ? isoTime(newest) : null),
  };
}

/** FIRST’s scores, line by line. */
export function feedOfScores(lines: AsyncIterable<string>, onRefused: OnRefused): FeedLoad {
  let day: string | null = null;
  async function* rows(): AsyncGenerator<FeedRow> {
    for await (const line of lines) {
      day ??= epssDay(line);
      const score = parseEpssLine(line);
      if (score?.state === 'read') yield { kind: 'prediction', entry: score.value };
      else if (score !== null) onRefused(score.reason);
    }
  }
  return {
    source: 'epss',
    rows: rows(),
    asOf: () => (day === null ? null : isoTime(Date.parse(day))),
  };
}
