import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { PluginAnswer } from '../../api/plugins/plugin-book.ts';
import { messageOf } from '../../errors.ts';
import { textOfError } from '../../plugin/error-text.ts';
import { LogWindow } from '../../plugin/log-window.ts';
import type { Deed, FromThread, PluginAttributes, PluginLogLevel, RouteRequest, ThreadData, ToThread } from '../../plugin/messages.ts';
import { expectRoute, type Route } from '../../plugin/route-path.ts';
import { OutputLines } from './output-lines.ts';
import { PluginAnswers } from './plugin-answers.ts';
import type { PluginLimits } from './plugin-limits.ts';

/** What a plugin's thread is started with, and who is told of it. */
export interface PluginWorkerOptions {
  /** The program that runs in the thread. */
  readonly file: string;
  readonly name: string;
  readonly data: Omit<ThreadData, 'logged'>;
  readonly limits: PluginLimits;
  readonly env: NodeJS.ProcessEnv;
  readonly log: (level: PluginLogLevel, line: string) => void;
  /** It has ended without being told to, and why. */
  readonly onEnd: (reason: string) => void;
}

const LEVELS: readonly string[] = ['debug', 'info', 'warning', 'error'] satisfies readonly PluginLogLevel[];

interface Waiting {
  readonly resolve: (attributes: PluginAttributes | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** A thread with a plugin in it, from outside: what it is told to do, and what it says. Whatever goes wrong in it, ends it at most. */
export class PluginWorker {
  readonly #options: PluginWorkerOptions;
  readonly #worker: Worker;
  readonly #answers: PluginAnswers;
  readonly #routes = new Map<string, Route>();
  readonly #waiting = new Map<Deed, Waiting>();
  readonly #gone: Promise<void>;
  readonly #window: LogWindow;
  #isEnding = false;
  #reason: string | undefined;

  constructor(options: PluginWorkerOptions) {
    const { file, name, data, env, limits } = options;
    const logged = new SharedArrayBuffer(4);
    this.#options = options;
    this.#worker = new Worker(file, {
      name: `plugin ${name}`,
      workerData: { ...data, logged } satisfies ThreadData,
      env,
      stdin: false,
      stdout: true,
      stderr: true,
      argv: [],
      resourceLimits: { maxOldGenerationSizeMb: limits.heapMb },
    });
    this.#window = new LogWindow(logged);
    this.#answers = new PluginAnswers({ name, limitMs: limits.answerMs }, (message) => this.#tell(message));
    this.#follow(this.#worker.stdout, 'info');
    this.#follow(this.#worker.stderr, 'warning');
    this.#worker.on('message', (message: FromThread) => this.#listen(message));
    this.#worker.on('messageerror', (error) => options.log('error', `said something that can't be read: ${messageOf(error)}`));
    this.#worker.on('error', (error) => {
      this.#reason = textOfError(error);
    });
    this.#gone = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        this.#end(this.#reason ?? (this.#isEnding ? 'it was told to' : `process.exit(${code})`));
        resolve();
      });
    });
  }

  get routes(): readonly Route[] {
    return [...this.#routes.values()];
  }

  /** Has the plugin do something. @throws Error what it has thrown, or that it takes too long */
  async do(deed: Deed, limitMs: number): Promise<PluginAttributes | undefined> {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        if (this.#isEnding || this.#reason !== undefined) {
          reject(new Error(this.#reason ?? 'it has ended'));
          return;
        }
        this.#waiting.set(deed, { resolve, reject });
        timer = setTimeout(() => reject(new Error(`it does not ${deed} within ${limitMs / 1000} seconds`)), limitMs);
        this.#tell({ kind: 'do', deed });
      });
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(deed);
    }
  }

  /** Asks the plugin. @throws GafferError `plugin_failed`, `plugin_unavailable`, `plugin_silent` */
  async ask(route: Route, request: RouteRequest, signal: AbortSignal): Promise<PluginAnswer> {
    return await this.#answers.ask(`${route.method} ${route.path}`, request, signal);
  }

  /** Ends the thread, with whatever goes on in it. */
  async end(): Promise<void> {
    this.#isEnding = true;
    this.#answers.close();
    await this.#worker.terminate();
    await this.#gone;
  }

  /** A plugin can reach the port as well, and say whatever it likes there. */
  #listen(message: FromThread): void {
    try {
      this.#hear(message);
    } catch (error) {
      this.#options.log('error', `said something to gafferd that is not understood: ${messageOf(error)}`);
    }
  }

  #hear(message: FromThread): void {
    switch (message.kind) {
      case 'done':
        this.#waiting.get(message.deed)?.resolve(message.attributes);
        break;
      case 'failed':
        this.#waiting.get(message.deed)?.reject(new Error(message.error));
        break;
      case 'log':
        this.#log(LEVELS.includes(message.level) ? message.level : 'info', message.message);
        this.#window.written(message.message);
        break;
      case 'route': {
        const route = expectRoute(message);
        this.#routes.set(`${route.method} ${route.path}`, route);
        break;
      }
      case 'head':
      case 'chunk':
      case 'end':
      case 'broken':
        this.#answers.hear(message);
        break;
    }
  }

  #end(reason: string): void {
    this.#reason ??= reason;
    for (const { reject } of this.#waiting.values()) {
      reject(new Error(reason));
    }
    this.#answers.close();
    if (!this.#isEnding) {
      this.#isEnding = true;
      this.#options.onEnd(reason);
    }
  }

  #tell(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #follow(output: Readable, level: PluginLogLevel): void {
    const lines = new OutputLines((line) => this.#options.log(level, line));
    output.on('data', (bytes: Buffer) => lines.add(bytes)).once('end', () => lines.end());
  }

  #log(level: PluginLogLevel, text: string): void {
    const lines = new OutputLines((line) => this.#options.log(level, line));
    lines.add(Buffer.from(text === '' ? '\n' : text));
    lines.end();
  }
}
