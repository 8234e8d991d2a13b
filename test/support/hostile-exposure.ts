import type { ExposureResult } from '../../src/answers/exposure-answer.ts';
import type { HostState } from '../../src/answers/host-state.ts';
import type { StoredExposureAcceptance } from '../../src/ports/exposed-store.ts';
import type { AnswerOf } from '../../src/views/answer.ts';

/** With hostile text wherever a person or a feed puts text. */
export const hostileAcceptance = (text: string): StoredExposureAcceptance => ({
  ...{ vulnerability: text, package: text, versions: [text, text, text, text], scope: text },
  ...{ acceptedAs: text, reason: text, by: text, madeAt: '2026-01-01T00:00:00.000Z' },
  ...{ until: '2026-01-30T00:00:00.000Z', ended: null, state: 'in-force' },
});

/** Answers about vulnerabilities with hostile text wherever a feed or an engine puts text. */
export function hostileExposure(
  text: string,
  hosts: HostState[],
  common: { takenAt: string; next: string[] },
): {
  exposure: AnswerOf<'exposure'>;
  'feed-progress': AnswerOf<'feed-progress'>;
  feeds: AnswerOf<'feeds'>;
  exposed: AnswerOf<'exposed'>;
  'exposed-summary': AnswerOf<'exposed-summary'>;
  'exposure-accepted': AnswerOf<'exposure-accepted'>;
  vulnerability: AnswerOf<'vulnerability'>;
} {
  const result: ExposureResult = {
    host: text,
    image: text,
    containers: [
      { name: text, id: 'a1', state: 'running', from: '2026-01-01T00:00:00.000Z', to: null },
      ...Array.from({ length: 5 }, (_, number) => ({
        ...{ name: `${text}${number}`, id: text, state: 'gone' },
        ...{ from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T01:00:00.000Z' },
      })),
    ],
    package: {
      ...{ name: text, version: text, ecosystem: text, purl: text, source: text },
      ...{ path: text, paths: [text, text], toldBy: text },
    },
    layer: {
      state: 'read',
      value: {
        ...{ by: 'base', base: { name: text, host: `${text}2` }, replaces: text },
        layers: { from: 1, to: 3, of: 7 },
      },
    },
    state: 'affected-fix-available',
    fixedIn: text,
    record: { source: text, id: text, modified: null },
    window: { from: '2026-01-01T00:00:00.000Z', to: null },
    windows: [
      { from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T10:00:00.000Z' },
      { from: '2026-01-01T12:00:00.000Z', to: null },
    ],
    reason: text,
    verdict: null,
    accepted: { by: text, until: '2026-01-30T00:00:00.000Z', reason: text },
  };
  const gone = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z' };
  const exposure: AnswerOf<'exposure'> = {
    kind: 'exposure',
    ...common,
    query: text,
    beyond: { hosts: 2, line: text },
    asked: { kind: 'vulnerability', id: text, summary: text.repeat(3) },
    hosts,
    since: '2026-01-01T00:00:00.000Z',
    running: { affected: 2, fixable: 1, unknown: 3, total: 41 },
    stopped: { affected: 1, fixable: 0, unknown: 0, total: 1 },
    gone: { affected: 2, fixable: 1, unknown: 1, total: 4 },
    changed: { affected: 1, fixable: 1, unknown: 0, total: 2 },
    images: { total: 9, notInventoried: 2, systemOnly: 3, affected: 1 },
    asMade: 2,
    blind: [],
    moreBlind: 0,
    unwatched: [text],
    known: {
      exploited: {
        ...{ cve: text, vendor: text, product: text, dateAdded: text },
        isUsedByRansomware: true,
      },
      epss: { cve: text, probability: 0.5, percentile: 0.9 },
      cvss: [text, text, text],
      cvssScore: 9.8,
    },
    results: [
      ...Array.from({ length: 30 }, () => result),
      {
        ...result,
        package: null,
        state: 'unknown',
        fixedIn: null,
        record: null,
        window: gone,
        windows: [gone],
      },
    ],
    unknown: Array.from({ length: 8 }, () => ({
      image: text,
      hosts: [text, text],
      reason: `${text}2`,
    })),
    statements: Array.from({ length: 12 }, () => ({
      ...{ author: text, at: common.takenAt, status: 'not_affected' as const },
      ...{ justification: text, note: text, document: text, products: 3 },
    })),
    feeds: [
      { source: text, asOf: null, isStale: true, isPart: true },
      { source: 'osv/Debian', asOf: common.takenAt, isStale: false, isPart: false },
    ],
    page: null,
  };
  return {
    exposure,
    exposed: {
      kind: 'exposed',
      ...common,
      event: 'exploited',
      vulnerability: text,
      severity: null,
      exposure,
    },
    'exposure-accepted': {
      kind: 'exposure-accepted',
      ...common,
      acceptances: [hostileAcceptance(text), hostileAcceptance(text)],
      isWithdrawn: false,
    },
    vulnerability: {
      kind: 'vulnerability',
      ...common,
      id: text,
      otherIds: { shown: Array.from({ length: 10 }, () => text), total: 40 },
      severity: null,
      severities: Array.from({ length: 10 }, () => ({
        ...{ type: text, score: text, number: 9.8, rank: 4 as const, by: text },
      })),
      records: {
        total: 30,
        shown: Array.from({ length: 10 }, () => ({
          ...{ id: text, source: text, published: null, modified: common.takenAt },
          ...{ withdrawn: common.takenAt, licence: text },
        })),
      },
      exposure,
      hosts,
    },
    'exposed-summary': {
      kind: 'exposed-summary',
      ...common,
      ...{ known: 900, exploited: 2, fixable: 40 },
      worst: Array.from({ length: 5 }, () => ({
        ...{ vulnerability: text, severity: 'critical' as const },
        ...{ isExploited: true, isFixable: false },
      })),
    },
    'feed-progress': {
      kind: 'feed-progress',
      ...common,
      next: [],
      from: 'publishers',
      feeds: [
        { source: text, outcome: 'failed', records: null },
        { source: `${text}2`, outcome: null, records: 4_000 },
        { source: `${text}3`, outcome: null, records: null },
      ],
    },
    feeds: {
      kind: 'feeds',
      ...common,
      notTaken: [{ source: text, reason: text, hint: text }],
      feeds: [
        {
          ...{ source: text, asOf: null, loadedAt: null, records: 0, isStale: true, isPart: true },
          ecosystems: Array.from({ length: 9 }, () => text),
          failure: { at: common.takenAt, reason: text },
          ...{ revision: 0, confirmedAt: null, triedAt: null },
        },
        {
          ...{ source: `vex/${text}`, asOf: common.takenAt, loadedAt: common.takenAt, records: 90 },
          ...{ ecosystems: [], isStale: false, isPart: false, failure: null },
          ...{ revision: 1, confirmedAt: null, triedAt: null },
        },
      ],
      statements: {
        ...{ total: 90, looked: 80, matched: 3, superseded: 2, unmatched: 75 },
        reasons: { 'version-differs': 70, 'not-understood': 5 },
        shown: Array.from({ length: 75 }, () => ({
          ...{ vulnerability: text, status: 'not_affected' as const, product: text, products: 3 },
          ...{ author: text, at: common.takenAt, document: text },
          reason: 'version-differs' as const,
        })),
      },
      taken: [text, text],
      forgotten: null,
      fetched: [
        {
          ...{ source: text, outcome: 'failed', reason: text },
          refused: { count: 9, reasons: [text, text] },
        },
      ],
      refused: { count: 40, reasons: [text, text, text, text, text] },
    },
  };
}
