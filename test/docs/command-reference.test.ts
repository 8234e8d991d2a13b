import * as commandIndex from '../../commands/index.ts';
import { renderCommandReference } from '../../scripts/docs/command-reference.ts';
import { permissionText } from '../../src/command/permission.ts';
import { allRules as rules } from '../../src/rules/all-rules.ts';

const commands = Object.values(commandIndex);

describe('the page of commands', () => {
  it.each(commands)('has $name: what it does, who may, and lines to run', (command) => {
    const page = renderCommandReference(commands, rules);

    const section = page.split('\n## ').find((one) => one.startsWith(`${command.name}\n`));
    expect(section).toContain(command.summary);
    expect(section).toContain(`\`${permissionText(command)}\``);
    expect(section).toContain(`\n${command.usage}\n`);
    for (const line of command.examples) expect(section).toContain(`\n/seawall ${line}\n`);
  });

  it('lists the facets of containers, and no rule twice', () => {
    const page = renderCommandReference(commands, rules);

    expect(page).toContain('`docker-socket`');
    expect(page).not.toContain('`no-privileged-container`');
  });
});
