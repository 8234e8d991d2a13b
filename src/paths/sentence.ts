import type { Edge } from './graph.ts';
import type { Way } from './ways.ts';

/**
 * A path in one sentence: who gets in where, what the container holds, and what must happen first.
 * `host` is the host's name. Names are untrusted text: whoever shows it must treat it so.
 */
export function sentenceOf({ edges, certainty }: Way, host: string): string {
  const [first] = edges;
  const containers = edges.filter(({ to }) => to.kind === 'container').map(({ to }) => to.name);
  const entered = containers[0];
  const owns = { direct: 'owns', unproven: 'may own', conditional: 'could own' }[certainty];
  const beyond = edges.filter(({ from }) => from.kind === 'container').map(clause);
  const conditions = edges.flatMap((edge) => edge.conditions.map(({ text }) => text));
  const after = [...new Set(conditions)].join('; ');
  const tail = {
    direct: '.',
    unproven: `, if ${after}.`,
    conditional: `. This needs: ${after}.`,
  }[certainty];
  if (entered === undefined) {
    return `Anyone who ${first?.says} ${owns} ${host}: it ${edges.at(-1)?.says}${tail}`;
  }
  return `Anyone who ${entrance(first, entered)} ${owns} ${host}: ${beyond.join(', and ')}${tail}`;

  function clause(edge: Edge): string {
    // Only the container that was entered can be called "it".
    return `${edge.from.name === entered ? 'it' : edge.from.name} ${edge.says}`;
  }
}

function entrance(first: Edge | undefined, container: string): string {
  if (first?.to.kind === 'image')
    return `controls ${first.to.name.replace(/^its/, 'the')} of ${container}`;
  if (first?.to.kind === 'exec') return `may run commands in ${container}`;
  return `${first?.says}, and takes over ${container},`;
}
