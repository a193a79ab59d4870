// The programs that are run: compiled from C where there is a compiler, else their slower stand-ins.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { makeFolder } from './workplace.mjs';

const sources = join(import.meta.dirname, 'programs');

/**
 * Command lines, to be followed by arguments.
 * @typedef {object} Programs
 * @property {boolean} compiled
 * @property {string} producer
 * @property {string} worker
 * @property {string} greet
 * @property {string[]} drain
 * @property {string | undefined} mux the plain C multiplexer: only with a compiler
 * @property {string | undefined} counter numbers its lines: only with a compiler
 */

/** @returns {Programs} */
export function makePrograms() {
  const folder = makeFolder('programs');
  const greet = `sh ${join(sources, 'greet.sh')}`;
  const compile = (/** @type {string} */ name) => {
    const program = join(folder, name);
    const compiler = spawnSync('cc', ['-O3', '-o', program, join(sources, `${name}.c`)], { encoding: 'utf8' });
    if (compiler.error) return undefined;
    if (compiler.status !== 0) throw new Error(`cc failed on ${name}.c:\n${compiler.stderr}`);
    return program;
  };

  const producer = compile('producer');
  if (!producer) return { ...standIns(), greet, mux: undefined, counter: undefined, compiled: false };
  const [worker, drain, mux, counter] = ['worker', 'drain', 'mux', 'counter'].map((name) => /** @type {string} */ (compile(name)));
  return { producer, worker, drain: [drain], mux, counter, greet, compiled: true };
}

function standIns() {
  return {
    producer: `${process.execPath} ${join(sources, 'producer.mjs')}`,
    worker: `/bin/sh ${join(sources, 'worker.sh')}`,
    drain: [process.execPath, join(sources, 'drain.mjs')],
  };
}
