import { readStanzas } from '../../inventory/read-stanzas.ts';
import { packageText, UnreadableDatabase } from '../../inventory/unreadable-database.ts';
import { makerOfDeb } from '../../shared/package-maker.ts';
import type { PackageFacts } from '../facts/packages.ts';

const DPKG_FIELDS: ReadonlySet<string> = new Set([
  ...['Package', 'Status', 'Version', 'Architecture', 'Source', 'Maintainer', 'Origin'],
]);
/** Of a package that has no files in the file system. */
const WITHOUT_FILES: ReadonlySet<string> = new Set(['not-installed', 'config-files']);
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
