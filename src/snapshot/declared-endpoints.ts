import { fitsTemplate } from '../shared/fits-template.ts';
import type { KernelProbeEndpoint } from './collector.ts';
import type { PowerWrite } from './power-calls.ts';

/**
 * Throws when a call is not in the list: a bug of the caller, since every call is declared.
 */
export function requireDeclared(
  method: 'GET' | 'HEAD' | 'POST' | 'DELETE',
  path: string,
  endpoints: readonly (KernelProbeEndpoint | PowerWrite)[],
): void {
  const isDeclared = endpoints.some((endpoint) => {
    const [declaredMethod, template = ''] = endpoint.split(' ');
    return declaredMethod === method && fitsTemplate(path, template);
  });
  if (!isDeclared) throw new Error(`${method} ${path} is not among the declared endpoints`);
}
