import type { App } from '@slack/bolt';
import type { ExposureAnswer } from '../answers/exposure-answer.ts';
import { isAffected } from '../exposure/verdict.ts';
import { workflowSteps } from '../ports/workflow-steps.ts';
import type { Logger } from '../shared/logger.ts';
import { clamp, quoteWord } from '../shared/text.ts';
import { type Answer, answerDocument } from '../views/answer.ts';
import type { Deliveries } from './deliveries.ts';
import type { Dispatcher } from './dispatcher.ts';

export interface WorkflowStepParts {
  dispatcher: Pick<Dispatcher, 'ask'>;
  deliveries: Pick<Deliveries, 'track'>;
  log: Logger;
}

type Outputs = Record<string, string | number | boolean>;

/** Longer than any name of a host, or a question about a package. */
const INPUT_MAX = 200;

/**
 * Steps of workflows that people build in Slack. Slack says who built a workflow to nobody, so a step acts for no
 * person: it may what `access` grants to everyone, and sees every host.
 */
export function addWorkflowSteps(app: App, parts: WorkflowStepParts): void {
  const { dispatcher, deliveries, log } = parts;
  function listen(
    callbackId: string,
    lineOf: (input: (name: string) => string) => string,
    outputsOf: (answer: Answer) => Outputs | null,
  ): void {
    // The gate has acknowledged it.
    app.function(callbackId, { autoAcknowledge: false }, async ({ inputs, complete, fail }) => {
      const input = (name: string) => quoteWord(clamp(textOf(inputs[name]).trim(), INPUT_MAX));
      const work = async () => {
        const answer = await dispatcher.ask({ asks: lineOf(input), channel: '', user: '' });
        const outputs = outputsOf(answer);
        if (outputs === null) await fail({ error: sentenceOf(answer) });
        else await complete({ outputs: { answer: sentenceOf(answer), ...outputs } });
      };
      const failed = (error: unknown) => log.warn({ error, callbackId }, 'a step was not taken');
      await deliveries.track(work().catch(failed));
    });
  }

  const on = (host: string) => (host === '' || host === '""' ? 'on all' : `on ${host}`);
  const { exposure, scan } = workflowSteps;
  listen(
    exposure.callbackId,
    (input) => `exposure ${input('query')} ${on(input('host'))}`,
    exposed,
  );
  listen(scan.callbackId, (input) => `scan on ${input('host')}`, scanned);
}

/** Slack sends what the manifest declares; what is no text is none. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const sentenceOf = (answer: Answer): string =>
  answer.kind === 'problem' ? answer.message : answerDocument(answer).headline;

function exposed(answer: Answer): Outputs | null {
  if (answer.kind !== 'exposure') return null;
  const affected = answer.results.filter(({ state }) => isAffected(state));
  const running = affected.flatMap(({ containers }) => containers.filter(({ to }) => to === null));
  return {
    is_affected: affected.length > 0,
    is_known: affected.length > 0 || isAllRead(answer),
    affected_containers: running.length,
  };
}

/** That nobody is affected is known only where every host, every image and fresh records were read. */
const isAllRead = ({ hosts, images, results, unknown, feeds }: ExposureAnswer): boolean =>
  hosts.length > 0 &&
  hosts.every(({ lastGoodScanAt, unread }) => lastGoodScanAt !== null && unread === null) &&
  images.notInventoried === 0 &&
  unknown.length === 0 &&
  results.every(({ state }) => state !== 'unknown') &&
  feeds.every(({ isStale }) => !isStale);

function scanned(answer: Answer): Outputs | null {
  const [scan] = answer.kind === 'scan' ? answer.scans : [];
  if (scan === undefined) return null;
  const { saved, posture, counts } = scan;
  return {
    is_read: scan.containers !== null,
    ...(posture.grade !== null && { grade: posture.grade }),
    ...(saved !== null && { critical: counts.open.critical, high: counts.open.high }),
  };
}
