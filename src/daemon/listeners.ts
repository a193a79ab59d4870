import type { Api } from '../api/server.ts';
import type { OnRefused } from '../api/tls-server.ts';
import { messageOf } from '../errors.ts';
import { formatAddress } from './config/address.ts';
import type { Endpoint } from './config/endpoints.ts';
import { Listener } from './listener.ts';

/** How long requests that have begun may take at an address that is given up. */
const GIVE_UP_MS = 10_000;

/** A socket that listens, which a successor can inherit. */
export interface ListeningSocket {
  /** As the configuration has it. */
  readonly address: string;
  readonly fd: number;
}

/** What listeners are opened with. */
export interface ListenersOptions {
  readonly api: Api;
  /** Is told of connections without TLS where there should be some. */
  readonly onRefused?: OnRefused | undefined;
  /** Sockets that were taken over; each belongs to one of the endpoints. */
  readonly sockets?: readonly ListeningSocket[] | undefined;
}

/** All places where the API answers. */
export class Listeners {
  readonly #options: ListenersOptions;
  #open: readonly Listener[];

  private constructor(open: readonly Listener[], options: ListenersOptions) {
    this.#options = options;
    this.#open = open;
  }

  /** Begins to listen everywhere, or nowhere. @throws GafferError `io_failed` */
  static async open(endpoints: readonly Endpoint[], { api, onRefused, sockets = [] }: ListenersOptions): Promise<Listeners> {
    const left = [...sockets];
    const results = await Promise.allSettled(
      endpoints.map((endpoint) => {
        const index = left.findIndex(({ address }) => address === formatAddress(endpoint.address));
        const [socket] = index < 0 ? [] : left.splice(index, 1);
        return Listener.open(endpoint, { api, onRefused, fd: socket?.fd });
      }),
    );
    const open = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) {
      await Promise.all(open.map((listener) => listener.close(0)));
      throw failed.reason;
    }
    return new Listeners(open, { api, onRefused });
  }

  /** As clients have to name them. */
  get urls(): readonly string[] {
    return this.#open.map(({ url }) => url);
  }

  /** What a successor can inherit. */
  get sockets(): readonly ListeningSocket[] {
    return this.#open.map(({ endpoint, fd }) => ({ address: formatAddress(endpoint.address), fd }));
  }

  /** Listens where it has not, and no more where it should not; an address that stays is not let go of. `gone` resolves when nobody is connected any more where it left. */
  async change(
    endpoints: readonly Endpoint[],
    { onProblem }: { readonly onProblem: (message: string) => void },
  ): Promise<{ readonly gone: Promise<unknown> }> {
    const stays: Listener[] = [];
    const fresh: Endpoint[] = [];
    for (const endpoint of endpoints) {
      const listener = this.#open.find((one) => !stays.includes(one) && canStay(one.endpoint, endpoint));
      if (listener === undefined) {
        fresh.push(endpoint);
      } else {
        stays.push(listener);
        renew(listener, endpoint, onProblem);
      }
    }
    const leaves = this.#open.filter((listener) => !stays.includes(listener));
    const gone = leaves.map((listener) => listener.close(GIVE_UP_MS));
    const opened = await Promise.all(
      fresh.map(async (endpoint) => {
        try {
          return [await Listener.open(endpoint, this.#options)];
        } catch (error) {
          onProblem(messageOf(error));
          return [];
        }
      }),
    );
    this.#open = [...stays, ...opened.flat()];
    return { gone: Promise.all(gone) };
  }

  /** Leaves the sockets at these addresses to a successor; {@link Listeners.close} then ends the connections. @param addresses as {@link Listeners.sockets} has them */
  async leave(addresses: readonly string[]): Promise<void> {
    const left = [...addresses];
    const kept = this.#open.filter(({ endpoint }) => {
      const index = left.indexOf(formatAddress(endpoint.address));
      return index >= 0 && left.splice(index, 1).length > 0;
    });
    await Promise.all(kept.map((listener) => listener.leave()));
  }

  /** Takes no more connections; requests that have begun are answered, for some time. */
  async close(graceMs: number): Promise<void> {
    await Promise.all(this.#open.map((listener) => listener.close(graceMs)));
  }
}

/** Whether a listener can serve an endpoint: what is decided for good when it is opened has not changed. */
function canStay(one: Endpoint, other: Endpoint): boolean {
  return formatAddress(one.address) === formatAddress(other.address) && (one.tls === undefined) === (other.tls === undefined);
}

function renew(listener: Listener, endpoint: Endpoint, onProblem: (message: string) => void): void {
  if (endpoint.backlog !== listener.endpoint.backlog) {
    onProblem(`the backlog of ${listener.url} stays as it was: to change it gafferd has to be started anew`);
  }
  try {
    listener.renew({ ...endpoint, backlog: listener.endpoint.backlog });
  } catch (error) {
    onProblem(`the certificates of ${listener.url} stay as they were: ${messageOf(error)}`);
  }
}
