import type { Reading } from './read-question.ts';

/** “On all hosts: …”. */
const ALL_HOSTS =
  /^(?:(?:on|for|across|i\.?e\.?|meaning|that is),? )*(?:all|every|each)(?: of)?(?: our| the| my)? (?:hosts?|servers?|machines?|boxes|engines?|nodes?)\b|^everywhere\b/i;
const EVERYWHERE =
  /\b(?:all|every|each|other|others|fleet|everywhere|anywhere|both(?! [\w-]{1,20} and\b))\b/i;
/** “Which are unused elsewhere?” */
const ELSEWHERE =
  /\b(?:elsewhere|(?:where|anywhere|everywhere) else|(?:on|in) (?:the )?(?:others?|rest)|(?:the )?other (?:hosts|servers|machines|boxes|environments|teams|places))\b/i;
/** True for a request for all places but those that were told. */
export const isElsewhere = (request: string): boolean => ELSEWHERE.test(request);
const except = (place: string): string => `except on ${place}`;
/** “All you know about it” is of one. */
const ALL_KNOWN = /\ball (?:that )?(?:you|we) (?:know|have|got)\b/i;

/** Where it was told of, for a request that names no place, as it is appended to the request. */
export function placesTold(
  request: string,
  { asked, told }: { asked: Reading; told: Reading },
  telling: string,
): string[] {
  const isOfTwo = /\bcompar/i.test(request) && asked.hosts.length === 1;
  const isNamed =
    asked.hosts.length + asked.leftOut.length + asked.labels.length > 0 ||
    EVERYWHERE.test(request.replace(ALL_KNOWN, ''));
  if (isNamed && !isOfTwo && !isElsewhere(request)) return [];
  const hosts = told.hosts.map(({ name }) => name);
  const labels = told.labels.flatMap(({ key, value, isNot, from }) =>
    isNot || isOfPerson(told, from) ? [] : [`${key}=${value}`],
  );
  const named = hosts.length > 0 ? hosts : labels;
  if (isElsewhere(request)) return [...named.map(except), ...leftOutTold(told)];
  const places = named.length === 0 && ALL_HOSTS.test(telling) ? ['all hosts'] : named;
  const isAmong = places.length > 0 ? [`on ${places.join(' and ')}`] : [];
  return [...isAmong, ...leftOutTold(told)];
}

/** “Somebody from the data team told me …” names no place. */
const isOfPerson = ({ tokens }: Reading, at: number): boolean =>
  PERSON.test(
    tokens
      .slice(0, at)
      .map(({ text }) => text)
      .join(' '),
  );
const PERSON =
  /\b(?:somebody|someone|people|folks?|guys?|colleagues?|friends?|leads?|devs?|developers?|engineers?|managers?|interns?|mates?) (?:from|of|in|at|on)(?: the| our| team)*$/;

/** What was told to be left out: “Ignore web1. Which containers run as root?” */
export const leftOutTold = ({ labels, leftOut }: Reading): string[] => {
  const out = labels.filter(({ isNot }) => isNot).map(({ key, value }) => `${key}=${value}`);
  return [...out, ...leftOut.map(({ name }) => name)].map(except);
};
