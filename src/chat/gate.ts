import type { AnyMiddlewareArgs, App, Middleware } from '@slack/bolt';
import type { ProblemAnswer } from '../answers/answer-base.ts';
import { outsiderVerb } from '../ports/audit-log.ts';
import { onOutside } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { clamp } from '../shared/text.ts';
import { answerDocument } from '../views/answer.ts';
import { homeView } from '../views/modals.ts';
import type { Interaction } from './click.ts';
import type { Deliveries } from './deliveries.ts';
import { type HomeTeam, isFromHome, teamsOf } from './home-team.ts';
import type { Rates } from './rates.ts';
import { outsiderAnswer, tooOftenAnswer } from './refusals.ts';
import { type Request, readRequest } from './request.ts';
import type { WorkspaceLink } from './workspace-link.ts';

export interface GateParts extends Interaction {
  link: Pick<WorkspaceLink, 'whyLost'>;
  deliveries: Pick<Deliveries, 'track' | 'once'>;
  homeTeam: HomeTeam;
  /** Null: whatever is asked is answered. */
  rates: Rates | null;
}

type Step = Middleware<AnyMiddlewareArgs>;

/** What forms are acknowledged with; everything else is already. */
type Acknowledge = (word?: object) => Promise<void>;

const TEAMS_LENGTH = 100;

/**
 * Stands before every listener, those to come too. Slack is acknowledged, and then nothing goes on once
 * the bot was removed, nor what people of another workspace cause, nor requests beyond the rate, nor what
 * came before.
 */
export function addGate(app: App, parts: GateParts): void {
  app.use(acknowledge);
  app.use(whileConnected(parts));
  app.use(fromHome(parts));
  app.use(parts.deliveries.once);
}

/** The mistakes of a form stand in its acknowledgement; events are acknowledged by the library. */
const acknowledge: Step = async ({ body, next, ...args }) => {
  if (!isForm(body)) await ackOf(args)();
  await next();
};

const isForm = (body: unknown): boolean => (body as { type?: unknown }).type === 'view_submission';

const ackOf = (args: object): Acknowledge =>
  ('ack' in args ? args.ack : async () => {}) as Acknowledge;

const whileConnected =
  ({ link, parts: { log } }: GateParts): Step =>
  async ({ body, next, ...args }) => {
    const lost = link.whyLost();
    if (lost === null) return next();
    log.info({ reason: lost }, 'nobody is answered: the bot was removed');
    if (isForm(body)) await ackOf(args)();
  };

/** Who is turned away is told so, alone; a request of an outsider is a row of the audit. */
const fromHome =
  (gate: GateParts): Step =>
  async ({ body, context, next, ...args }) => {
    const { homeTeam, rates, deliveries, parts } = gate;
    const { log, now } = parts;
    const isInside = isFromHome(homeTeam, body);
    const request = readRequest(body);
    // What Slack delivers again was counted when it came first.
    const isCounted = request !== null && !context.retryNum;
    const excess = isCounted ? rates?.take('requests', askerOf(request, isInside)) : null;
    if (isInside && !excess) return next();
    if (request === null || (request.kind === 'step' && !isInside)) {
      // Another workspace removed the app, for example: no concern of this one.
      log.info({ teams: namedTeams(body) }, 'a delivery of another workspace was ignored');
      if (isForm(body)) await ackOf(args)();
      return;
    }
    const answer = excess ? tooOftenAnswer(now, excess) : outsiderAnswer(now);
    const fields = { channel: request.channel, user: request.user, cause: answer.cause };
    log.info(fields, 'a request was turned away');
    if (request.kind === 'step') await deliveries.track(endStep(args, answer, log));
    if (request.kind === 'form') await ackOf(args)(formErrors(request, answer));
    await deliveries.track(tell(gate, request, answer));
    if (!isInside && !excess) await deliveries.track(auditOutsider(gate, request, body));
  };

/** The workflow stops there, with the reason. Never rejects. */
async function endStep(args: object, { message }: ProblemAnswer, log: Logger): Promise<void> {
  const { fail } = args as { fail?: (why: { error: string }) => Promise<unknown> };
  await fail?.({ error: message }).catch((error: unknown) =>
    log.warn({ error }, 'a step was not ended'),
  );
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
  { parts, dispatcher, views }: GateParts,
  request: Request,
  answer: ProblemAnswer,
): Promise<void> {
  try {
    if (request.kind === 'asked') await dispatcher.tell(request.at, answer);
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
  const entry = {
    at: context.now(),
    actor: { id: user, name: user, place: channel ?? user },
    verb: outsiderVerb,
    outcome: 'refused' as const,
    what: `${namedTeams(body)}: ${what}`,
    before: null,
    after: null,
  };
  await context.audit
    .record(entry)
    .catch(onOutside((error) => log.warn({ error }, 'a row of the audit is missing')));
}

const namedTeams = (body: unknown): string =>
  clamp([...new Set(teamsOf(body).map(nameOf))].join(', ') || 'no team', TEAMS_LENGTH);

/** What is no text may not even be made one. */
const nameOf = (team: unknown): string => (typeof team === 'string' ? team : 'no id');
