import type { AskedExposure, VersionOperator } from '../answers/exposure-answer.ts';
import type { VersionScheme } from '../exposure/advisory.ts';
import { asFound, copyText, type InstalledPackage } from '../exposure/installed.ts';
import { libraryIn } from '../exposure/library-packages.ts';
import { isUnread } from '../exposure/match.ts';
import {
  isMeantBy,
  isMeantInReleases,
  isSourceMeant,
  mayBeMeantBy,
} from '../exposure/meant-name.ts';
import { osvEcosystem, packageKey } from '../exposure/osv-ecosystems.ts';
import type { UnknownReason } from '../exposure/verdict.ts';
import { compareWithBound } from '../exposure/versions/asked-bound.ts';
import { compareVersions } from '../exposure/versions/version-order.ts';
import { UserError } from '../shared/errors.ts';
import { listed, visible } from '../shared/text.ts';
import type { PackageManager } from '../snapshot/facts/packages.ts';
import type { JudgedInventory } from './exposure-results.ts';
import { askedOf, type JudgeInventory, SYSTEM_UNREAD } from './judge-held.ts';
import {
  isNearlyVulnerabilityId,
  isVulnerabilityId,
  nearCve,
  nicknamed,
  plainVulnerabilityId,
} from './vulnerability-id.ts';

const PACKAGE = /^([A-Za-z0-9@][\w.+@/:-]{0,199}?)(?:(<=|>=|<|>|==?)(.{1,500}))?$/;
const operators: readonly VersionOperator[] = ['<', '<=', '=', '>=', '>'];
/** `3.0.x`, `3.*`, and the other bound of a range: what is compared as it stands would be found nowhere. */
const NO_VERSION = /[<>=*]|(?:^|\.)x(?:\.|$)/i;
const VERSIONS_MAX = 20;

/**
 * What somebody asks `exposure` about: a vulnerability by its id, or a package, with a version or
 * without. Throws `UserError` for anything else, with what would do.
 */
export function exposureQuestion(words: readonly string[]): AskedExposure {
  const asked = words.join('');
  const id = nicknamed(asked) ?? plainVulnerabilityId(asked);
  if (isVulnerabilityId(id)) return { kind: 'vulnerability', id: id.toUpperCase(), summary: '' };
  const [, name, found, versionText] = PACKAGE.exec(asked) ?? [];
  if (name === undefined || isNearlyVulnerabilityId(asked)) {
    const near = nearCve(asked);
    throw new UserError(`“${visible(asked)}” is neither a vulnerability nor a package.`, {
      ...(near !== null && { correctedLine: `exposure ${near}` }),
      hint: 'Ask for `CVE-2024-3094`, `GHSA-…`, `openssl`, `"openssl<3.0.15"` or `xz-utils=5.6.0,5.6.1`.',
    });
  }
  const operator = operators.find((one) => one === found?.replace('==', '=')) ?? null;
  const versions = versionText?.split(',').filter((version) => version !== '') ?? [];
  if (operator !== null && versions.length === 0) {
    throw new UserError(`“${visible(asked)}” names no version.`, {
      hint: 'Ask for `openssl`, `"openssl<3.0.15"` or `xz-utils=5.6.0,5.6.1`.',
    });
  }
  const noVersion = versions.find((version) => NO_VERSION.test(version));
  if (noVersion !== undefined) {
    throw new UserError(`“${visible(noVersion)}” is no version.`, {
      hint: `Of a range ask for one bound, e.g. \`"${name}<3.0.15"\`; \`surface\` lists the versions that are there.`,
      correctedLine: `surface ${name}`,
    });
  }
  if (versions.length > 1 && operator !== '=') {
    throw new UserError(
      `Several versions can be asked for with “=” only, not with “${operator}”.`,
      { correctedLine: `exposure "${name}=${versions.join(',')}"` },
    );
  }
  if (versions.length > VERSIONS_MAX) {
    throw new UserError(`At most ${VERSIONS_MAX} versions can be asked for at once.`);
  }
  return { kind: 'package', name, operator, versions };
}

