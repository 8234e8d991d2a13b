import { type Foreign, field, isAbsent, listOrEmpty, text } from '../foreign.ts';

/**
 * Reads `Config.Healthcheck`. Only a test that begins with `CMD` or `CMD-SHELL` is ever run;
 * `NONE` switches an inherited one off (moby `daemon/health.go`, `getProbe`).
 */
export function healthcheck(found: Foreign): 'none' | 'disabled' | 'defined' {
  if (isAbsent(found)) return 'none';
  const [first] = listOrEmpty(field(found, 'Test')).map(text);
  if (first === 'NONE') return 'disabled';
  return first === 'CMD' || first === 'CMD-SHELL' ? 'defined' : 'none';
}
