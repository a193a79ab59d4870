/** What an event source dispatches. */
export interface SourceEvent {
  readonly type: string;
  readonly data: string;
  readonly lastEventId: string;
}

/** Reads an event stream as the HTML standard says (9.2.6, "Interpreting an event stream"), whatever pieces it comes in. */
export class EventStreamReader {
  readonly events: SourceEvent[] = [];
  /** Lines that begin with a colon, without it. */
  readonly comments: string[] = [];
  reconnectionTimeMs: number | undefined;
  /** What is sent as `Last-Event-ID` when it connects anew. */
  lastEventId = '';
  readonly #decoder = new TextDecoder('utf-8'); // takes one byte order mark away from the beginning
  #text = '';
  #type = '';
  #data = '';
  #idBuffer = '';

  add(bytes: Uint8Array): this {
    this.#text += this.#decoder.decode(bytes, { stream: true });
    for (;;) {
      // a carriage return at the end may be followed by its newline
      const end = /\r\n|\n|\r(?!$)/.exec(this.#text);
      if (end === null) {
        return this;
      }
      const line = this.#text.slice(0, end.index);
      this.#text = this.#text.slice(end.index + end[0].length);
      this.#line(line);
    }
  }

  #line(line: string): void {
    const colon = line.indexOf(':');
    if (line === '') {
      this.#dispatch();
    } else if (colon === 0) {
      this.comments.push(line.slice(1));
    } else if (colon === -1) {
      this.#field(line, '');
    } else {
      this.#field(line.slice(0, colon), line.slice(colon + 1).replace(/^ /, ''));
    }
  }

  #field(name: string, value: string): void {
    if (name === 'event') {
      this.#type = value;
    } else if (name === 'data') {
      this.#data += `${value}\n`;
    } else if (name === 'id' && !value.includes('\0')) {
      this.#idBuffer = value;
    } else if (name === 'retry' && /^[0-9]+$/.test(value)) {
      this.reconnectionTimeMs = Number(value);
    }
  }

  #dispatch(): void {
    this.lastEventId = this.#idBuffer;
    if (this.#data !== '') {
      this.events.push({ type: this.#type === '' ? 'message' : this.#type, data: this.#data.replace(/\n$/, ''), lastEventId: this.lastEventId });
    }
    this.#data = '';
    this.#type = '';
  }
}
