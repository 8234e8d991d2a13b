import type { AnyMiddlewareArgs, App, Middleware } from '@slack/bolt';
import type { ProblemAnswer } from '../answers/problem-answer.ts';
import { outsiderVerb } from '../ports/audit-log.ts';
import { OutsideError } from '../shared/errors.ts';
import { clamp } from '../shared/text.ts';
import { answerDocument } from '../views/answer.ts';
import { homeView } from '../views/modals.ts';
import type { Interaction } from './click.ts';
import { type HomeTeam, isFromHome, teamsOf } from './home-team.ts';
import type { Rates } from './rates.ts';
import { outsiderAnswer, tooOftenAnswer } from './refusals.ts';
import { type Request, readRequest } from './request.ts';

export interface GateParts extends Interaction {
  homeTeam: HomeTeam;
  /** Null: whatever is asked is answered. */
  rates: Rates | null;
}

/** How a delivery is acknowledged; events are already. */
type Acknowledge = (word?: object) => Promise<void>;

const TEAMS_LENGTH = 100;

/**
 * Stands before every listener, those to come too: what people of another workspace cause reaches none
 * of them, and nobody's requests beyond the rate do. Each is told so, alone; a request of an outsider is
 * a row of the audit.
 */
export function addGate(app: App, parts: GateParts): void {
  const { homeTeam, rates, dispatcher, log } = { ...parts, log: parts.parts.log };
  app.use((async (args) => {
    const body: unknown = args.body;
    const isInside = isFromHome(homeTeam, body);
    const request = readRequest(body);
    // What Slack delivers again was counted when it came first.
    const isCounted = request !== null && !args.context.retryNum;
    const excess = isCounted ? rates?.take('requests', askerOf(request, isInside)) : null;
    if (isInside && !excess) return args.next();
    const acknowledge = ('ack' in args ? args.ack : async () => {}) as Acknowledge;
    if (request === null) {
      // Another workspace removed the app, for example: no concern of this one.
      log.info({ teams: namedTeams(body) }, 'a delivery of another workspace was ignored');
      return acknowledge();
    }
    const { now } = parts.parts;
    const answer = excess ? tooOftenAnswer(now, excess) : outsiderAnswer(now);
    const fields = { channel: request.channel, user: request.user, cause: answer.cause };
    log.info(fields, 'a request was turned away');
    await acknowledge(request.kind === 'form' ? formErrors(request, answer) : undefined);
    // Nothing is awaited after it: Bolt would hold the request open.
    void dispatcher.track(tell(parts, request, answer));
    if (!isInside && !excess) void dispatcher.track(auditOutsider(parts, request, body));
  }) as Middleware<AnyMiddlewareArgs>);
}

/** Outsiders use up nothing of the channel's. */
const askerOf = ({ user, channel }: Request, isInside: boolean) => ({
  user,
  channel: isInside ? channel : null,
});

const formErrors = (
  { block }: Extract<Request, { kind: 'form' }>,
  { message }: ProblemAnswer,
): object => ({ response_action: 'errors', errors: { [block]: message } });

/** Never rejects. */
async function tell(
  { parts, dispatcher, views, ways }: GateParts,
  request: Request,
  answer: ProblemAnswer,
): Promise<void> {
  try {
    if (request.kind === 'asked') await dispatcher.tell(request.at, answer, ways);
    if (request.kind === 'home') {
      await views.publish(request.user, homeView(answerDocument(answer), []));
    }
  } catch (error) {
    parts.log.warn({ error, channel: request.channel }, 'who was turned away could not be told');
  }
}

/** The id of an outsider stands beside their workspace's. Never rejects for a database that fails. */
async function auditOutsider({ parts }: GateParts, request: Request, body: unknown): Promise<void> {
  const { user, channel, what } = request;
  const { context, log } = parts;
  try {
    await context.audit.record({
      at: context.now(),
      actor: { id: user, name: user, place: channel ?? user },
      verb: outsiderVerb,
      outcome: 'refused',
      what: `${namedTeams(body)}: ${what}`,
      before: null,
      after: null,
    });
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    log.warn({ error }, 'a row of the audit is missing');
  }
}

const namedTeams = (body: unknown): string =>
  clamp([...new Set(teamsOf(body).map(nameOf))].join(', ') || 'no team', TEAMS_LENGTH);

/** What is no text may not even be made one. */
const nameOf = (team: unknown): string => (typeof team === 'string' ? team : 'no id');
