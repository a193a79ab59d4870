/** Nobody in between is to keep what goes on, or to wait until there is more of it. */
export const FEED_HEADERS = { 'cache-control': 'no-store', 'x-accel-buffering': 'no' };

const CHARSETS: Readonly<Record<string, string>> = { 'application/octet-stream': '', 'text/event-stream': '', 'text/html': '; charset=UTF-8' };

/** What a success's type is called in a header. */
export function contentType(type: string): string {
  return type + (CHARSETS[type] ?? '; charset=utf-8');
}
