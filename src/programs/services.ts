import type { SettingsSources } from '../config/load-settings.ts';

interface Service {
  summary: string;
  run(input: SettingsSources & { stdout: (text: string) => void }): Promise<void>;
}

const runner = () => import('./run-until-stopped.ts');

/** Programs that run until they are told to stop, by name. Each is loaded when it is run. */
export const services: Readonly<Record<string, Service>> = {
  serve: {
    summary: 'run the bot in Slack',
    async run(input) {
      const { serve } = await import('./serve.ts');
      await (await runner()).runUntilStopped(input, serve);
    },
  },
  worker: {
    summary: 'scan for the bots that share its PostgreSQL; run as many as you like',
    async run(input) {
      const { work } = await import('./worker.ts');
      await (await runner()).runUntilStopped(input, work);
    },
  },
};
