import { packageText, TEXT_MAX, UnreadableDatabase } from '../../inventory/unreadable-database.ts';
import { makerOfRpm } from '../../shared/package-maker.ts';
import type { PackageFacts } from '../facts/packages.ts';

// A header as rpm keeps it in its database: two counts, an index, a store of values, all big-endian
// (https://rpm-software-management.github.io/rpm/manual/format_header.html), without the magic.
const tags = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  arch: 1022,
  source: 1044,
  vendor: 1011,
};
const INT32 = 4;
const STRING = 6;
const ENTRY_BYTES = 16;
/** A public key that packages are checked with; rpm keeps it as if it were one. */
const KEY = 'gpg-pubkey';
/** As many entries as rpm itself takes (`hdrchkTags`). */
const ENTRIES_MAX = 65_535;

/** One package of an rpm database; null for a key. Throws `UnreadableDatabase`. */
export function readRpmHeader(blob: Uint8Array): PackageFacts | null {
  const values = valuesOf(blob);
  const text = (tag: number) => {
    const value = values.get(tag);
    return typeof value === 'string' ? value : undefined;
  };
  const name = packageText(text(tags.name), 'name');
  if (name === KEY) return null;
  const version = packageText(text(tags.version), 'version');
  const release = packageText(text(tags.release), 'release');
  const epoch = values.get(tags.epoch);
  const full = `${epoch === undefined ? '' : `${epoch}:`}${version}-${release}`;
  // `<name>-<version>-<release>.src.rpm`, without the epoch; locally made packages may have none.
  const source = sourceOf(text(tags.source) ?? '');
  const builtBy = makerOfRpm(text(tags.vendor));
  return {
    name,
    version: full,
    architecture: packageText(text(tags.arch), 'architecture'),
    sourceName: packageText(source?.name ?? name, 'source'),
    sourceVersion: packageText(source?.version ?? full, 'source version'),
    ...(builtBy !== null && { builtBy }),
  };
}

/** Null for a text that is none. */
function sourceOf(file: string): { name: string; version: string } | null {
  const ending = ['.nosrc.rpm', '.src.rpm'].find((one) => file.endsWith(one));
  if (ending === undefined) return null;
  const words = file.slice(0, -ending.length).split('-');
  const [version, release] = words.slice(-2);
  const name = words.slice(0, -2).join('-');
  return name && version && release ? { name, version: `${version}-${release}` } : null;
}

function valuesOf(blob: Uint8Array): ReadonlyMap<number, string | number> {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  if (blob.length < 8) throw damagedHeader();
  const entries = view.getUint32(0);
  if (entries > ENTRIES_MAX) throw damagedHeader();
  const store = 8 + entries * ENTRY_BYTES;
  if (store + view.getUint32(4) > blob.length) throw damagedHeader();
  const wanted = new Set(Object.values(tags));
  const values = new Map<number, string | number>();
  for (let at = 8; at < store; at += ENTRY_BYTES) {
    const tag = view.getUint32(at);
    if (!wanted.has(tag)) continue;
    // rpm writes each once; whoever repeats one wants its value to be read again and again.
    if (values.has(tag)) throw damagedHeader();
    const type = view.getUint32(at + 4);
    const offset = store + view.getUint32(at + 8);
    if (type === STRING) values.set(tag, textAt(blob, offset));
    if (type === INT32) {
      if (offset + 4 > blob.length) throw damagedHeader();
      values.set(tag, view.getUint32(offset));
    }
  }
  return values;
}

function textAt(blob: Uint8Array, offset: number): string {
  const text = blob.subarray(offset, offset + TEXT_MAX + 1);
  const end = text.indexOf(0);
  if (end < 0) throw damagedHeader();
  return new TextDecoder().decode(text.subarray(0, end));
}

const damagedHeader = (): UnreadableDatabase =>
  new UnreadableDatabase('the entry of a package in the rpm database is damaged');
