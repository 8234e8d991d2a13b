import { OutsideError } from '../shared/errors.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import type { EngineReader } from './collector.ts';
import type { BegunExec } from './facts/event.ts';
import { field, flagOrFalse, foreign, textOrEmpty } from './foreign.ts';

/** With which power a command was begun in a container, unless the engine has forgotten it. */
export async function readBegunExec(
  engine: Pick<EngineReader, 'get'>,
  id: string | null,
): Promise<Reading<BegunExec>> {
  if (id === null) return unread('the engine did not name it');
  try {
    const process = field(
      foreign('GET /exec/{id}/json', await engine.get(`/exec/${id}/json`)),
      'ProcessConfig',
    );
    return read({
      user: textOrEmpty(field(process, 'user')),
      isPrivileged: flagOrFalse(field(process, 'privileged')),
    });
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return unread(error.message);
  }
}
