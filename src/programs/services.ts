import type { Command } from 'commander';
import type { SettingsSources } from '../config/load-settings.ts';

type Input = SettingsSources & { stdout: (text: string) => void };

interface Service {
  summary: string;
  run(input: Input): Promise<void>;
}

/** Bounds garbage before anything is loaded: what loading made the engine take for new objects it would keep. */
async function load<Module>(module: () => Promise<Module>) {
  const { boundGarbage } = await import('./bound-garbage.ts');
  boundGarbage();
  return Promise.all([module(), import('./run-until-stopped.ts')]);
}

/** By name. Each is loaded when it is run. */
const services: Readonly<Record<string, Service>> = {
  serve: {
    summary: 'run the bot in Slack',
    async run(input) {
      const [{ serve }, { runUntilStopped }] = await load(() => import('./serve.ts'));
      await runUntilStopped(input, serve);
    },
  },
  worker: {
    summary: 'scan for the bots that share its PostgreSQL; run as many as you like',
    async run(input) {
      const [{ giveWay, work }, { runUntilStopped }] = await load(() => import('./worker.ts'));
      giveWay();
      await runUntilStopped(input, work);
    },
  },
};

/** Declares the programs that run until they are told to stop. */
export function defineServices(program: Command, input: Input): void {
  for (const [name, { summary, run }] of Object.entries(services)) {
    program
      .command(name)
      .description(summary)
      .action(() => run(input));
  }
}
