import { bankNames } from '../../scripts/docs/asked-signs.ts';
import { lineOf, linesOf, planOf } from './read-bank.ts';

test.each([
  ['scan rechner', 'scan on rechner'],
  ['inspect das', 'inspect das'],
  ['welche containers auf rechner run as root', 'containers root on rechner'],
])('a name stays one though it is a word of German: %s', async (question, line) => {
  const names = {
    ...bankNames,
    hosts: [...bankNames.hosts, 'rechner'],
    containers: [...bankNames.containers, 'das'],
  };

  expect(lineOf(await planOf(question, { names }))).toBe(line);
});

test('so does the value of a label', async () => {
  const labelled = [...bankNames.labelled, { name: 'web1', labels: { team: 'neu' } }];

  expect(lineOf(await planOf('findings of team neu', { names: { ...bankNames, labelled } }))).toBe(
    'findings on team=neu',
  );
});

test.each([
  ['images r-base', 'exposure r-base'],
  ['what is inside neu:7.2', 'images neu:7.2'],
])('a part of a longer name is no loose word: %s', async (question, line) => {
  expect(linesOf(await planOf(question))).toContain(line);
});

test.each([
  ['containers that were up at a quarter to nine last night', 'containers at yesterday-20:45'],
  [
    'containers that were up at half past four yesterday afternoon',
    'containers at yesterday-16:30',
  ],
  ['containers that were up at half past two last night', 'containers at 02:30'],
  ['zeig mir, bitte, alle hosts!', 'hosts'],
])('loose words are understood: %s', async (question, line) => {
  expect(lineOf(await planOf(question))).toBe(line);
});
