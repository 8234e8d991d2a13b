import {
  PACKAGES_MAX,
  packageText,
  TEXT_MAX,
  tooManyPackages,
  UnreadableDatabase,
} from '../../inventory/unreadable-database.ts';
import { makerOfDeb } from '../../shared/package-maker.ts';
import type { PackageFacts } from '../facts/packages.ts';

const NEW_LINE = 0x0a;
const COLON = 0x3a;
/** The longest field that anybody wants. */
const FIELD_BYTES_MAX = 12;

/**
 * The paragraphs of a text database, each as the values of the wanted fields. A line is
 * `<field><colon><value>`; one that begins with a blank goes on with the line before and is left
 * out, as is a field that nobody wants, of which no text is made. Throws `UnreadableDatabase`.
 */
function readStanzas(
  bytes: Uint8Array,
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, string>[] {
  if (bytes.includes(0)) throw new UnreadableDatabase('the package database is not a text');
  const stanzas: Map<string, string>[] = [];
  let current = new Map<string, string>();
  let hasLines = false;
  const close = (): void => {
    if (!hasLines) return;
    stanzas.push(current);
    if (stanzas.length > PACKAGES_MAX) throw tooManyPackages();
    current = new Map();
    hasLines = false;
  };
  for (let start = 0, end = 0; start < bytes.length; start = end + 1) {
    let colon = -1;
    let isEmpty = true;
    for (end = start; end < bytes.length && bytes[end] !== NEW_LINE; end += 1) {
      if (colon === -1 && bytes[end] === COLON) colon = end;
      isEmpty &&= isBlank(bytes[end] ?? 0);
    }
    if (isEmpty) {
      close();
      continue;
    }
    hasLines = true;
    if (colon === -1 || colon - start > FIELD_BYTES_MAX) continue;
    const name = String.fromCharCode(...bytes.subarray(start, colon));
    if (wanted.has(name)) current.set(name, valueIn(bytes.subarray(colon + 1, end)));
  }
  close();
  return stanzas;
}

const isBlank = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/** What is longer than any value of a field that is wanted stays too long. */
const valueIn = (bytes: Uint8Array): string =>
  new TextDecoder().decode(bytes.subarray(0, VALUE_BYTES_MAX)).trim();

const DPKG_FIELDS: ReadonlySet<string> = new Set([
  'Package',
  'Status',
  'Version',
  'Architecture',
  'Source',
  'Maintainer',
  'Origin',
]);
/** Of a package that has no files in the file system. */
const WITHOUT_FILES: ReadonlySet<string> = new Set(['not-installed', 'config-files']);
/** A source with its version. */
const VALUE_BYTES_MAX = 4 * TEXT_MAX;
/** `name`, or `name (version)` where the version is another than that of the package. */
const SOURCE = /^(\S+)(?: \((\S+)\))?$/;

/**
 * Installed packages of a dpkg `status` file, or of the files below `status.d` in distroless images,
 * where a paragraph has no status. What was removed but left its settings is not installed; what was unpacked and not
 * set up has its files there. Throws `UnreadableDatabase`.
 */
export function readDpkg(bytes: Uint8Array): PackageFacts[] {
  return readStanzas(bytes, DPKG_FIELDS).flatMap((stanza) => {
    const status = stanza.get('Status');
    if (status !== undefined && WITHOUT_FILES.has(status.split(/\s+/).at(-1) ?? '')) return [];
    const name = packageText(stanza.get('Package'), 'name');
    const version = packageText(stanza.get('Version'), 'version');
    const builtBy = makerOfDeb({
      ...{ version, maintainer: stanza.get('Maintainer'), origin: stanza.get('Origin') },
    });
    return [
      {
        name,
        version,
        architecture: packageText(stanza.get('Architecture'), 'architecture'),
        ...sourceOf(stanza.get('Source'), name, version),
        ...(builtBy !== null && { builtBy }),
      },
    ];
  });
}

function sourceOf(source: string | undefined, name: string, version: string) {
  if (source === undefined) return { sourceName: name, sourceVersion: version };
  const [, sourceName, sourceVersion = version] = SOURCE.exec(source) ?? [];
  if (sourceName === undefined) {
    throw new UnreadableDatabase('the source of a package is none that its manager allows');
  }
  return {
    sourceName: packageText(sourceName, 'source'),
    sourceVersion: packageText(sourceVersion, 'source version'),
  };
}

/** Letters of apk’s database: package, version, architecture, origin. */
const APK_FIELDS: ReadonlySet<string> = new Set(['P', 'V', 'A', 'o']);

/**
 * Packages of apk’s `installed` file. The source is the origin, whose version is that of the
 * package. Throws `UnreadableDatabase`.
 */
export function readApk(bytes: Uint8Array): PackageFacts[] {
  return readStanzas(bytes, APK_FIELDS).map((stanza) => {
    const name = packageText(stanza.get('P'), 'name');
    const version = packageText(stanza.get('V'), 'version');
    return {
      name,
      version,
      architecture: packageText(stanza.get('A'), 'architecture'),
      sourceName: packageText(stanza.get('o') ?? name, 'source'),
      sourceVersion: version,
    };
  });
}
