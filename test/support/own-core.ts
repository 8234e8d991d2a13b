import { fullAccess } from '../../src/command/access.ts';
import type { CommandContext } from '../../src/command/command.ts';
import { type RequestAsked, runLine } from '../../src/command/run-line.ts';
import { assembleCore, type Core } from '../../src/programs/assemble.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import type { Answer, AnswerKind, AnswerOf } from '../../src/views/answer.ts';
import { type TemporaryDatabase, temporaryDatabase } from './temporary-database.ts';

type CoreOptions = Parameters<typeof assembleCore>[0];

/** A core over a database of its own, which goes with it. */
export interface OwnCore extends Core {
  database: TemporaryDatabase;
  remove(): Promise<void>;
}

/** A declared host whose engine nobody answers for. */
export const silentHost = (name: string, isDefault = false): CoreOptions['hosts'][number] => ({
  ...{ name, url: 'tcp://127.0.0.1:1', isDefault, tls: undefined, labels: {}, evidence: 'api' },
});

/** A core of these hosts by the ordinary policy. */
export async function openOwnCore(
  hosts: CoreOptions['hosts'],
  more: Partial<CoreOptions> = {},
): Promise<OwnCore> {
  const database = temporaryDatabase();
  const databaseUrl = database.url;
  const core = await assembleCore({ hosts, databaseUrl, policy: defaultPolicy, ...more });
  const remove = async () => {
    await core.store.close();
    database.remove();
  };
  return { ...core, database, remove };
}

/** What is not as usual when a line is asked. */
export type Asking = Partial<Omit<RequestAsked, 'inTurn'>> & Partial<CommandContext>;

/** The answer to a line that alice types at a terminal, with every right. */
export function askLine(
  { context }: Pick<Core, 'context'>,
  text: string,
  asking: Asking = {},
): Promise<Answer> {
  const actor = { id: 'U1', name: 'alice', place: 'terminal' };
  return runLine(
    { ...context, actor, onProgress: () => {}, ...asking },
    { text, access: fullAccess, reference: 'a1b2', ...asking },
  );
}

/** The same. Rejects when it is of another kind. */
export async function askFor<K extends AnswerKind>(
  core: Pick<Core, 'context'>,
  kind: K,
  text: string,
  asking: Asking = {},
): Promise<AnswerOf<K>> {
  const answer = await askLine(core, text, asking);
  if (answer.kind !== kind) throw new Error(`“${text}” gave ${JSON.stringify(answer)}`);
  return answer as AnswerOf<K>;
}
