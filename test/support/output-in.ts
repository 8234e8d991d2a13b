import type { RealEngine } from './real-engine.ts';

/** Stands behind everything: of a program that ends at once an engine may lose the last words. */
const END = '@end';
const TRIES = 5;

/**
 * What a command prints in a new container, whole. `options` are those of `docker run`; the image needs
 * a shell. Throws when the engine loses some of it again and again.
 */
export function outputIn(
  engine: Pick<RealEngine, 'docker'>,
  options: readonly string[],
  image: string,
  ...command: readonly string[]
): string {
  const words = [image, 'sh', '-c', `"$@"; echo; echo ${END}`, 'sh', ...command];
  let told = '';
  for (let tries = 0; !told.endsWith(END); tries += 1) {
    if (tries === TRIES) throw new Error(`the engine lost the end of it: ${told.slice(-200)}`);
    told = engine.docker('run', '--rm', ...options, ...words);
  }
  return told.slice(0, -END.length).trimEnd();
}
