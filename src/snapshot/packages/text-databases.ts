import type { PackageFacts } from '../facts/packages.ts';
import { PACKAGES_MAX, packageText, UnreadableDatabase } from './unreadable-database.ts';

/**
 * The paragraphs of a text database, each as the values of the wanted fields. A line is
 * `<field><colon><value>`; one that begins with a blank goes on with the line before and is left
 * out, as is a field that nobody wants. Throws `UnreadableDatabase`.
 */
function readStanzas(text: string, wanted: ReadonlySet<string>): ReadonlyMap<string, string>[] {
  if (text.includes('\0')) throw new UnreadableDatabase('the package database is not a text');
  const stanzas: Map<string, string>[] = [];
  let current = new Map<string, string>();
  let hasLines = false;
  const close = (): void => {
    if (hasLines) stanzas.push(current);
    if (stanzas.length > PACKAGES_MAX) {
      throw new UnreadableDatabase(`the package database lists more than ${PACKAGES_MAX} packages`);
    }
    current = new Map();
    hasLines = false;
  };
  for (const line of text.split('\n')) {
    if (line.trim() === '') {
      close();
      continue;
    }
    hasLines = true;
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon));
    if (wanted.has(name)) current.set(name, line.slice(colon + 1).trim());
  }
  close();
  return stanzas;
}

const DPKG_FIELDS: ReadonlySet<string> = new Set([
  'Package',
  'Status',
  'Version',
  'Architecture',
  'Source',
]);
/** `name`, or `name (version)` where the version is another than that of the package. */
const SOURCE = /^(\S+)(?: \((\S+)\))?$/;

/**
 * Installed packages of a dpkg `status` file, or of the files below `status.d` in distroless images,
 * where a paragraph has no status. What was removed but left its settings is not installed. Throws
 * `UnreadableDatabase`.
 */
export function readDpkg(text: string): PackageFacts[] {
  return readStanzas(text, DPKG_FIELDS).flatMap((stanza) => {
    const status = stanza.get('Status');
    if (status !== undefined && status.split(/\s+/).at(-1) !== 'installed') return [];
    const name = packageText(stanza.get('Package'), 'name');
    const version = packageText(stanza.get('Version'), 'version');
    return [
      {
        name,
        version,
        architecture: packageText(stanza.get('Architecture'), 'architecture'),
        ...sourceOf(stanza.get('Source'), name, version),
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
export function readApk(text: string): PackageFacts[] {
  return readStanzas(text, APK_FIELDS).map((stanza) => {
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
