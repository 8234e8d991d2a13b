import type { LanguageEcosystem, UnreadFile } from './filesystem-inventory.ts';

/** Where a package manager keeps what it has, and what these packages are called. */
interface OtherPlace {
  what: string;
  /** From the root; the group `at` is what is named, if not all that matches. */
  file: RegExp;
  ecosystem: UnreadFile['ecosystem'];
}

const ofRoot = (what: string, file: string): OtherPlace => ({
  what: `packages of ${what} in a root of their own`,
  // `/usr/lib/apk` is of the root itself, and no root `/usr`.
  file: new RegExp(`^(?!usr/lib/apk/db/)(?<at>.+?)/${file}$`),
  ecosystem: 'system',
});
const of = (what: string, file: RegExp): OtherPlace => ({
  ...{ what: `packages of ${what}`, file, ecosystem: 'system' },
});

const places: readonly OtherPlace[] = [
  ofRoot('dpkg', 'var/lib/dpkg/status(?:\\.d/[^/]+)?'),
  ofRoot('apk', '(?:usr/)?lib/apk/db/installed'),
  ofRoot('rpm', '(?:var/lib|usr/lib/sysimage)/rpm/(?:rpmdb\\.sqlite|Packages(?:\\.db)?)'),
  of('dpkg that its database does not have yet', /^(?<at>var\/lib\/dpkg\/updates)\/\d{1,8}$/),
  of('conda', /^(?<at>(?:.+\/)?conda-meta)\/[^/]+\.json$/),
  of('Nix', /^(?<at>nix\/store)\//),
  of('Guix', /^(?<at>gnu\/store)\//),
  of('pacman', /^(?<at>(?:.+\/)?var\/lib\/pacman\/local)\/[^/]+\/desc$/),
  of('opkg', /^(?<at>(?:.+\/)?(?:var|usr)\/lib\/opkg)\/status$/),
  of('Portage', /^(?<at>(?:.+\/)?var\/db\/pkg)\/[^/]+\/[^/]+\/CONTENTS$/),
  of('xbps', /^(?<at>(?:.+\/)?var\/db\/xbps)\/pkgdb-[^/]+\.plist$/),
  of('Homebrew', /^(?<at>(?:.+\/)?Cellar)\/[^/]+\/[^/]+\/INSTALL_RECEIPT\.json$/),
  of('Spack', /^(?<at>.+\/\.spack-db)\/index\.json$/),
  of('vcpkg', /^(?<at>(?:.+\/)?installed\/vcpkg)\/status$/),
  of('snap', /^(?<at>var\/lib\/snapd\/snaps)\/[^/]+\.snap$/),
  {
    what: 'packages of Bower',
    file: /^(?<at>(?:.+\/)?bower_components)\/[^/]+\/\.?bower\.json$/,
    ecosystem: 'npm',
  },
];

/**
 * Packages of managers that are not read, by a file that only these have; packages of a system where they are not in
 * the root’s own database. Nothing is said of them but that they are there. Null for any other file.
 */
function otherManagerIn(path: string): UnreadFile | null {
  for (const { what, file, ecosystem } of places) {
    const at = file.exec(path)?.groups?.at;
    if (at !== undefined)
      return { path: at, reason: `${what}, not read`, ...(ecosystem && { ecosystem }) };
  }
  return null;
}

/** Of archives that are not read, whose packages these are. */
const archives: readonly [file: RegExp, of: string, ecosystem: LanguageEcosystem][] = [
  [/.\.asar$/, 'Node', 'npm'],
  [/.\.(?:pex|pyz|pyzw)$/, 'Python', 'PyPI'],
  // PHP itself comes with one, the command `phar`, which has none.
  [/^(?:.*\/)?(?!phar[\d.]*\.phar$)[^/]+\.phar$/, 'PHP', 'Packagist'],
];

/** That a file is an archive of packages which is not read, by its name. */
export const archiveUnread = (path: string): UnreadFile[] =>
  archives
    .filter(([file]) => file.test(path))
    .map(([, of, ecosystem]) => ({
      ...{ path, reason: `an archive with packages of ${of}, not read`, ecosystem },
    }));

/** Of one ecosystem; of an engine in a container each layer is a root of its own. */
const PLACES_MAX = 100;
/** What else than `METADATA` lies beside an installed distribution of Python. */
const OF_DISTRIBUTION = /^(.+\.dist-info)\/(?:RECORD|WHEEL|INSTALLER)$/;
const DISTRIBUTIONS_MAX = 20_000;

/** Collects by the paths of files which packages are there and not read, each place once. */
export function createBeside() {
  const found = new Map<string, UnreadFile>();
  /** By their folders, a file of each. */
  const distributions = new Map<string, string>();
  const countOf = ({ ecosystem }: UnreadFile): number =>
    [...found.values()].filter((one) => one.ecosystem === ecosystem).length;
  return {
    look(path: string): void {
      const folder = OF_DISTRIBUTION.exec(path)?.[1];
      if (folder !== undefined && distributions.size < DISTRIBUTIONS_MAX)
        distributions.set(folder, path);
      const one = otherManagerIn(path);
      if (one !== null && countOf(one) < PLACES_MAX) found.set(one.path, one);
    },
    unread: (): Iterable<UnreadFile> => found.values(),
    /** What says of no distribution of Python what it is, with a file beside it that is there. */
    missing(isThere: (path: string) => boolean): { beside: string; unread: UnreadFile }[] {
      const told = [...distributions].flatMap(([folder, beside]) => {
        const path = `${folder}/METADATA`;
        const unread: UnreadFile = { path, reason: 'it is missing', ecosystem: 'PyPI' };
        return isThere(path) ? [] : [{ beside, unread }];
      });
      const [last] = [...distributions.values()].slice(DISTRIBUTIONS_MAX - 1);
      if (last === undefined) return told;
      const reason = `more than ${DISTRIBUTIONS_MAX} distributions of Python, of which no more are looked at`;
      return [...told, { beside: last, unread: { path: last, reason, ecosystem: 'PyPI' } }];
    },
  };
}
