import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import type { RemoteNode } from '../../client/remote-node.ts';
import { GafferError } from '../../errors.ts';
import { formatJobName, type JobName } from '../../job/name.ts';
import { tell } from '../accounts.ts';
import { findJob, findProcess, sessionHint } from './names.ts';
import { JOB_WORD, PROCESS_WORD } from './naming.ts';
import { atNode, connectFlags, type NodeConnection } from './place.ts';

/** What help tells of a command. */
interface DeedText {
  readonly summary: string;
  readonly description: string;
  /** Command lines, without the program's name. */
  readonly examples: readonly string[];
}

/** Does something to a job and says `ok`. */
export interface JobDeed extends DeedText {
  readonly act: (node: RemoteNode, job: JobName) => Promise<void>;
}

/** Does something to a process and says `ok`. */
export interface ProcessDeed extends DeedText {
  readonly act: (node: RemoteNode, pid: number) => Promise<void>;
}

/** Does something to every job of a session and says `ok`. */
export interface SessionDeed extends DeedText {
  readonly act: (node: RemoteNode, session: string) => Promise<void>;
}

/** A command that does something to the job that is named. */
export function jobCommand({ act, ...text }: JobDeed): Command.Class {
  return deedCommand({
    ...text,
    word: JOB_WORD,
    json: '{"name", "ok": true}',
    run: async (connection, word) => {
      const job = await findJob(connection, word);
      await act(connection.node, job);
      return { name: formatJobName(job), ok: true };
    },
  });
}

/** A command that does something to the process that is named. */
export function processCommand({ act, ...text }: ProcessDeed): Command.Class {
  return deedCommand({
    ...text,
    word: PROCESS_WORD,
    json: '{"pid", "ok": true}',
    run: async (connection, name) => {
      const pid = await findProcess(connection, name);
      await act(connection.node, pid);
      return { pid, ok: true };
    },
  });
}

/** A command that does something to the session that is named. */
export function sessionCommand({ act, ...text }: SessionDeed): Command.Class {
  return deedCommand({
    ...text,
    word: 'the session',
    json: '{"session", "ok": true}',
    run: async (connection, session) => {
      await inSession(connection, session, () => act(connection.node, session));
      return { session, ok: true };
    },
  });
}

/** Asks something about a session. @throws GafferError `session_not_found` with what was probably meant */
export async function inSession<T>(connection: NodeConnection, session: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof GafferError) || error.code !== 'session_not_found') {
      throw error;
    }
    throw new GafferError('session_not_found', `no session "${session}" has a job${await sessionHint(connection, session)}`, { cause: error });
  }
}

interface Deed extends DeedText {
  /** What the word names. */
  readonly word: string;
  readonly json: string;
  readonly run: (connection: NodeConnection, word: string) => Promise<object>;
}

function deedCommand({ summary, description, examples, word, json, run }: Deed): Command.Class {
  class DeedCommand extends Command {
    static override summary = summary;
    static override description = description;
    static override examples = examples.map((line) => `<%= config.bin %> ${line}`);
    static override args = { name: Args.string({ description: word, required: true, ignoreStdin: true }) };
    static override flags = { ...connectFlags, json: Flags.boolean({ description: `print ${json}` }) };

    async run(): Promise<void> {
      const { flags, args } = await this.parse(DeedCommand);
      tell(flags.json, await atNode(flags, (connection) => run(connection, args.name)), ['ok']);
    }
  }
  return DeedCommand;
}
