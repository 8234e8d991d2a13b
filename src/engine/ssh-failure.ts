import type { Readable } from 'node:stream';

const STDERR_CHARACTERS = 8192;

export const sshFailure = (message: string): Error =>
  Object.assign(new Error(message), { code: 'ESSH' });

/** The same of a connection that had carried answers: it ended under us. */
export const asCut = (failure: Error): Error => Object.assign(failure, { code: 'ESSHCUT' });

/** Listens to what an ssh complains of; gives why it ended, once its status is known. */
export function reasonFrom(stderr: Readable): (status: number | null) => Error {
  let text = '';
  stderr.setEncoding('utf8').on('data', (more: string) => {
    text = (text + more).slice(0, STDERR_CHARACTERS);
  });
  return (status) =>
    sshFailure(firstTellingLine(text) ?? `ssh ended with status ${status ?? 'unknown'}`);
}

/** ssh frames some warnings with @; the first line that says something is the reason. */
function firstTellingLine(stderr: string): string | null {
  const lines = stderr.split('\n').map((line) => line.replace(/^[@\s]+|[@\s]+$/g, ''));
  return lines.find((line) => /[a-z]/i.test(line)) ?? null;
}
