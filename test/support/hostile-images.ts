import type { HostState } from '../../src/answers/host-state.ts';
import type { ImageVulnerability, ListedImage } from '../../src/answers/image-answer.ts';
import type { StoredImageList } from '../../src/ports/image-list-store.ts';
import type { KeptImage } from '../../src/ports/image-store.ts';
import type { StoredFinding } from '../../src/ports/stored.ts';
import { read, unread } from '../../src/shared/reading.ts';
import type { AnswerOf } from '../../src/views/answer.ts';

/** Answers of `images` with hostile text wherever a feed or an engine puts text. */
export function hostileImages(
  text: string,
  hosts: HostState[],
  findings: StoredFinding[],
  common: { takenAt: string; next: string[] },
): {
  image: AnswerOf<'image'>;
  images: AnswerOf<'images'>;
  'image-lists': AnswerOf<'image-lists'>;
} {
  const facts: KeptImage = {
    id: `sha256:${text}`,
    tags: [text, text],
    digests: [text, text],
    createdAt: '2025-12-01T00:00:00.000Z',
    sizeBytes: 1_500_000_000,
    architecture: text,
    operatingSystem: text,
    user: { declared: text, uid: null, reason: text },
    layers: [text, text],
    origin: unread(text),
    base: { name: text, digest: text },
    steps: Array.from({ length: 60 }, () => ({
      ...{ createdAt: '2025-12-01T00:00:00.000Z', instruction: text, sizeBytes: 5 },
      programs: [text, text],
      variables: [text, text],
    })),
    stepCount: 90,
  };
  const vulnerability: ImageVulnerability = {
    id: text,
    state: 'affected-fix-available',
    packages: Array.from({ length: 3 }, (_, number) => ({
      ...{
        name: `${text}${number}`,
        version: text,
        ecosystem: text,
        purl: text,
        source: text,
        path: text,
        paths: [text],
        toldBy: text,
      },
      ...{ state: 'affected-fix-available' as const, fixedIn: text, reason: text },
      said: {
        ...{ author: text, at: '2025-12-01T00:00:00.000Z', justification: text, note: text },
        ...{ document: text, isRepaired: false },
      },
    })),
    records: [{ id: text, source: text, modified: null }],
    exploited: {
      ...{ cve: text, vendor: text, product: text, dateAdded: text },
      isUsedByRansomware: true,
    },
    epss: 0.97,
    cvss: { score: 9.8, vector: text, record: text },
  };
  const counts = { fixable: 31, exploited: 2, critical: 3, unscored: 5, gaps: [text, text] };
  const image: ListedImage = {
    ...{ host: text, id: facts.id, name: text, facts: read(facts) },
    facets: ['root', 'secret', 'unverified'],
    unverifiedFacets: ['root'],
    ...{ containers: 3, running: 2 },
    inventory: read({
      ...{ key: 'k1', manager: 'dpkg', packages: 404 },
      operatingSystem: { id: text, versionId: text, prettyName: text },
    }),
    libraries: read({ id: 1, components: 263, readFrom: 'probe' }),
    base: read({ by: 'layers', name: text, digest: text, host: text, layers: 4 }),
    exposure: read({ ...counts, affected: 36, unknown: 4, cleared: 2, worst: vulnerability }),
    support: { state: 'ended', until: '2024-06-30' },
  };
  const unknown: ListedImage = {
    ...{ host: text, id: 'sha256:0123456789abcdef', name: 'sha256:0123456789abcdef' },
    facts: unread(text),
    facets: ['unverified'],
    unverifiedFacets: [],
    ...{ containers: 0, running: 0 },
    ...{ inventory: unread(text), libraries: unread(text) },
    base: unread(text),
    exposure: unread(text),
    support: null,
  };
  const labelled: ListedImage = {
    ...image,
    base: read({ by: 'label', name: text, digest: null, host: null, layers: null }),
    exposure: unread(text),
  };
  return {
    images: {
      kind: 'images',
      ...common,
      facets: ['unused', 'critical'],
      olderThan: '30d',
      hosts,
      images: [...Array.from({ length: 12 }, () => image), unknown, labelled],
      total: { count: 14, unread: [] },
      page: null,
      unverified: [unknown],
      unverifiedCount: 40,
      feeds: [],
    },
    image: {
      kind: 'image',
      ...common,
      hosts,
      image,
      exposure: read({
        ...counts,
        affected: Array.from({ length: 36 }, () => vulnerability),
        unknown: [{ ...vulnerability, state: 'unknown' }],
        cleared: Array.from({ length: 20 }, () => ({
          ...vulnerability,
          state: 'vendor-says-not-affected' as const,
        })),
      }),
      lists: [hostileList(text), hostileList(text)],
      elsewhere: [text, text],
      ran: [
        { id: text, name: text, state: text, from: '2026-01-01T00:00:00.000Z', to: null },
        ...Array.from({ length: 20 }, () => ({
          ...{ id: text, name: text, state: 'exited', from: '2026-01-01T00:00:00.000Z' },
          to: '2026-01-01T01:00:00.000Z',
        })),
      ],
      ranCount: 60,
      findings,
      packages: read(
        Array.from({ length: 50 }, () => ({
          ...{ name: text, version: text, architecture: text },
          ...{ sourceName: text, sourceVersion: text },
        })),
      ),
      components: read(
        Array.from({ length: 50 }, (_, index) => ({
          ...{ ecosystem: index % 2 === 0 ? ('npm' as const) : null, name: text, version: text },
          ...{ purl: text, isMainModule: false, placeCount: 3 },
          places: [{ path: text, evidence: text }],
        })),
      ),
      rebuild: read({
        ...{ name: text, host: text, createdAt: '2025-12-20T00:00:00.000Z' },
        ...{ fixes: 31, of: 36, brings: 1 },
      }),
      feeds: [{ source: text, asOf: null, isStale: true, isPart: true }],
    },
    'image-lists': {
      kind: 'image-lists',
      ...common,
      verb: 'imported',
      image: { id: text, name: text, hosts: [text, text] },
      lists: [hostileList(text)],
      refused: { count: 9, reasons: [text, text, text, text, text] },
    },
  };
}

const hostileList = (text: string): StoredImageList => ({
  ...{ key: 1, imageId: text, imageName: text, format: 'syft', tool: text, toolVersion: text },
  ...{ madeAt: null, importedAt: '2026-01-01T00:00:00.000Z', importedBy: text, packages: 9 },
});
