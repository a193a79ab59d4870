import { spawnSync } from 'node:child_process';
import { runs } from './processes.ts';

/** How the namespaces of tests are called, with the pid of the test. */
const NAME = /^gaffer-test-(\d+)-/;

/**
 * Machines at one switch. Each is a network namespace, and so is the switch: nothing of the real network is touched, and nothing of it can be
 * reached from there. Unix sockets are in no namespace: by those the test speaks to programs inside, also where they are cut off.
 */
export class TestNetwork {
  readonly #mark = `gaffer-test-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
  readonly #names: readonly string[];
  readonly #removeAll = (): void => this.close();

  /** @throws Error when the system refuses it; nothing is left then */
  constructor(names: readonly string[]) {
    this.#names = names;
    removeStale();
    process.once('exit', this.#removeAll);
    try {
      this.#build();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  addressOf(name: string): string {
    return `10.77.0.${this.#names.indexOf(name) + 1}`;
  }

  /** What a program is started with there, in front of its own command line: what is started so is at that machine, and it has its name. */
  at(name: string): readonly string[] {
    return ['ip', 'netns', 'exec', this.#namespace(name), 'unshare', '--uts', 'sh', '-c', 'hostname "$0" && exec "$@"', name];
  }

  /** Pulls the cable: the machine notices it. */
  unplug(name: string): void {
    this.#switch(`link set dev to-${name} down`);
  }

  /** From now on whatever is sent from there or to there is lost, and nobody is told. */
  silence(name: string): void {
    this.#switch(`link set dev to-${name} nomaster`);
  }

  /** As it was in the beginning. */
  mend(name: string): void {
    this.#switch(`link set dev to-${name} master hub up`);
  }

  /** Removes everything; the programs inside are to be ended before. */
  close(): void {
    process.off('exit', this.#removeAll);
    for (const name of ['hub', ...this.#names]) {
      spawnSync('ip', ['netns', 'delete', this.#namespace(name)]);
    }
  }

  #build(): void {
    ip([], ...['hub', ...this.#names].map((name) => `netns add ${this.#namespace(name)}`));
    this.#switch(
      'link add name hub type bridge',
      'link set dev hub up',
      ...this.#names.flatMap((name) => [
        `link add name to-${name} type veth peer name eth0 netns ${this.#namespace(name)}`,
        `link set dev to-${name} master hub up`,
      ]),
    );
    for (const name of this.#names) {
      ip(['-n', this.#namespace(name)], 'link set dev lo up', `addr add ${this.addressOf(name)}/24 dev eth0`, 'link set dev eth0 up');
    }
  }

  #switch(...lines: readonly string[]): void {
    ip(['-n', this.#namespace('hub')], ...lines);
  }

  #namespace(name: string): string {
    return `${this.#mark}-${name}`;
  }
}

/** Does several things at once. @throws Error when one of them is refused */
function ip(options: readonly string[], ...lines: readonly string[]): void {
  const { status, stderr, error } = spawnSync('ip', [...options, '-batch', '-'], { input: lines.join('\n'), encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`ip: ${error?.message ?? stderr.trim()}`);
  }
}

/** Removes what tests have left that were killed. */
function removeStale(): void {
  const names = spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' }).stdout.split(/\s+/);
  for (const name of names.filter((one) => NAME.test(one) && !runs(Number(NAME.exec(one)?.[1])))) {
    spawnSync('ip', ['netns', 'delete', name]);
  }
}

/** Why there can be no {@link TestNetwork} here; undefined where there can: it takes root, and Debian's iproute2. */
export function reasonAgainstNetworks(): string | undefined {
  try {
    new TestNetwork(['a']).close();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
