import type { LinkListener, LookupLink, OpenLink } from '../../../src/daemon/registration/link.ts';
import type { GafferEvent, GafferEventBody } from '../../../src/job/event.ts';

/** A connection on paper. */
export class PaperLink implements LookupLink {
  readonly listener: LinkListener;
  readonly sent: Record<string, unknown>[] = [];
  isClosed = false;
  isBrokenOff = false;

  constructor(listener: LinkListener) {
    this.listener = listener;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  breakOff(): void {
    this.isBrokenOff = true;
  }

  /** Answers ok to everything that was not answered yet, also to what comes of that. */
  answerAll(): void {
    for (let at = this.#answered; at < this.sent.length; at = this.#answered) {
      this.#answered += 1;
      this.listener.onMessage(JSON.stringify({ ok: true, msgid: this.sent[at]?.['msgid'] }));
    }
  }

  #answered = 0;
}

/** Connections on paper, in the order in which they were begun. */
export class PaperLinks {
  readonly all: PaperLink[] = [];

  readonly open: OpenLink = (listener) => {
    const link = new PaperLink(listener);
    this.all.push(link);
    return link;
  };

  get last(): PaperLink {
    const last = this.all.at(-1);
    if (last === undefined) {
      throw new Error('nothing was connected yet');
    }
    return last;
  }
}

/** Makes events of a node, numbered. */
export class EventMaker {
  #seq = 0;

  event(body: GafferEventBody): GafferEvent {
    this.#seq += 1;
    return { ...body, seq: this.#seq, timeMs: 0 };
  }

  /** `load web`, `spawn web 1`, `exit web 1` and so on. */
  of(words: string): GafferEvent {
    const [type = '', name = '', pid = '0'] = words.split(' ');
    const process = { pid: Number(pid), osPid: 1000 + Number(pid), slot: 1, committed: false };
    const more: Readonly<Record<string, object>> = {
      spawn: { process },
      stop_process: { process },
      exit: { process, exit: { kind: 'status', status: 0 }, requested: false, ranMs: 1 },
      start: { target: 1 },
    };
    return this.event({ type, name, ...more[type] } as GafferEventBody);
  }
}
