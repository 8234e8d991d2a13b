import { containerKey } from '../rules/container-key.ts';
import { lastingMountLine } from '../rules/mounts.ts';
import { isChosenPort } from '../rules/ports.ts';
import { listed } from '../shared/text.ts';
import type { Evidence } from '../snapshot/evidence.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { BindingPart, CurrentFinding } from './result.ts';

/** The facts that an acceptance rests on: when one of them changes, it no longer holds. */
export type Binding = readonly BindingPart[];

type BoundFinding = Pick<CurrentFinding, 'subjectKind' | 'subjectKey' | 'subjects' | 'evidence'>;

/**
 * What a finding rests on: its evidence as configured, and for containers the image, the configured
 * capabilities and the mounts of all that fail. What changes by itself is left out: state, processes,
 * ports chosen at start, names of anonymous volumes.
 */
export function bindingOf(
  finding: BoundFinding,
  containers: readonly ContainerFacts[],
): BindingPart[] {
  const evidence = part('evidence', finding.evidence.filter(isConfigured).map(evidenceLine));
  if (finding.subjectKind !== 'container') return [evidence];
  const bound = containers.filter(
    (container) =>
      finding.subjects.includes(container.name) && containerKey(container) === finding.subjectKey,
  );
  return [
    evidence,
    part(
      'image',
      bound.map(({ imageId }) => imageId),
    ),
    part(
      'capability',
      bound.flatMap(({ configuredCapabilities }) => configuredCapabilities),
    ),
    part(
      'mount',
      bound.flatMap(({ mounts }) => mounts.map(lastingMountLine)),
    ),
  ];
}

/** What differs between two bindings, a phrase each: `a capability was added: CAP_SYS_ADMIN`. */
export function bindingChanges(before: Binding, after: Binding): string[] {
  const names = [...new Set([...before, ...after].map(({ name }) => name))];
  // The evidence repeats what the other parts say more clearly.
  const ordered = names.filter((name) => name !== 'evidence');
  const changes = ordered.flatMap((name) => partChanges(name, before, after));
  if (changes.length > 0) return changes;
  return partChanges('evidence', before, after);
}

function partChanges(name: BindingPart['name'], before: Binding, after: Binding): string[] {
  const old = valuesOf(name, before);
  const now = valuesOf(name, after);
  const added = now.filter((value) => !old.includes(value));
  const removed = old.filter((value) => !now.includes(value));
  if (added.length === 0 && removed.length === 0) return [];
  if (name === 'image' || name === 'evidence') {
    const noun = name === 'image' ? 'the image' : 'the evidence';
    return [`${noun} changed: ${text(removed)} → ${text(added)}`];
  }
  return [
    ...(added.length > 0 ? [`${verb(name, added)} added: ${text(added)}`] : []),
    ...(removed.length > 0 ? [`${verb(name, removed)} removed: ${text(removed)}`] : []),
  ];
}

const valuesOf = (name: BindingPart['name'], binding: Binding) =>
  binding.find((one) => one.name === name)?.values ?? [];

function verb(name: 'capability' | 'mount', values: readonly string[]): string {
  if (values.length === 1) return `a ${name} was`;
  return name === 'capability' ? 'capabilities were' : 'mounts were';
}

/** Twelve digits of an image's id are what Docker shows too. */
const text = (values: readonly string[]) =>
  listed(values.map((value) => value.replace(/(sha256:[0-9a-f]{12})[0-9a-f]+/g, '$1'))) ||
  'nothing';

const part = (name: BindingPart['name'], values: readonly string[]): BindingPart => ({
  name,
  values: [...new Set(values)].sort(),
});

/** State and processes are how things are just now, not how someone set them. */
function isConfigured({ path, source }: Evidence): boolean {
  return !path.startsWith('State.') && !/\/(top|mountinfo)$/.test(source);
}

function evidenceLine({ path, value }: Evidence): string {
  const lines = typeof value === 'object' && value !== null ? [...value].sort() : value;
  const shown = JSON.stringify(lines);
  return `${path} = ${path.endsWith('.Ports') ? withoutEphemeralPorts(shown) : shown}`;
}

function withoutEphemeralPorts(line: string): string {
  return line.replace(/:(\d+)->/g, (all, port: string) =>
    isChosenPort(Number(port)) ? ':any->' : all,
  );
}
