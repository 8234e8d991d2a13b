import type { PackageFacts } from '../facts/packages.ts';
import { readStanzas } from './stanzas.ts';
import { packageText } from './unreadable-database.ts';

/** Letters of apk’s database: package, version, architecture, origin. */
const FIELDS: ReadonlySet<string> = new Set(['P', 'V', 'A', 'o']);

/**
 * Packages of apk’s `installed` file. The source is the origin, whose version is that of the
 * package. Throws `UnreadableDatabase`.
 */
export function readApk(text: string): PackageFacts[] {
  return readStanzas(text, FIELDS).map((stanza) => {
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
