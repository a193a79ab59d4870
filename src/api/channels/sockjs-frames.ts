/** The first frame of a SockJS session. */
export const OPEN_FRAME = 'o';

/** A frame with one message. */
export function messageFrame(text: string): string {
  return `a[${JSON.stringify(text)}]`;
}

/** The last frame of a session. */
export function closeFrame(code: number, reason: string): string {
  return `c${JSON.stringify([code, reason])}`;
}

/** The messages in what a SockJS client sends over its WebSocket: a list of texts, or one text; undefined where it is neither. */
export function readMessages(data: string): readonly string[] | undefined {
  if (data === '') {
    return [];
  }
  try {
    const value: unknown = JSON.parse(data);
    return Array.isArray(value) ? value.map(messageText) : [messageText(value)];
  } catch {
    return undefined;
  }
}

/** A message as a text. One that is none, which SockJS does not mean to be sent, is read as a message without anything in it. */
export function messageText(message: unknown): string {
  return typeof message === 'string' ? message : '{}';
}
