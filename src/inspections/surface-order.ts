import type { SurfaceOfContainer } from '../ports/stored-container.ts';

const MOST = 1_000_000;

/** Position in the list, as text that sorts: most packages first, unknown ones last. */
export function surfaceOrder({ surface, host, name, id }: SurfaceOfContainer): string {
  const packages = surface?.installed.state === 'read' ? surface.installed.value.packages : -1;
  return `${String(MOST - packages).padStart(8, '0')}\n${host}\n${name}\n${id}`;
}
