import { findingsCsv } from './csv.ts';
import { safeJsonInTurns } from './safe-json.ts';
import { findingsSarif } from './sarif.ts';
import type { StoredState } from './stored-state.ts';

export type ExportFormat = 'sarif' | 'csv' | 'json';

/** A file for programs, made of stored data. */
export interface ExportedFile {
  name: string;
  mediaType: string;
  text: string;
}

const formats = {
  sarif: { ending: 'sarif', mediaType: 'application/sarif+json', render: findingsSarif },
  csv: { ending: 'csv', mediaType: 'text/csv; charset=utf-8', render: findingsCsv },
  json: { ending: 'json', mediaType: 'application/json', render: findingsJson },
} as const satisfies Record<
  ExportFormat,
  { ending: string; mediaType: string; render: (state: StoredState) => string | Promise<string> }
>;

export const exportFormats = Object.keys(formats) as ExportFormat[];

/**
 * The open findings of hosts, and what could not be judged, as a file. Its name holds the host or
 * the number of hosts, and the time, and no character that a shell or a filesystem minds. Waiting events run meanwhile.
 */
export async function exportFindings(
  format: ExportFormat,
  state: StoredState,
): Promise<ExportedFile> {
  const { ending, mediaType, render } = formats[format];
  const [only, second] = state.hosts;
  const whose = only && !second ? only.name : `${state.hosts.length}-hosts`;
  const name = fileName('findings', whose, state.takenAt, ending);
  return { name, mediaType, text: await render(state) };
}

/** `seawall-findings-web-1-20260102T060000Z.sarif`; `whose` is cut at 100 characters. */
export function fileName(what: string, whose: string, takenAt: string, ending: string): string {
  const time = takenAt.replace(/\.\d+Z$/, 'Z').replace(/[-:]/g, '');
  const safe = whose.slice(0, 100).replace(/[^A-Za-z0-9.-]+/g, '-');
  return `seawall-${what}-${safe}-${time}.${ending}`;
}

/** Findings as Seawall's own JSON; fields are only ever added. */
function findingsJson({ version, takenAt, hosts, findings }: StoredState): Promise<string> {
  return safeJsonInTurns({
    tool: 'seawall',
    version,
    takenAt,
    hosts: hosts.map((host) => ({
      name: host.name,
      labels: host.labels,
      evidence: host.evidence,
      engineVersion: host.engineVersion,
      lastScanAt: host.lastScanAt,
      lastGoodScanAt: host.lastGoodScanAt,
      coverage: host.coverage,
      unreadSections: host.unreadSections,
    })),
    findings,
    undecided: hosts.flatMap(({ name, undecided }) =>
      undecided.map((missing) => ({ host: name, ...missing })),
    ),
  });
}
