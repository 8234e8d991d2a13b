import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { limits } from '../../../src/blocks/limits.ts';
import type { Json } from '../../../src/blocks/walk.ts';
import { pause } from '../clock.ts';
import type { Core } from '../core.ts';
import type { DeliveryFault } from '../faults.ts';
import type {
  Acknowledgement,
  Delivery,
  DeliveryKind,
  Outgoing,
  RawRequest,
  Transport,
} from './delivery.ts';

/** What is known about a delivery beside its payload. */
export interface Address {
  channel?: string;
  responseUrl?: string;
  triggerId?: string;
}

export interface Attempt {
  envelopeId?: string;
  retry?: { number: number; reason: string };
  rawRequest?: RawRequest;
}

export interface Dispatcher {
  /** One attempt, with every fault that strikes it. `isFinal`: the app wants no further one. */
  dispatch(
    kind: DeliveryKind,
    payload: Json,
    address?: Address,
    attempt?: Attempt,
  ): Promise<{ delivery: Delivery; isFinal: boolean }>;
}

type FaultKind = DeliveryFault['kind'];

function findFault<K extends FaultKind>(faults: readonly DeliveryFault[], kind: K) {
  return faults.find((fault): fault is Extract<DeliveryFault, { kind: K }> => fault.kind === kind);
}

/** Sends payloads to the app and waits three seconds for each acknowledgement. */
export function createDispatcher(core: Core, transport: Transport): Dispatcher {
  const { scheduler } = core;
  let held: (() => void)[] = [];

  async function send(
    outgoing: Outgoing,
    faults: readonly DeliveryFault[],
  ): Promise<Acknowledgement> {
    const deadline = new AbortController();
    const timedOut = new Promise<Acknowledgement>((resolve) => {
      deadline.signal.addEventListener('abort', () =>
        resolve({ status: null, body: undefined, isFinal: false, error: 'operation_timeout' }),
      );
    });
    const cancel = scheduler.schedule(limits.acknowledgeMs.value, () => deadline.abort());
    const answered = transport.send(outgoing, deadline.signal).then(async (acknowledgement) => {
      const late = findFault(faults, 'late-acknowledgement');
      if (late) await pause(scheduler, late.delayMs);
      return findFault(faults, 'lost-acknowledgement') ? timedOut : acknowledgement;
    });
    const acknowledgement = await Promise.race([answered, timedOut]);
    cancel();
    return acknowledgement;
  }

  return {
    async dispatch(kind, payload, address = {}, attempt = {}) {
      const faults = core.faults.strikeDelivery(kind, address.channel);
      if (findFault(faults, 'hold')) await new Promise<void>((resolve) => held.push(resolve));
      const envelopeId = attempt.envelopeId ?? randomUUID();
      const skew = findFault(faults, 'skew-clock');
      const outgoing: Outgoing = {
        kind,
        payload,
        envelopeId,
        ...(attempt.retry ? { retry: attempt.retry } : {}),
        ...(attempt.rawRequest ? { rawRequest: attempt.rawRequest } : {}),
        ...(skew ? { skewMs: skew.skewMs } : {}),
      };
      const startedAt = performance.now();
      const acknowledgement = await send(outgoing, faults);
      const ackMs = performance.now() - startedAt;
      if (findFault(faults, 'deliver-twice')) await send(outgoing, []);
      const released = held;
      held = [];
      for (const release of released) release();
      const { status, body, error, rawRequest, isFinal } = acknowledgement;
      const delivery: Delivery = {
        kind,
        payload,
        ackStatus: status,
        ackMs,
        ackBody: body,
        ...(error ? { error } : {}),
        responseUrl: address.responseUrl ?? '',
        triggerId: address.triggerId ?? '',
        envelopeId,
        retryNum: attempt.retry?.number ?? 0,
        retries: [],
        ...(rawRequest ? { rawRequest } : {}),
      };
      return { delivery, isFinal };
    },
  };
}
