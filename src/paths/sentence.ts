import type { Certainty, Edge } from './graph.ts';
import type { Way } from './ways.ts';

/**
 * A path in one sentence: who gets in where, what the container holds, and what must happen first.
 * `host` is the host's name. Names are untrusted text: whoever shows it must treat it so.
 */
export function sentenceOf({ edges, certainty }: Way, host: string): string {
  const [first] = edges;
  const entered = edges.find(({ to }) => to.kind === 'container')?.to.name;
  const beyond: string[] = [];
  const needed: string[] = [];
  for (const { from, says, conditions } of edges) {
    // Only the container that was entered can be called "it".
    if (from.kind === 'container')
      beyond.push(`${from.name === entered ? 'it' : from.name} ${says}`);
    for (const { text } of conditions) if (!needed.includes(text)) needed.push(text);
  }
  const [owns, condition] = SAID[certainty];
  const tail = condition === '' ? '.' : `${condition}${needed.join('; ')}.`;
  if (entered === undefined) {
    return `Anyone who ${first?.says} ${owns} ${host}: it ${edges.at(-1)?.says}${tail}`;
  }
  return `Anyone who ${entrance(first, entered)} ${owns} ${host}: ${beyond.join(', and ')}${tail}`;
}

/** How sure it is, and how its conditions begin. */
const SAID: Readonly<Record<Certainty, readonly [owns: string, condition: string]>> = {
  direct: ['owns', ''],
  unproven: ['may own', ', if '],
  conditional: ['could own', '. This needs: '],
};

function entrance(first: Edge | undefined, container: string): string {
  if (first?.to.kind === 'image')
    return `controls ${first.to.name.replace(/^its/, 'the')} of ${container}`;
  if (first?.to.kind === 'exec') return `may run commands in ${container}`;
  return `${first?.says}, and takes over ${container},`;
}
