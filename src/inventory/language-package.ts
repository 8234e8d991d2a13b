import { UnreadableFile } from './file-kind.ts';
import type { LanguageEcosystem, LanguagePackage } from './filesystem-inventory.ts';

/** Of a name or version; npm allows 214. */
const TEXT_MAX = 256;
/** No manager allows blanks, and nothing but ASCII is in the advisories. */
const PLAIN = /^[!-~]+$/;

const purlTypes: Readonly<Record<LanguageEcosystem, string>> = {
  npm: 'npm',
  PyPI: 'pypi',
  RubyGems: 'gem',
  Maven: 'maven',
  Go: 'golang',
  'crates.io': 'cargo',
  Packagist: 'composer',
};

/**
 * A package with its purl, https://github.com/package-url/purl-spec. Throws `UnreadableFile` for a name or
 * version that is none.
 */
export function languagePackage(
  ecosystem: LanguageEcosystem,
  name: unknown,
  version: unknown,
  path: string,
): LanguagePackage {
  const known = plainText(name, 'name');
  const written = version === null ? null : plainText(version, 'version');
  // The parts of a name are separated by slashes, those of Maven by a colon.
  const parts = known.split(ecosystem === 'Maven' ? ':' : '/').map(encodeURIComponent);
  const end = written === null ? '' : `@${encodeURIComponent(written)}`;
  const purl = `pkg:${purlTypes[ecosystem]}/${parts.join('/')}${end}`;
  return { ecosystem, name: known, version: written, path, purl };
}

function plainText(text: unknown, what: string): string {
  if (typeof text !== 'string' || text === '') {
    throw new UnreadableFile(`a package in it has no ${what}`);
  }
  if (text.length > TEXT_MAX || !PLAIN.test(text)) {
    throw new UnreadableFile(`the ${what} of a package in it is none`);
  }
  return text;
}
