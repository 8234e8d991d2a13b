import { type ProcFile, procFiles } from '../collector.ts';

const LINE = new RegExp(`^/proc/(self|[1-9]\\d*)/(${procFiles.join('|')}):`);

/** How a file below /proc is named in the output of the probe, and as an argument of it. */
export const procPath = (pid: number | 'self', file: ProcFile): string => `/proc/${pid}/${file}`;

/**
 * The texts of the files that `grep -sH ''` printed, by path. It puts the path in front of every
 * line, so whatever a file holds, a line of it cannot pass for one of another file: only the first
 * match counts. Of an output that was cut the last file is left out, since it may lack its end.
 */
export function splitProbeOutput(output: string, isCut: boolean): Map<string, string> {
  const files = new Map<string, string[]>();
  let latest = '';
  for (const line of output.split('\n')) {
    const prefix = LINE.exec(line)?.[0];
    if (prefix === undefined) continue;
    latest = prefix.slice(0, -1);
    const lines = files.get(latest);
    const content = line.slice(prefix.length);
    if (lines) lines.push(content);
    else files.set(latest, [content]);
  }
  if (isCut) files.delete(latest);
  return new Map([...files].map(([path, lines]) => [path, lines.join('\n')]));
}
