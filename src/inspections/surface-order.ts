import type { SurfaceOfContainer } from '../answers/surface-answer.ts';
import type { StoredContainer } from '../ports/stored-container.ts';

/** A stored container as the answer shows it. */
export function toSurface({ host, facts, surface }: StoredContainer): SurfaceOfContainer {
  return { host, name: facts.name, id: facts.id, state: facts.state, surface };
}

const MOST = 1_000_000;

/** Position in the list, as text that sorts: most packages first, unknown ones last. */
export function surfaceOrder({ surface, host, name, id }: SurfaceOfContainer): string {
  const packages = surface?.installed.state === 'read' ? surface.installed.value.packages : -1;
  return `${String(MOST - packages).padStart(8, '0')}\n${host}\n${name}\n${id}`;
}
