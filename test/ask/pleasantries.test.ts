import { asksNothing } from '../../src/ask/is-pleasantry.ts';
import { lineOf, planOf } from './read-bank.ts';

test.each([
  'hi somebody hacked the wiki',
  'hi list kubernetes pods of the cluster',
  'hello why was the backup late',
  'great the firewall of db1 is off',
  'welcome page defaced on web',
  'hello wiki down',
  'thanks and scan web1',
  'hi help',
  'hey fix it',
  'good morning which containers run as root',
  'thanks which hosts are down',
])('“%s” is more than a greeting', (question) => {
  expect(asksNothing(question)).toBe(false);
});

test.each([
  'thanks',
  'Hi!',
  'hello everyone',
  'thank you very much!',
  'thanks :)',
  'hi :wave:',
  'thanks for your quick help',
  'Thank you very much for the assistance, have a pleasant afternoon.',
  'Great work, team, and thanks for the quick fix. Enjoy your evening!',
])('“%s” asks nothing', (question) => {
  expect(asksNothing(question)).toBe(true);
});

test('a question behind a greeting is answered', async () => {
  expect(lineOf(await planOf('hi which containers are privileged on web1'))).toBe(
    'containers privileged on web1',
  );
});
