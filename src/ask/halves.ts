import { isRequest } from './split-requests.ts';

/** Ends a request where another follows. */
const JOINTS =
  / (?:and then|and also|and after that|and afterwards|and|then|plus|also|as well as) /;

/** “Root ones on web1 and privileged ones on prod-2”: each half has its place, and more than that. */
const isOfPlace = (half: string): boolean =>
  /^(?!(?:compare|differences?|diff|from|between)\b).*\S\S (?:on|in) [\w.-]+[?! ]*$/i.test(half);
/** “Hosts and images”: a list of each. */
const LISTED =
  /^(?:please )?(?:(?:list|show|give)(?: me| us)? )?(?:the |all |our )*(?:hosts|images|containers|findings|execs|alerts)(?: on [\w=-]+)?[?. ]*$/i;
const OF_LISTS = /^(?:please )?(?:list|show|give)(?: me| us)? /i;
/** The halves of “scan web1 and then post the digest”, where each is a request of its own; else nothing. */
export function halvesOf(request: string): string[] {
  const [first = '', second, third] = request.split(JOINTS);
  if (second === undefined || third !== undefined) return [];
  const verb = OF_LISTS.exec(first)?.[0] ?? '';
  const isList = LISTED.test(first) && LISTED.test(second);
  const halves = [first, isList || /^(?:the|all|our)\b/i.test(second) ? verb + second : second];
  return [isRequest, isOfPlace].some((fits) => halves.every(fits)) ? halves : [];
}
