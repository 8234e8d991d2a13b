import { baseName, type FileKind, findingOf, UnreadableFile } from '../file-kind.ts';
import type { LanguagePackage } from '../filesystem-inventory.ts';
import { languagePackage } from '../language-package.ts';

const STATE = /(?:^|\/)\.pnp\.(?:c?js|data\.json)$/;
/** In a file of JavaScript it is a text whose lines end in a backslash. */
const PLACE =
  /(?:"([^"\\]{1,2000})"|null),\s{0,20}\{\\?\s{0,80}"packageLocation":\s?"([^"\\]{1,2000})"/g;
const LOCATOR = /^(?:virtual:[0-9a-f]{1,128}#)?([a-z]{1,20}):(.*)$/;
/** A release of npm that Yarn changed, e.g. `patch:fsevents@npm%3A2.3.3#optional!builtin<compat/fsevents>`. */
const PATCHED = /@npm%3A([^#&?]{1,256})/i;
const PLACES_MAX = 50_000;
const NAME = /\/node_modules\/((?:@[^/]{1,256}\/)?[^/]{1,256})\/$/;

/** Packages of npm that Yarn leaves in archives, and the list from which programs find them (Plug’n’Play). */
export const yarnKind: FileKind = {
  about: '`.pnp.cjs` of Yarn',
  bytesMax: 16 * 1024 * 1024,
  matches: (path) => STATE.test(path),
  read(bytes, path) {
    const text = bytes.toString('utf8');
    const isElsewhere = !path.endsWith('.json') && text.includes('.pnp.data.json');
    if (!text.includes('"packageRegistryData"')) {
      if (isElsewhere) return findingOf([]);
      throw unknownList(path);
    }
    const found = new Map<string, LanguagePackage>();
    let missed = 0;
    for (const _ of text.matchAll(/"packageLocation"/g)) missed += 1;
    if (missed > PLACES_MAX) throw new UnreadableFile(`it lists more than ${PLACES_MAX} packages`);
    for (const [, locator = '', place = ''] of text.matchAll(PLACE)) {
      missed -= 1;
      const one = packageAt(locator, place, path);
      if (one !== null) found.set(one.purl, one);
    }
    if (missed > 0) throw unknownList(path);
    return findingOf([...found.values()]);
  },
};

const unknownList = (path: string): UnreadableFile =>
  new UnreadableFile(`${baseName(path)} has no list of packages that Seawall knows`);

/** Null for what is a part of the project itself. */
function packageAt(locator: string, place: string, path: string): LanguagePackage | null {
  const [, kind, reference = ''] = LOCATOR.exec(locator) ?? [];
  const name = NAME.exec(place)?.[1];
  if (kind === 'workspace' || name === undefined) return null;
  // What comes from elsewhere is no release.
  const version = kind === 'npm' ? reference : (PATCHED.exec(reference)?.[1] ?? null);
  return languagePackage('npm', name, version, path);
}
