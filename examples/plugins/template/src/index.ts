import type { GafferNode, Plugin, PluginApplication, PluginConfig, PluginContext } from 'gaffer/plugin';

/** What runs beside the node, from its start until it is stopped. */
class Application implements PluginApplication {
  readonly #greeting: string;

  /** What is wrong in the configuration is best said here: then nothing has begun. */
  constructor({ section }: PluginConfig) {
    this.#greeting = section['greeting'] ?? 'hello';
  }

  async start(node: GafferNode, context: PluginContext): Promise<void> {
    context.log.info(`${(await node.jobs()).length} jobs are loaded`);

    // events: a name, or the beginning of some, or "." for all
    await context.onEvent('spawn', (event) => {
      context.log.debug(`${event.name} has a new process`);
    });

    // GET /_plugin/template/hello, for whoever has a key
    context.route('GET', '/hello', { need: 'key' }, () => Response.json({ greeting: this.#greeting }));

    // GET /_plugin/template/jobs/shop/web, for whoever may read that job: `call.node` may what the sender's key may
    context.route('GET', '/jobs/:session/:job', { need: 'read job' }, async (_request, call) => {
      const { session = '', job = '' } = call.params;
      return Response.json(await call.node.jobInfo({ session, job }));
    });
  }

  /** Let go of what was opened. After five seconds the thread is ended. */
  stop(): void {
    // nothing is open here
  }
}

const plugin: Plugin = {
  name: 'template',
  app: (config) => new Application(config),
};

export default plugin;
