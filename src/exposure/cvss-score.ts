// CVSS 3.0 and 3.1 base scores, https://www.first.org/cvss/v3.1/specification-document (7.1 and 7.4).

const weights: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  UI: { N: 0.85, R: 0.62 },
  C: { H: 0.56, L: 0.22, N: 0 },
  I: { H: 0.56, L: 0.22, N: 0 },
  A: { H: 0.56, L: 0.22, N: 0 },
};
/** By whether the scope changes. */
const privileges = {
  U: { N: 0.85, L: 0.62, H: 0.27 },
  C: { N: 0.85, L: 0.68, H: 0.5 },
} as const;

const VECTOR = /^CVSS:3\.[01]((?:\/[A-Z]{1,3}:[A-Z])+)$/;

/** The base score, 0 to 10, of a vector of version 3; null for any other version and for what is none. */
export function cvssScore(vector: string): number | null {
  const [, written] = VECTOR.exec(vector.slice(0, 200)) ?? [];
  if (written === undefined) return null;
  const metrics = new Map(
    written
      .slice(1)
      .split('/')
      .map((one) => one.split(':', 2) as [string, string]),
  );
  const weight = (metric: string): number =>
    weights[metric]?.[metrics.get(metric) ?? ''] ?? Number.NaN;
  const scope = metrics.get('S');
  if (scope !== 'U' && scope !== 'C') return null;
  const ofPrivileges: Readonly<Record<string, number>> = privileges[scope];
  const needed = ofPrivileges[metrics.get('PR') ?? ''] ?? Number.NaN;
  const base = 1 - (1 - weight('C')) * (1 - weight('I')) * (1 - weight('A'));
  const impact = scope === 'U' ? 6.42 * base : 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15;
  const exploitability = 8.22 * weight('AV') * weight('AC') * needed * weight('UI');
  const sum = impact + exploitability;
  if (Number.isNaN(sum)) return null;
  if (impact <= 0) return 0;
  return roundedUp(Math.min(scope === 'U' ? sum : 1.08 * sum, 10));
}

/** The smallest number with one decimal that is not below; in whole numbers, as the specification says. */
function roundedUp(score: number): number {
  const whole = Math.round(score * 100_000);
  return whole % 10_000 === 0 ? whole / 100_000 : (Math.floor(whole / 10_000) + 1) / 10;
}
