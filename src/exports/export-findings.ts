import type { Undecided } from '../findings/result.ts';
import type { StoredFinding } from '../ports/stored.ts';
import { visible } from '../shared/text.ts';
import type { Evidence } from '../snapshot/evidence.ts';
import { safeJsonInTurns } from './safe-json.ts';
import { findingsSarif } from './sarif.ts';
import type { StoredState } from './stored-state.ts';

const columns = [
  ...['host', 'verdict', 'severity', 'rule', 'controls', 'subject_kind', 'subject', 'names'],
  ...['message', 'evidence', 'baseline_state', 'first_seen', 'last_seen', 'accepted_until'],
  ...['fingerprint', 'reason'],
] as const;

type Row = Partial<Record<(typeof columns)[number], string>>;

/**
 * Findings as CSV (RFC 4180: a header, CRLF, quotes doubled), worst first as they come, then one
 * row with the verdict `unknown` for each judgement that could not be made.
 */
function findingsCsv({ rules, hosts, findings }: StoredState): string {
  const controls = new Map(rules.map((rule) => [rule.id, rule.controls.join(' ')]));
  const rows = [
    ...findings.map((finding) => findingRow(finding)),
    ...hosts.flatMap(({ name, undecided }) =>
      undecided.map((missing) => undecidedRow(name, missing)),
    ),
  ];
  const lines = rows.map((row) =>
    columns.map((column) =>
      cell(column === 'controls' ? (controls.get(row.rule ?? '') ?? '') : (row[column] ?? '')),
    ),
  );
  return [columns, ...lines].map((line) => `${line.join(',')}\r\n`).join('');
}

function findingRow(finding: StoredFinding): Row {
  const { acceptance } = finding;
  return {
    host: finding.host,
    verdict: 'fail',
    severity: finding.severity,
    rule: finding.rule,
    subject_kind: finding.subjectKind,
    subject: finding.subjectKey,
    names: finding.subjects.join(' '),
    message: finding.message,
    evidence: finding.evidence.map(evidenceText).join('; '),
    baseline_state: finding.baselineState,
    first_seen: finding.firstSeen,
    last_seen: finding.lastSeen,
    accepted_until: acceptance?.state === 'in-force' ? acceptance.until : '',
    fingerprint: finding.fingerprint,
    reason: finding.unverifiedReason ?? '',
  };
}

const undecidedRow = (host: string, { rule, subjectKind, subjectKey, reason }: Undecided): Row => ({
  host,
  verdict: 'unknown',
  rule,
  subject_kind: subjectKind,
  subject: subjectKey ?? '*',
  reason,
});

const evidenceText = ({ path, value }: Evidence) => `${path}=${JSON.stringify(value)}`;

/**
 * One cell. Spreadsheets run what starts with `=`, `+`, `-`, `@` or a tab as a formula, so such text
 * gets an apostrophe in front (https://owasp.org/www-community/attacks/CSV_Injection). Characters
 * that act, line breaks among them, are made visible.
 */
function cell(text: string): string {
  const isFormula = /^\s*[=+\-@\t\r\n＝＋－＠]/.test(text);
  const shown = `${isFormula ? "'" : ''}${visible(text)}`;
  return /[",'\s]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}

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
