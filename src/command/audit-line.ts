import type { AuditEntry } from '../ports/audit-log.ts';
import { onOutside } from '../shared/errors.ts';
import type { CommandContext, Permission } from './command.ts';
import type { ParsedLine } from './parse-line.ts';

type OnFailure = ((error: unknown, cause: 'outside' | 'bug') => void) | undefined;
type Line = Pick<ParsedLine, 'command' | 'request'>;

/**
 * Writes that a command starts, unless it only reads or the store writes its changes. A database that
 * fails is told to `onFailure` and silences nobody: what changes something needs it anyway.
 */
export async function auditStart(
  context: Pick<CommandContext, 'audit' | 'actor' | 'now'>,
  { command, request, permission }: Line & { permission: Permission },
  onFailure: OnFailure,
): Promise<void> {
  if (permission === 'view' || command.audit !== undefined) return;
  const hosts = request.hosts.map(({ name }) => name);
  const words = [...request.words, ...(command.takesHost ? [hosts.join(', ')] : [])];
  const what = words.join(' ');
  await write(context, command.name, { outcome: 'done', what }, onFailure);
}

/** Writes that somebody tried what was refused; questions are not worth a row. */
export async function auditRefusal(
  context: Pick<CommandContext, 'audit' | 'actor' | 'now'>,
  { command, request }: Line,
  permission: Permission,
  onFailure: OnFailure,
): Promise<void> {
  if (permission === 'view') return;
  await write(context, command.name, { outcome: 'refused', what: request.line }, onFailure);
}

async function write(
  { audit, actor, now }: Pick<CommandContext, 'audit' | 'actor' | 'now'>,
  verb: string,
  entry: Pick<AuditEntry, 'outcome' | 'what'>,
  onFailure: OnFailure,
): Promise<void> {
  await audit
    .record({ at: now(), actor, verb, ...entry, before: null, after: null })
    .catch(onOutside((error) => onFailure?.(error, 'outside')));
}
