import { entriesOrEmpty, type Foreign, field, listOrEmpty, text } from './foreign.ts';

/** Marks what Seawall creates on a host. */
export const probeLabel = 'seawall.probe';
export const probeNamePrefix = 'seawall-probe-';

/**
 * Whether a listed container is a probe of Seawall, this one or another: its label, its name and that
 * it has never run. A label or a name alone is anyone's to take, so nothing that runs or ran hides
 * behind them.
 */
export function isProbe(container: Foreign): boolean {
  const names = listOrEmpty(field(container, 'Names')).map(text);
  const isMarked = entriesOrEmpty(field(container, 'Labels')).some(
    ([label, value]) => label === probeLabel && value.value === '1',
  );
  return (
    isMarked &&
    names.some((name) => name.startsWith(`/${probeNamePrefix}`)) &&
    field(container, 'State').value === 'created'
  );
}
