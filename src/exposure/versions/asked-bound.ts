import type { VersionScheme } from '../advisory.ts';
import { cutAt } from './order.ts';
import { compareVersions, compareWithNamed } from './version-order.ts';

/** How an installed version stands to one that a person typed, who need not know how packages are numbered. */
export interface BoundOrder {
  /** As of `compareVersions`; several where what was typed may be read in two ways. */
  orders: (number | null)[];
  /** What of the installed version was compared; null where it was all of it. */
  compared: string | null;
}

/** What a distribution adds to the version of a source that it repacks, or that is its own. */
const REPACKED =
  /(?<=[0-9a-z])(?:[.+~]?(?:dfsg|ubuntu|build)|[.+~](?:ds|repack|deb\d{1,4}u))\d{0,9}(?:\.\d{1,9}){0,4}$/;
/** `5.6.1+really5.4.5` is 5.4.5, with a number that is above that of a version that was taken back. */
const REALLY = /\+really(?=\d)/;

/**
 * Compares an installed version with one that somebody asks about. An epoch and a revision count where the bound has
 * them: without an epoch that of the package is left out, without a revision the version of upstream is compared.
 */
export function compareWithBound(
  scheme: VersionScheme,
  installed: string,
  bound: string,
): BoundOrder {
  const cut = cutters[scheme];
  if (cut === undefined) return withoutBuild(scheme, installed, bound);
  const asked = cut(bound);
  const parts = cut(installed);
  const epoch = asked.epoch === null ? null : (parts.epoch ?? '0');
  const upstream =
    asked.revision === null ? upstreamOf(scheme, parts.upstream, bound) : parts.upstream;
  const revision = asked.revision === null ? null : parts.revision;
  const left = joined(scheme, { epoch, upstream, revision });
  const right = joined(scheme, asked);
  const orders = [compareVersions(scheme, left, right)];
  // `1.2-3` may be all of the version 1.2-3 of upstream, which `1.2-3-1` has.
  const hasTwoWays = hyphens(bound) > 0 && hyphens(bound) < hyphens(installed);
  if (hasTwoWays) {
    const whole = {
      ...asked,
      upstream: bound.slice((asked.epoch?.length ?? -1) + 1),
      revision: null,
    };
    const own = joined(scheme, { epoch, upstream: parts.upstream, revision: null });
    orders.push(compareVersions(scheme, own, joined(scheme, whole)));
  }
  const shown = `${epoch === null ? '' : `${epoch}:`}${upstream}${revision === null ? '' : `-${revision}`}`;
  const isWhole =
    epoch === parts.epoch && upstream === parts.upstream && revision === parts.revision;
  return { orders, compared: isWhole ? null : shown };
}

/** The local part of PEP 440 counts where the bound has one: `2.6.0` is every build of it. */
function withoutBuild(scheme: VersionScheme, installed: string, bound: string): BoundOrder {
  const [release, build] = cutAt(installed, '+');
  const orders = [compareWithNamed(scheme, installed, bound)];
  const isCut = scheme === 'pep440' && build !== null && !bound.includes('+');
  return { orders, compared: isCut ? release : null };
}

interface Parts {
  epoch: string | null;
  upstream: string;
  revision: string | null;
}

const cutters: Readonly<Partial<Record<VersionScheme, (version: string) => Parts>>> = {
  deb: cutAtHyphen,
  rpm: cutAtHyphen,
  apk: (version) => {
    const revision = /-r(\d{1,20})$/.exec(version);
    const upstream = revision === null ? version : version.slice(0, revision.index);
    return { epoch: null, upstream: inApk(upstream), revision: revision?.[1] ?? null };
  },
};

/** As Alpine writes what upstream calls `9.3p2` or `3.0.0-rc1`. */
const inApk = (upstream: string): string =>
  upstream.replace(/(?<=\d)[-.~]?(alpha|beta|pre|rc|p)\.?(?=\d)/g, '_$1');

function cutAtHyphen(version: string): Parts {
  const epoch = /^(\d{1,20}):/.exec(version)?.[1] ?? null;
  const rest = epoch === null ? version : version.slice(epoch.length + 1);
  const hyphen = rest.lastIndexOf('-');
  if (hyphen < 0) return { epoch, upstream: rest, revision: null };
  return { epoch, upstream: rest.slice(0, hyphen), revision: rest.slice(hyphen + 1) };
}

function upstreamOf(scheme: VersionScheme, upstream: string, bound: string): string {
  if (scheme !== 'deb') return upstream;
  const real = REALLY.test(bound) ? upstream : (upstream.split(REALLY)[1] ?? upstream);
  return REPACKED.test(bound) ? real : real.replace(REPACKED, '');
}

/** A version again. Of Debian's each has a revision, since an upstream version may hold a hyphen only before one. */
function joined(scheme: VersionScheme, { epoch, upstream, revision }: Parts): string {
  if (scheme === 'apk') return revision === null ? upstream : `${upstream}-r${revision}`;
  const last = revision ?? (scheme === 'deb' ? '0' : null);
  return `${epoch ?? '0'}:${upstream}${last === null ? '' : `-${last}`}`;
}

const hyphens = (version: string): number => version.split('-').length - 1;
