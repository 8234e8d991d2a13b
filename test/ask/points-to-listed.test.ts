import { pointsToListed } from '../../src/ask/points-to-listed.ts';

test.each([
  ...['the second one', 'and the third?', 'number 3', 'nr. 2 please', 'why that one?'],
  ...['show the first one', 'tell me more about the first one', 'what about the 4th?', '#2'],
  ...['explain number 2', 'inspect the second one', 'the last one please', 'the one above'],
  ...['show me more', 'more', 'more please', 'next page', 'show me the rest', 'and the others?'],
  ...['give me a few more', 'page 2', 'continue', 'can I see more of them?'],
  ...['on which host?', 'which hosts are they on?', 'only the root ones', 'just critical'],
  ...['why?', 'and since when?', 'fix it', 'who was it?', 'how do I fix them'],
  ...['which of those are new?', 'who accepted these', 'stopped ones too', 'only refused'],
  ...['undo that', 'ok revert it please', 'accept it', 'accept that until friday', 'roll back'],
])('“%s” means something that was listed', (message) => {
  expect(pointsToListed(message)).toBe(true);
});

test.each([
  ...['is it privileged?', 'show me more containers on web1', 'first'],
  ...['what changed in the last one hour', 'next digest', 'the last scan', 'who is next'],
  ...['more than 3 criticals?', 'fix first', 'what should I fix first', 'the redis one'],
  ...['which hosts are down', 'only scan web1', 'just critical findings on web1'],
  ...['why is redis red', 'since when is redis privileged', 'fix redis', 'how many hosts'],
  ...['undo the acceptance of 1a2b3c4d', 'accept it on redis', 'who accepted it'],
])('“%s” does not', (message) => {
  expect(pointsToListed(message)).toBe(false);
});
