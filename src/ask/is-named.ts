import type { FoundName } from './find-names.ts';
import type { Token } from './split-question.ts';

/** A name that is an ordinary word too counts where a name must stand: “root containers” are many. */
export function isNamed(tokens: readonly Token[], { from, length, how }: FoundName): boolean {
  const before = tokens[from - 1]?.word ?? '';
  // “A batch of new ones”.
  if (how === 'beginning')
    return !(/^(?:an?|another|one)$/.test(before) && tokens[from + length]?.text === 'of');
  if (how !== 'word') return true;
  const kinds = ['container', 'host', 'server', 'box', 'machine', 'service'];
  return (
    kinds.includes(tokens[from + length]?.text ?? '') ||
    kinds.includes(before) ||
    isSubject(tokens, from, length) ||
    (BESIDE.test(before) && tokens.some(({ text }) => COMPARES.test(text))) ||
    ['on', 'inspect', 'inside', 'in', 'of', 'for', 'into', 'compare', 'versus'].includes(before)
  );
}

/** “Is redis the same as cache”: what another thing is compared with. */
const BESIDE = /^(?:as|than|from|with|to|and|between)$/;
const COMPARES = /^(?:compar\w+|differ\w*|same|identical|alike|similar|versus|vs)$/;

/** “Is local ok”, “what is wrong with local”, “local is down”, “scan local”. */
function isSubject(tokens: readonly Token[], from: number, length: number): boolean {
  const [first, before = '', text = ''] = [-2, -1, 0].map((by) => tokens[from + by]?.word);
  const behind = tokens[from + length]?.word ?? '';
  if (/^(?:is|are|was|has|does|did)$/.test(before) && STATES.test(behind)) return true;
  if (before === '') return /^(?:is|was)$/.test(behind) && !ASKS.test(text);
  if (behind !== '') return false;
  const leads = /^(?:is|(?:re)?scan|about|than|finding|posture|isolation|control|why|reach)$/;
  return leads.test(before) || (before === 'with' && first === 'wrong');
}
/** “Who is privileged” names no container, whatever one is called. */
const ASKS = /^(?:who|what|which|where|when|why|how|all|any|everything)$/;
const STATES =
  /^(?:ok|okay|fine|good|bad|healthy|safe|secure|doing|down|up|reachable|alive|worse|better|privileged|running|stopped|gone|exit|die|start|restart|still|vulnerable|affected|compliant|hardened|hardening|trustworthy)$/;
