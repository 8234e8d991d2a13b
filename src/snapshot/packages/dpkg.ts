import type { PackageFacts } from '../facts/packages.ts';
import { readStanzas } from './stanzas.ts';
import { packageText, UnreadableDatabase } from './unreadable-database.ts';

const FIELDS: ReadonlySet<string> = new Set([
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
  return readStanzas(text, FIELDS).flatMap((stanza) => {
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
