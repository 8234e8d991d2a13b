import type { SurfaceOfContainer } from '../../src/ports/stored.ts';
import { read } from '../../src/shared/reading.ts';
import type { OutwardPort } from '../../src/surface/outward-ports.ts';
import { outwardPortParts } from '../../src/views/outward-ports.ts';
import { terminalText } from '../../src/views/terminal-text.ts';

const port: OutwardPort = {
  protocol: 'tcp',
  family: 'ipv4',
  address: '127.0.0.1',
  scope: 'loopback',
  hostPort: 8080,
  containerPort: 80,
  via: 'published',
  through: [],
  listening: { state: 'unknown', reason: 'needs evidence level kernel' },
  source: 'GET /containers/{id}/json',
};

const shown = (...facts: Partial<OutwardPort>[]): string => {
  const ports = read(facts.map((one) => ({ ...port, ...one })));
  const container = { name: 'db', host: 'web1', surface: { ports } };
  const summary = outwardPortParts([container as unknown as SurfaceOfContainer]);
  return terminalText({ headline: '', summary, next: [] });
};

it('says for whom a port is, and what the links of a host are where it names them', () => {
  const here = shown({});
  const all = shown({ isOpenToLinks: true }, { scope: 'one-address', isOpenToLinks: null });

  expect(here).toContain('this host alone');
  expect(here).not.toContain('link');
  expect(all).toContain('this host and its links');
  expect(all).toContain('one address, perhaps its links');
  expect(all).toContain('settings of the engine that were not read');
  expect(shown({ isOpenToLinks: true })).not.toContain('were not read');
});
