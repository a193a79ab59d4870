// A plugin with code: it listens to the node's events, and answers at /_plugin/exits/.
//
//   [plugin:exits]
//   keep = 50            ; how many of the last ends of a job are remembered (default 20)

const DEFAULT_KEEP = 20;

/** The ends of one job's processes. */
class Ends {
  count = 0;
  unasked = 0;
  last = [];

  add({ timeMs, process, exit, requested, ranMs }, keep) {
    this.count += 1;
    this.unasked += requested ? 0 : 1;
    this.last = [...this.last, { time: timeMs / 1000, pid: process.pid, how: describe(exit), requested, ran: ranMs / 1000 }].slice(-keep);
  }
}

function describe(exit) {
  switch (exit.kind) {
    case 'code':
      return `code ${exit.code}`;
    case 'signal':
      return exit.signal;
    case 'not_started':
      return exit.reason;
    default:
      return 'unknown';
  }
}

function keepOf({ section }) {
  const keep = section.keep === undefined ? DEFAULT_KEEP : Number(section.keep);
  if (!Number.isInteger(keep) || keep < 1) {
    throw new Error(`[plugin:exits] keep: expected a whole number from 1, got "${section.keep}"`);
  }
  return keep;
}

/** @type {import('gaffer/plugin').Plugin} */
export default {
  name: 'exits',
  app(config) {
    const keep = keepOf(config);
    const jobs = new Map();
    return {
      async start(_node, context) {
        await context.onEvent('exit', (event) => {
          const ends = jobs.get(event.name) ?? new Ends();
          jobs.set(event.name, ends);
          ends.add(event, keep);
        });
        await context.onEvent('unload', ({ name }) => {
          jobs.delete(name);
        });

        // whoever may read everything sees every job; one job whoever may read that
        context.route('GET', '/', { need: 'read all' }, () =>
          Response.json(Object.fromEntries([...jobs].map(([name, { count, unasked }]) => [name, { count, unasked }]))),
        );
        context.route('GET', '/jobs/:session/:job', { need: 'read job' }, async (_request, { params, node }) => {
          const { session, job } = params;
          const { running } = await node.jobInfo({ session, job }); // throws where there is no such job
          const { count, unasked, last } = jobs.get(`${session}.${job}`) ?? new Ends();
          return Response.json({ running, count, unasked, last });
        });
        context.route('DELETE', '/', { need: 'manage all' }, () => {
          jobs.clear();
          context.log.info('forgot everything');
          return Response.json({ ok: true });
        });
      },
    };
  },
};
