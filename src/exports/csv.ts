import type { Undecided } from '../findings/result.ts';
import type { StoredFinding } from '../ports/stored-finding.ts';
import { visible } from '../shared/text.ts';
import type { Evidence } from '../snapshot/evidence.ts';
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
export function findingsCsv({ rules, hosts, findings }: StoredState): string {
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
