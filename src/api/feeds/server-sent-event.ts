/** What an event source is sent at once. Each member may be missing: without data only the others take effect. */
export interface ServerSentEvent {
  /** Which listeners of the event source are called; without it those of `message`. */
  readonly event?: string | undefined;
  /** Where the event source is from then on: it asks to go on behind it when the connection was lost. */
  readonly id?: string | undefined;
  /** A text; its line ends become `\n`, whatever they were. */
  readonly data?: string | undefined;
  /** Milliseconds after which it connects anew. */
  readonly retryMs?: number | undefined;
  /** It is sent something that it does not notice. */
  readonly isHeartbeat?: boolean;
}

/**
 * Writes what the HTML standard calls an event stream, with a blank line behind each event. Nothing in a value can
 * end its line: what would is told apart from it, in data as lines of their own, elsewhere as a space.
 */
export function serverSentEvent({ event, id, data, retryMs, isHeartbeat }: ServerSentEvent, lineEnd = '\n'): string {
  const lines = [
    ...(isHeartbeat === true ? [':'] : []),
    ...(retryMs === undefined ? [] : [`retry: ${Math.round(retryMs)}`]),
    ...(event === undefined ? [] : [`event: ${inOneLine(event)}`]),
    ...(id === undefined ? [] : [`id: ${inOneLine(id)}`]),
    ...(data === undefined ? [] : data.split(/\r\n|\r|\n/).map((line) => `data: ${line}`)),
  ];
  return lines.map((line) => line + lineEnd).join('') + lineEnd;
}

function inOneLine(text: string): string {
  return text.replace(/[\r\n\0]+/g, ' ');
}
