/** Milliseconds of CPU time that this process takes for a piece of work: what others do on the machine meanwhile does not count. */
export async function cpuMsOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
