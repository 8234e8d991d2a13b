import { defineCommand } from '../src/command/command.ts';

export const ask = defineCommand({
  name: 'ask',
  task: 'ask',
  summary: 'Answer a question in plain English, and say which command it was understood as',
  usage: 'ask <question>',
  examples: [
    'ask which containers run as root on web-1?',
    'ask what changed since the weekend',
    'ask are we affected by CVE-2024-3094?',
  ],
  permission: 'view',
  privateWords: 'every',
  words: { minimum: 1, maximum: 1 },
  takesText: true,
  takesHost: false,
  // The grammar is loaded by who asks a question.
  async understand(context, { words: [question = ''] }) {
    const { understandQuestion } = await import('../src/ask/ask-question.ts');
    return understandQuestion(context, question);
  },
  async follow(context, message, previous) {
    const { understandFollowUp } = await import('../src/ask/ask-question.ts');
    return understandFollowUp(context, message, previous);
  },
  async run(context, { words: [question = ''] }) {
    const { askBack } = await import('../src/ask/ask-question.ts');
    return askBack(context, question);
  },
});
