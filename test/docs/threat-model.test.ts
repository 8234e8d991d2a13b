import { existsSync, readFileSync } from 'node:fs';

const page = readFileSync('SECURITY.md', 'utf8');
const model = /^## Threat model\n([\s\S]*?)^## /m.exec(page)?.[1] ?? '';
const boundaries = model
  .split(/^### /m)
  .slice(1)
  .map((part) => ({
    name: part.slice(0, part.indexOf('\n')),
    part,
    guards: [...(part.split('**Guards.**')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, one]) => one),
  }));

test('each boundary says what is trusted, what can be done, what not, and what guards it', () => {
  expect(boundaries.length).toBeGreaterThanOrEqual(10);
  for (const { name, part, guards } of boundaries) {
    const said = ['Trusted', 'An attacker there', 'Cannot', 'Guards'].filter((word) =>
      part.includes(`**${word}`),
    );
    expect([name, said]).toEqual([name, ['Trusted', 'An attacker there', 'Cannot', 'Guards']]);
    expect([name, guards.length > 0]).toEqual([name, true]);
  }
});

test('each file that the page names exists, and each guard is a test', () => {
  const named = [...page.matchAll(/`((?:src|test|docs|deploy)\/[^`]+)`/g)].map(([, path]) => path);
  expect(named.filter((path = '') => !existsSync(path))).toEqual([]);
  expect(
    boundaries
      .flatMap(({ guards }) => guards)
      .filter((one) => !/^test\/.*\.test\.ts$/.test(one ?? '')),
  ).toEqual([]);
});
