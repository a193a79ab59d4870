import { spawnSync } from 'node:child_process';

/** Whether this process can be another user for a moment. */
export const CAN_BE_ANOTHER = process.geteuid?.() === 0 && spawnSync('setpriv', ['--version']).status === 0;

/** Runs a command as `nobody`; what it writes, and its code. */
export function asNobody(command: string, ...args: readonly string[]): { readonly code: number | null; readonly output: string } {
  const nobody = ['--reuid', '65534', '--regid', '65534', '--clear-groups', '--'];
  const { status, stdout, stderr } = spawnSync('setpriv', [...nobody, command, ...args], { encoding: 'utf8', timeout: 10_000 });
  return { code: status, output: stdout + stderr };
}

/** Lets `nobody` try to ask at a socket: what is said of it. */
export function askAsNobody(socket: string): string {
  return asNobody('curl', '-s', '-S', '-m', '5', '--unix-socket', socket, 'http://localhost/ping').output;
}
