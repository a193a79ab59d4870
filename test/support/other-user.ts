import { spawnSync } from 'node:child_process';

/** Asks at a socket and writes what comes of it; any program could do so. */
const ASK = `require('node:http').get({ socketPath: process.argv[1], path: '/ping' }, (answer) => answer.pipe(process.stdout)).on('error', ({ code }) => console.log(code))`;

/** Whether this process can be another user for a moment. */
export const CAN_BE_ANOTHER = process.geteuid?.() === 0 && asNobody(process.execPath, '--version').code === 0;

/** Runs a command as `nobody`; what it writes, and its code. */
export function asNobody(command: string, ...args: readonly string[]): { readonly code: number | null; readonly output: string } {
  const nobody = ['--reuid', '65534', '--regid', '65534', '--clear-groups', '--'];
  const { status, stdout, stderr } = spawnSync('setpriv', [...nobody, command, ...args], { encoding: 'utf8', timeout: 30_000, cwd: '/' });
  return { code: status, output: `${stdout}${stderr}` };
}

/** Lets `nobody` try to ask at a socket: the answer, or why there is none. */
export function askAsNobody(socket: string): string {
  return asNobody(process.execPath, '-e', ASK, socket).output;
}
