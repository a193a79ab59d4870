/** What an upgrade depends on. */
export interface UpgradeSituation {
  readonly pid: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Node, and the program as it was called. */
  readonly programs: readonly string[];
  /** Whether there is such a file. */
  readonly exists: (file: string) => boolean;
}

/** Why a new gafferd can't take over from this one, and what to do instead; undefined when it can. */
export function obstacleTo({ pid, env, programs, exists }: UpgradeSituation): string | undefined {
  if (pid === 1) {
    return 'it is the first process of its container (pid 1), which would end with it: start the container anew';
  }
  if (env['SYSTEMD_EXEC_PID'] === String(pid)) {
    return 'systemd takes the end of this process for the end of the service, and would end the new one too: have the unit say Type=forking, PIDFile= and gafferd --daemon --pidfile';
  }
  const missing = programs.find((file) => !exists(file));
  return missing === undefined ? undefined : `there is no ${missing} any more: install gaffer and Node where they were`;
}