const schemes: Readonly<Record<PackageManager, VersionScheme>> = {
  dpkg: 'deb',
  rpm: 'rpm',
  apk: 'apk',
};

/** Judges by the version of a package: who has one that is asked for is affected, with the bound as its fix. */
export const byVersion =
  ({ name, operator, versions }: Extract<AskedExposure, { kind: 'package' }>): JudgeInventory =>
  (held) => {
    const asked = askedOf(held);
    const { packages, whole, listed } = asked;
    const isRead = packages.state === 'read';
    const own = isRead ? packages.value : [];
    const others = (listed?.packages ?? []).filter((one) => isUnread(asked, one));
    const named = [...own, ...others].filter(
      // What a program is called elsewhere was not asked for.
      (one) => one.ecosystem !== 'Bitnami' && isNamed(one, name),
    );
    const found = [...named, ...(whole?.programs ?? []).map(asFound)];
    const unknown = (reason: UnknownReason, note: string): JudgedInventory => ({
      worst: { state: 'unknown', reason, record: null, note },
      state: 'unknown',
      packages: [],
    });
    const left = isRead
      ? null
      : listed === undefined
        ? unknown('not-inventoried', packages.reason)
        : unknown('only-listed', listed.by);
    if (left !== null && found.length === 0) return left;
    const metBy = (installed: InstalledPackage, version: string): Met => {
      const scheme =
        installed.found || installed.toldBy
          ? schemeOf(installed.ecosystem)
          : schemes[held.inventory?.manager ?? 'dpkg'];
      return stateOf(scheme, version, operator, versions);
    };
    const mayMeet = (one: InstalledPackage) =>
      one.ecosystem !== 'Bitnami' &&
      mayBeMeantBy(name, one.name) &&
      metBy(one, one.version).state !== 'not-present';
    const judged = found
      .map((installed) => {
        // By the name of a source its version is meant: that of a binary may have another numbering.
        const version =
          installed.found || isMeantInReleases(name, installed.name)
            ? installed.version
            : installed.sourceVersion;
        const { state, note } = metBy(installed, version);
        const fixedIn = state === 'affected-fix-available' ? (versions[0] ?? null) : null;
        return { installed, verdict: null, state, fixedIn, note };
      })
      .filter(({ state }) => state !== 'not-present');
    if (judged.length === 0) {
      const note = unreadOf(whole, found, name);
      if (left !== null) return left;
      if (held.inventory === undefined) {
        return unknown('not-inventoried', held.reason ?? SYSTEM_UNREAD);
      }
      const near = found.length > 0 ? [] : [...own, ...others].filter(mayMeet);
      if (near.length > 0) return unknown('other-name', namesText(near));
      if (note !== null) return unknown('languages-partly-read', note);
      const copy = whole?.copies?.find(
        (one) =>
          isNamed(one, name) &&
          stateOf(schemeOf(one.ecosystem), one.version, operator, versions).state !== 'not-present',
      );
      if (copy) return unknown('copy-beside', copyText(copy));
    }
    const unclear = judged.find(({ state }) => state === 'unknown');
    const affected = judged.find(({ state }) => state !== 'unknown');
    const state = (affected ?? unclear)?.state ?? 'not-present';
    return { worst: null, state, packages: judged };
  };

/**
 * Why there may be more of it than was found; null where all was read. Where nothing was found, it may be of any language;
 * what was found in packages of the system alone is all of it, unless a library may be meant.
 */
