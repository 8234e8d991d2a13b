import type { ExposureAnswer } from '../src/answers/exposure-answer.ts';
import { defineCommand } from '../src/command/command.ts';

export const exposure = defineCommand({
  name: 'exposure',
  task: 'ask',
  topic: 'software',
  summary: 'Show who is or was affected by a vulnerability, or has a package',
  usage:
    'exposure <CVE|package[<|<=|=|>=|>version]> [since <7d|2026-11-20|…>] [on <host>|<label>|all]',
  examples: [
    'exposure CVE-2024-3094',
    'exposure openssl',
    'exposure openssl<3.0.15 on web-1',
    'exposure xz-utils=5.6.0,5.6.1 since 7d',
  ],
  permission: 'view',
  words: { minimum: 1, maximum: 3 },
  takesHost: true,
  takesSince: true,
  async run(context, request): Promise<ExposureAnswer> {
    // Comparing versions of eight schemes is loaded by who asks for it.
    const { answerExposure } = await import('../src/command/answer-exposure.ts');
    return answerExposure(context, request);
  },
});
