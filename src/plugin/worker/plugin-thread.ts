import { inspect } from 'node:util';
import { type MessagePort, parentPort } from 'node:worker_threads';
import { RemoteNode } from '../../client/remote-node.ts';
import { textOfError } from '../error-text.ts';
import { LogWindow } from '../log-window.ts';
import type { Deed, FromThread, PluginAttributes, PluginLogLevel, ThreadData, ToThread } from '../messages.ts';
import type { Plugin, PluginApplication, PluginContext, PluginLog } from '../plugin.ts';
import { expectRoute, type Route } from '../route-path.ts';
import { Answers } from './answers.ts';
import { EventListeners } from './event-listeners.ts';
import { explainLoad } from './explain-load.ts';
import { attributesOf, expectPlugin } from './module-shape.ts';

/** A plugin in its thread: does what the node tells it, and passes on what the plugin says. */
export class PluginThread {
  readonly #data: ThreadData;
  readonly #port: MessagePort;
  readonly #node: RemoteNode;
  readonly #answers: Answers;
  readonly #events: EventListeners;
  readonly #end = new AbortController();
  readonly #log: PluginLog;
  #plugin: Plugin | undefined;
  #application: PluginApplication | undefined;

  constructor(data: ThreadData) {
    if (parentPort === null) {
      throw new Error('expected to be started by gafferd, as a thread of it');
    }
    this.#data = data;
    this.#port = parentPort;
    this.#node = new RemoteNode({ endpoint: data.endpoint, apiKey: data.secret, isPlain: true });
    const window = new LogWindow(data.logged);
    const writer = (level: PluginLogLevel) => (said: unknown) => {
      const message = typeof said === 'string' ? said : inspect(said);
      window.send(message);
      this.#tell({ kind: 'log', level, message });
    };
    this.#log = { debug: writer('debug'), info: writer('info'), warning: writer('warning'), error: writer('error') };
    this.#events = new EventListeners(this.#node, this.#log);
    this.#answers = new Answers({ endpoint: data.endpoint, tell: (message) => this.#tell(message), log: this.#log });
  }

  /** Begins to do what the node tells. */
  open(): void {
    this.#port.on('message', (message: ToThread) => {
      switch (message.kind) {
        case 'do':
          void this.#do(message.deed);
          break;
        case 'request':
          void this.#answers.answer(message.id, message.route, message.request);
          break;
        case 'more':
          this.#answers.more(message.id);
          break;
        case 'gone':
          this.#answers.giveUp(message.id);
          break;
      }
    });
  }

  async #do(deed: Deed): Promise<void> {
    try {
      const attributes = await this.#act(deed);
      this.#tell({ kind: 'done', deed, ...(attributes !== undefined && { attributes }) });
    } catch (error) {
      this.#tell({ kind: 'failed', deed, error: deed === 'load' ? explainLoad(error, this.#data.module) : textOfError(error) });
    }
  }

  async #act(deed: Deed): Promise<PluginAttributes | undefined> {
    switch (deed) {
      case 'load': {
        this.#plugin = expectPlugin(await import(this.#data.module));
        return attributesOf(this.#plugin);
      }
      case 'start':
        this.#application = await this.#plugin?.app?.(this.#data.config);
        await this.#application?.start?.(this.#node, this.#context());
        return undefined;
      case 'stop':
        this.#end.abort();
        await this.#application?.stop?.();
        await Promise.all([process.stdout, process.stderr].map(flushed));
        return undefined;
      case 'restart':
        await this.#application?.restart?.();
        return undefined;
    }
  }

  #context(): PluginContext {
    return {
      config: this.#data.config,
      log: this.#log,
      signal: this.#end.signal,
      onEvent: async (pattern, listener) => await this.#events.add(pattern, listener),
      route: (method, path, { need = 'manage all' }, handler) => {
        const route: Route = expectRoute({ method, path, need });
        if (typeof handler !== 'function') {
          throw new TypeError(`route ${method} ${path}: expected a function that answers, got ${inspect(handler)}`);
        }
        this.#answers.add(route, handler);
        this.#tell({ kind: 'route', ...route });
      },
    };
  }

  #tell(message: FromThread): void {
    this.#port.postMessage(message);
  }
}

/** Resolves when everything that was written so far is with gafferd. */
function flushed(output: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    output.write('', () => resolve());
  });
}
