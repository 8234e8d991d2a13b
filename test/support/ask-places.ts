import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RealEngine } from './real-engine.ts';

const PROGRAM = join(import.meta.dirname, 'ask-places.pl');
/** Nobody has to be waited for. A host that is not found may be one that is slow to say where it is. */
const REFUSALS = ['!ECONNREFUSED', '!ENETUNREACH'];

/** Numbers of the first processes of containers, as the engine counts them. */
export function pidsOf(engine: RealEngine, names: readonly string[]): Map<string, number> {
  const pids = engine.docker('inspect', '--format', '{{.State.Pid}}', ...names).split('\n');
  return new Map(names.map((name, index) => [name, Number(pids[index])]));
}

/** The word by which `nsenter` enters the network of a process of an engine. */
export const networkOf = (engine: RealEngine, pid: number): string =>
  `--net=${engine.root()}/proc/${pid}/ns/net`;

/**
 * Asks places such as `10.0.0.2:80` for `/_ping` all at once, in the network of a process of an engine, with so many
 * seconds for each to answer: what was answered by place, and `?` where nobody said so much as that there is nothing. A
 * process in the container for each place computes many times as much.
 */
export async function askPlaces(
  engine: RealEngine,
  pid: number,
  places: readonly string[],
  seconds: number,
): Promise<Map<string, string>> {
  const words = [networkOf(engine, pid), 'perl', PROGRAM, String(seconds), ...places];
  const { stdout } = await promisify(execFile)('nsenter', words);
  const answers = stdout.split('\n').flatMap((line): [string, string][] => {
    const at = line.indexOf(' ');
    const word = line.slice(at + 1);
    if (at < 0 || REFUSALS.includes(word)) return [];
    return [[line.slice(0, at), word.startsWith('!') ? '?' : word]];
  });
  return new Map(answers);
}

/**
 * Asks places in the network of each process, so many networks at a time. What was silent in `answers` is asked again,
 * what spoke is not; what is found is put there. True where somebody answered.
 */
export async function askAll(
  engine: RealEngine,
  pids: ReadonlyMap<string, number>,
  answers: Map<string, Map<string, string>>,
  { places, seconds, atOnce }: { places: readonly string[]; seconds: number; atOnce: number },
): Promise<boolean> {
  let isNew = false;
  const left = [...pids];
  const lane = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [name, pid] = next;
      const known = answers.get(name);
      const silent = known ? places.filter((place) => known.get(place) === '?') : places;
      const found =
        silent.length > 0
          ? await askPlaces(engine, pid, silent, seconds)
          : new Map<string, string>();
      answers.set(name, new Map([...(known ?? []), ...found]));
      isNew ||= [...found.values()].some((who) => who !== '?');
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return isNew;
}
