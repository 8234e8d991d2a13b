import type { KernelProbeEndpoint } from './collector.ts';
import type { PowerWrite } from './power-calls.ts';

// Container, image, network and node ids as engines give them; nothing that could leave its segment.
const SEGMENT = /^[A-Za-z0-9_.:@-]+$/;

function matches(path: string, template: string): boolean {
  const segments = path.split('/');
  const expected = template.split('/');
  if (segments.length !== expected.length) return false;
  return expected.every((part, i) => {
    const segment = segments[i] ?? '';
    if (part !== '{id}') return segment === part;
    return SEGMENT.test(segment) && segment !== '.' && !segment.includes('..');
  });
}

/**
 * Throws when a call is not in the list: a bug of the caller, since every call is declared.
 * `{id}` stands for exactly one segment without `..` and without any encoding.
 */
export function requireDeclared(
  method: 'GET' | 'HEAD' | 'POST' | 'DELETE',
  path: string,
  endpoints: readonly (KernelProbeEndpoint | PowerWrite)[],
): void {
  const isDeclared = endpoints.some((endpoint) => {
    const [declaredMethod, template = ''] = endpoint.split(' ');
    return declaredMethod === method && matches(path, template);
  });
  if (!isDeclared) throw new Error(`${method} ${path} is not among the declared endpoints`);
}
