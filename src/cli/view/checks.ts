import { type Finding, formatFinding } from '../../finding.ts';

/** One thing that is looked at. */
export interface CheckStep {
  readonly title: string;
  readonly look: () => Promise<readonly Finding[]>;
}

/** How the result is shown. */
export interface ChecksOptions {
  /** Names of the processes that the Procfile has. */
  readonly processes: readonly string[];
  readonly json: boolean;
}

/** Goes through the steps and shows what they find; resolves with whether all is well. */
export async function showChecks(steps: readonly CheckStep[], { processes, json }: ChecksOptions): Promise<boolean> {
  const findings: Finding[] = [];
  if (process.stdout.isTTY && process.env['TERM'] !== 'dumb' && !json) {
    await lookWithProgress(steps, findings);
  } else {
    for (const step of steps) {
      findings.push(...(await step.look()));
    }
  }
  const ok = findings.every((finding) => finding.level === 'note');
  if (json) {
    process.stdout.write(`${JSON.stringify({ ok, processes, findings })}\n`);
    return ok;
  }
  for (const finding of findings) {
    process.stdout.write(`${finding.level === 'note' ? 'note: ' : ''}${formatFinding(finding)}\n`);
  }
  process.stdout.write(ok ? `valid Procfile: ${processes.join(', ')}\n` : `${count(findings)} to mend\n`);
  return ok;
}

function count(findings: readonly Finding[]): string {
  const bad = findings.filter((finding) => finding.level !== 'note').length;
  return bad === 1 ? '1 finding' : `${bad} findings`;
}

/** Ticks off the steps on a terminal. */
async function lookWithProgress(steps: readonly CheckStep[], findings: Finding[]): Promise<void> {
  const { Listr } = await import('listr2');
  const tasks = steps.map(({ title, look }) => ({
    title,
    task: async (): Promise<void> => {
      const found = await look();
      findings.push(...found);
      if (found.some((finding) => finding.level !== 'note')) {
        throw new Error(title);
      }
    },
  }));
  await new Listr(tasks, { exitOnError: false, rendererOptions: { showErrorMessage: false, collapseErrors: false } }).run();
}