function unreadOf(
  whole: ReturnType<typeof askedOf>['whole'],
  found: readonly InstalledPackage[],
  name: string,
): string | null {
  const unseenOf = (one: string | null) =>
    whole === null ? 'only packages of its system were' : whole.unseenOf(one);
  if (found.length === 0) return unseenOf(null);
  // Where a package of the system is called so, that one is meant: `rpm` beside its `python3-rpm`.
  const isOfSystem = found.some((one) => !one.found && isMeantInReleases(name, one.name));
  const guessed = isOfSystem ? found.filter((one) => one.found) : found;
  const ecosystems = new Set(guessed.flatMap((one) => languageMeant(one) ?? []));
  const notes = [...ecosystems].map(unseenOf);
  return notes.find((one) => one !== null) ?? whole?.otherSystem ?? null;
}

const NEAR_SHOWN = 3;

/** E.g. `log4j-api 2.14.1 and log4j-core 2.14.1`. */
function namesText(near: readonly InstalledPackage[]): string {
  const names = near.map(({ name, version }) => `${name} ${version}`.trim());
  return listed([...new Set(names)].sort(), NEAR_SHOWN);
}

/**
 * The language of a library that is meant by a name; null for a package of the system. `requests` is the source of
 * Debian’s `python3-requests`, and the name of the library that anybody may have installed beside it.
 */
function languageMeant(one: InstalledPackage): string | null {
  if (one.found) return one.ecosystem;
  return libraryIn(one.name)?.ecosystem ?? null;
}

const isNamed = (one: InstalledPackage, name: string): boolean =>
  (one.found ? isMeantBy : isMeantInReleases)(name, one.name) ||
  (!one.found && isSourceMeant(name, one.sourceName)) ||
  one.sourceName.toLowerCase() === name.toLowerCase() ||
  one.name === packageKey(one.ecosystem, name);

/** Programs mostly have three numbers. */
const schemeOf = (ecosystem: string): VersionScheme => osvEcosystem(ecosystem)?.scheme ?? 'semver';

interface Met {
  state: 'affected-fix-available' | 'affected-no-fix' | 'not-present' | 'unknown';
  /** Why nobody can say, or what was compared where that is not what it looks like. */
  note: string | null;
}

function stateOf(
  scheme: VersionScheme,
  version: string,
  operator: VersionOperator | null,
  versions: readonly string[],
): Met {
  if (operator === null) return { state: 'affected-no-fix', note: null };
  const bounds = versions.map((bound) => boundMet(scheme, version, operator, bound));
  const met = bounds.find(({ isMet }) => isMet);
  if (met !== undefined) {
    const state = operator === '<' ? 'affected-fix-available' : 'affected-no-fix';
    return { state, note: met.note };
  }
  const unclear = bounds.find(({ isMet }) => isMet === null);
  return { state: unclear ? 'unknown' : 'not-present', note: unclear?.note ?? null };
}

/** Whether a version meets a bound; null where nobody can say. */
function boundMet(
  scheme: VersionScheme,
  version: string,
  operator: VersionOperator,
  bound: string,
) {
  const { orders, compared } = compareWithBound(scheme, version, bound);
  const answers = new Set(orders.map((order) => order !== null && meets(order, operator)));
  if (orders.includes(null)) return { isMet: null, note: `it cannot be compared with ${bound}` };
  if (answers.size > 1) {
    return { isMet: null, note: `${bound} may be a version with its revision, or without one` };
  }
  const isMet = answers.has(true);
  if (!isMet && operator === '=' && beginsWith(compared ?? version, bound)) {
    return { isMet: null, note: `${bound} may mean every version that begins so` };
  }
  const whole = compareVersions(scheme, version, bound);
  const isPlain = compared === null || (whole !== null && meets(whole, operator) === isMet);
  return { isMet, note: isPlain ? null : `compared as ${compared}` };
}

/** Who asks for 3.0 may mean 3.0.20 as well, and with 1.1.1 also 1.1.1w. */
const beginsWith = (version: string, bound: string): boolean =>
  version.startsWith(bound) && /^[.a-z]/i.test(version.slice(bound.length));

function meets(order: number, operator: VersionOperator): boolean {
  if (operator === '=') return order === 0;
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}
