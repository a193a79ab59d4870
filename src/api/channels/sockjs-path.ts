/** What is at a path below that of SockJS. */
export interface SockJsPlace {
  /** The methods that are served there; none where there is a WebSocket only. */
  readonly methods: readonly string[];
  /** The session that the path names. */
  readonly session: string | undefined;
}

/** SockJS takes a path apart in its own way; in these characters there is nothing that one could read differently. */
const PLAIN_PATH = /^[\w~%@:+=,;!*()$&./-]{1,1000}$/;

/** As it names them itself: `/SERVER/SESSION/TRANSPORT`. */
const SESSION = /^\/[^/.]+\/([^/.]+)\/(\w+)$/;

const TRANSPORTS: Readonly<Record<string, readonly string[]>> = {
  websocket: [],
  xhr: ['POST', 'OPTIONS'],
  xhr_send: ['POST', 'OPTIONS'],
  xhr_streaming: ['POST', 'OPTIONS'],
  jsonp: ['GET'],
  jsonp_send: ['POST'],
  eventsource: ['GET'],
  htmlfile: ['GET'],
};

const PAGES: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^$/, ['GET', 'HEAD']],
  [/^\/info$/, ['GET', 'HEAD', 'OPTIONS']],
  [/^\/iframe[0-9-.a-z_]*\.html$/, ['GET', 'HEAD']],
  [/^\/chunking_test$/, ['POST', 'OPTIONS']],
  [/^\/websocket$/, []],
];

/** Tells what SockJS serves at a path, as it stands in the first line of a request; undefined where there is nothing. @param prefix where it is served, `/channel` */
export function sockJsPlace(url: string, prefix: string): SockJsPlace | undefined {
  const [path = ''] = url.split('?');
  if (!PLAIN_PATH.test(path) || !path.startsWith(prefix)) {
    return undefined;
  }
  const place = path.slice(prefix.length).replace(/\/$/, '');
  const [, session, transport = ''] = SESSION.exec(place) ?? [];
  if (session !== undefined && !(session in {}) && Object.hasOwn(TRANSPORTS, transport)) {
    return { methods: TRANSPORTS[transport] ?? [], session }; // sockjs would find a session of what every object has
  }
  const page = PAGES.find(([pattern]) => pattern.test(place));
  return page && { methods: page[1], session: undefined };
}
