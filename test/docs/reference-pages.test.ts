import { renderEngineCalls } from '../../scripts/docs/engine-calls.ts';
import { renderErrorPage } from '../../scripts/docs/pages.ts';
import { renderEnvironmentExample, renderSettingsPage } from '../../scripts/docs/settings-page.ts';
import { variables } from '../../src/config/settings.ts';
import { negotiationEndpoints } from '../../src/engine/open-engine.ts';
import { errorCodes } from '../../src/shared/errors.ts';
import * as collectors from '../../src/snapshot/collectors/index.ts';
import { watchCalls } from '../../src/snapshot/watch-calls.ts';

describe('the page of settings', () => {
  it('has every variable, with its default', () => {
    const page = renderSettingsPage();

    for (const [name, variable] of Object.entries(variables)) {
      expect(page).toContain(`| \`${name}\` | ${variable.text}`);
      if (variable.default !== null) expect(page).toContain(`| \`${variable.default}\` |`);
    }
  });

  it('has every key of the file, down to the last level', () => {
    const page = renderSettingsPage();

    expect(page).toContain('| `hosts[].tls.ca` | PEM file');
    expect(page).toContain('| `channels[].digest.days` |');
    expect(page).toContain(
      '| `access.approve` | Who may accept risks and change settings. | `[]` |',
    );
    expect(page).toMatch(/\| `hosts\[\]\.url` \| .* \| required \|/);
    expect(page).not.toMatch(/\| {2}\|/);
  });
});

describe('.env.example', () => {
  it('sets nothing until somebody fills it in', () => {
    const assignments = renderEnvironmentExample()
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));

    expect(assignments.every((line) => /^[A-Z_]+=$/.test(line))).toBe(true);
    for (const name of Object.keys(variables)) {
      expect(renderEnvironmentExample()).toMatch(new RegExp(`^(# )?${name}=`, 'm'));
    }
  });
});

describe('the page of errors', () => {
  it.each(Object.entries(errorCodes))('has %s with text and hint', (code, { text, hint }) => {
    expect(renderErrorPage()).toContain(`| \`${code}\` | ${text} | ${hint} |`);
  });
});

describe('what Seawall asks an engine', () => {
  it('lists every call of every collector, of the watcher and of the first contact', () => {
    const page = renderEngineCalls();
    const calls = [
      ...Object.values(collectors).flatMap((collector) => [...collector.reads]),
      ...negotiationEndpoints,
      ...watchCalls.reads,
    ];

    const listed = page.split('```text\n')[1]?.split('\n```')[0]?.split('\n');

    expect(listed).toEqual([...new Set<string>(calls)].sort());
    for (const { purpose } of Object.values(collectors)) expect(page).toContain(purpose);
  });
});
