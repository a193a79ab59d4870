import { createHmac } from 'node:crypto';
import type { Hook } from '../../../src/daemon/webhooks/hook.ts';
import { newTally } from '../../../src/daemon/webhooks/hook.ts';
import type { HookRequest, HookSender } from '../../../src/daemon/webhooks/http-sender.ts';
import type { Outcome } from '../../../src/daemon/webhooks/verdict.ts';
import { EventPattern } from '../../../src/protocol/event-names.ts';
import { settle } from '../../support/fake-clock.ts';

/** A hook that nothing was sent for yet. */
export function hookOf(event: string, url = 'http://hooks.example/', secret?: string): Hook {
  return { id: `${event} ${url}`, event, url, secret, place: undefined, pattern: new EventPattern(event), tally: newTally() };
}

/** An answer without headers that matter. */
export function answered(status: number, retryAfter?: string): Outcome {
  return { kind: 'answered', status, retryAfter, location: undefined };
}

/** A request on paper, which waits for its answer. */
export interface PaperRequest extends HookRequest {
  readonly signal: AbortSignal;
  readonly answer: (outcome: Outcome) => Promise<void>;
}

/** A receiver on paper. */
export class PaperSender implements HookSender {
  readonly requests: PaperRequest[] = [];
  isClosed = false;

  send(request: HookRequest, signal: AbortSignal): Promise<Outcome> {
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve({ kind: 'unanswered', reason: 'The operation was aborted.' }));
      const answer = async (outcome: Outcome): Promise<void> => {
        resolve(outcome);
        await settle();
      };
      this.requests.push({ ...request, signal, answer });
    });
  }

  close(): void {
    this.isClosed = true;
  }

  /** The request that came last. */
  get last(): PaperRequest {
    const last = this.requests.at(-1);
    if (last === undefined) {
      throw new Error('no request yet');
    }
    return last;
  }

  /** The bodies of all requests. */
  get bodies(): string[] {
    return this.requests.map(({ body }) => body);
  }
}

/** Whether a signature header is right, as a receiver would find out. */
export function isSignedWith(secret: string, header: string | undefined, body: string): boolean {
  const [, time = '', ...signatures] = /^t=(\d+)((?:,v1=[0-9a-f]{64})+)$/.exec(header ?? '') ?? [];
  const wanted = createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex');
  return signatures.join('').split(',v1=').includes(wanted);
}
