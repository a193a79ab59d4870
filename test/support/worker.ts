import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';

/** Starts a program of the tests in a thread of its own, where it is not kept waiting by what a test does. @param module `new URL('./x.ts', import.meta.url)` */
export async function startWorker(module: URL, workerData: unknown): Promise<Worker> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(module)],
    write: false,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'silent', // what fails is thrown all the same
  });
  return new Worker(outputFiles[0]?.text ?? '', { eval: true, workerData });
}
