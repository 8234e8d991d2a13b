import type { FoundName } from './find-names.ts';
import type { Token } from './split-question.ts';

/** A name that is an ordinary word too counts where a name must stand. */
export function isNamed(tokens: readonly Token[], { from, length, how }: FoundName): boolean {
  const before = tokens[from - 1]?.word ?? '';
  const behind = tokens[from + length]?.word ?? '';
  // “A batch of new ones”.
  if (how === 'beginning') return !(/^(?:an?|another|one)$/.test(before) && behind === 'of');
  if (how !== 'word') return true;
  const kinds = ['container', 'host', 'server', 'box', 'machine', 'service'];
  return (
    kinds.includes(behind) ||
    kinds.includes(before) ||
    isSubject(tokens[from - 2]?.word, before, behind) ||
    (BESIDE.test(before) && tokens.some(({ text }) => COMPARES.test(text))) ||
    ['on', 'inspect', 'inside', 'in', 'of', 'for', 'into', 'compare', 'versus'].includes(before)
  );
}

/** “Is redis the same as cache”: what another thing is compared with. */
const BESIDE = /^(?:as|than|from|with|to|and|between)$/;
const COMPARES = /^(?:compar\w+|differ\w*|same|identical|alike|similar|versus|vs)$/;

/** “Is local ok”, “what is wrong with local”, “local is down”, “scan local”. */
function isSubject(first: string | undefined, before: string, behind: string): boolean {
  if (/^(?:is|are|was|has|does|did)$/.test(before) && STATES.test(behind)) return true;
  if (before === '') return /^(?:is|was)$/.test(behind);
  if (behind !== '') return false;
  const leads = /^(?:is|(?:re)?scan|about|than|finding|posture|isolation|control|why|reach)$/;
  return leads.test(before) || (before === 'with' && first === 'wrong');
}
const STATES =
  /^(?:ok|okay|fine|good|bad|healthy|safe|secure|doing|down|up|reachable|alive|worse|better|privileged|running|stopped|gone|exit|die|start|restart|still|vulnerable|affected|compliant|hardened|hardening|trustworthy)$/;
