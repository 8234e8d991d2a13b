import { planQuestions } from '../../src/programs/plan-questions.ts';

async function plan(question: string, known: unknown) {
  let said = '';
  const code = await planQuestions(
    { environment: {}, readFile: () => JSON.stringify(known), cwd: '/' } as never,
    {
      ...{ words: [question], knownFile: 'known.json' },
      stdin: async function* () {},
      stdout: (text) => {
        said += text;
      },
    },
  );
  return { code, said };
}

const known = { hosts: ['web1', 'web2'], containers: [], labels: { web1: { team: 'shop' } } };

test('a file of names may have the labels of its hosts', async () => {
  const planned = await plan('which containers of team shop are privileged?', known);

  expect(planned).toEqual({ code: 0, said: 'containers privileged on team=shop\n' });
});

test('labels that are none are a mistake', async () => {
  const wrong = { ...known, labels: { web1: ['shop'] } };

  await expect(plan('list all hosts', wrong)).rejects.toThrow('in another way');
});
