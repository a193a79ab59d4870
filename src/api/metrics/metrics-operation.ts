import type { Paths } from '../operation.ts';
import { TEXT } from '../schemas.ts';

const EXAMPLE = `# HELP gaffer_job_processes_running Processes of a job, supervised and committed
# TYPE gaffer_job_processes_running gauge
gaffer_job_processes_running{session="shop",name="shop.web"} 2
`;

/** What can be asked for by those who watch many nodes. @param text everything, as Prometheus reads it */
export function metricsOperations(text: () => Promise<string>): Paths {
  return {
    '/metrics': {
      GET: {
        id: 'metrics',
        need: 'read all',
        summary: 'Jobs, processes, what they use, and the node itself, as Prometheus reads it',
        success: { status: 200, description: 'the text format of Prometheus', type: 'text/plain; version=0.0.4', schema: TEXT, example: EXAMPLE },
        answer: async () => ({ text: await text() }),
      },
    },
  };
}
