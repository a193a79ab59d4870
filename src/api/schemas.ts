import type { JobConfig } from '../job/config.ts';
import { type JsonSchema, SETTINGS } from '../job/settings.ts';
import type { BodyKind } from './operation.ts';

/** An object whose members are all there; those that may be missing are named. */
export function object(properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[] = []): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, ...(required.length > 0 && { required }), additionalProperties: false };
}

/** A list. */
export function listOf(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

const { custom_channels: _, ...SENDABLE } = SETTINGS;
/** The members of a job's configuration that can be sent. */
export const CONFIG_MEMBERS = Object.fromEntries(Object.entries(SENDABLE).map(([member, { schema }]) => [member, schema]));
const OPTIONAL_MEMBERS = Object.keys(CONFIG_MEMBERS).filter((member) => member !== 'name' && member !== 'cmd');

/** A job's configuration. */
export const CONFIG = object(CONFIG_MEMBERS, OPTIONAL_MEMBERS);

/** The same where the path has the name already. */
export const CONFIG_FOR_PATH = object(CONFIG_MEMBERS, [...OPTIONAL_MEMBERS, 'name']);

/** A job, as examples show it. */
export const EXAMPLE_CONFIG: JobConfig = { name: 'web', cmd: 'node server.js', os_env: true, numprocesses: 2, redirect_output: ['out', 'err'] };

export const TEXT: JsonSchema = { type: 'string' };
export const INTEGER: JsonSchema = { type: 'integer' };
export const COUNT: JsonSchema = { type: 'integer', minimum: 0 };
export const FLAG: JsonSchema = { type: 'boolean' };
const NUMBER: JsonSchema = { type: 'number' };
const VARIABLES: JsonSchema = { type: 'object', additionalProperties: TEXT };
const MEASURED: JsonSchema = { anyOf: [NUMBER, { const: 'N/A' }] };
const PLAIN: JsonSchema = { anyOf: [NUMBER, { type: 'null' }] };

/** What most requests that change something are answered with. */
export const OK_ANSWER = object({ ok: { const: true } });

const STATE: JsonSchema = { enum: ['started', 'stopped', 'paused', 'given_up', 'done'] };

export const JOB_INFO = object({
  name: TEXT,
  active: FLAG,
  running: COUNT,
  running_out: COUNT,
  max_processes: COUNT,
  processes: listOf(COUNT),
  config: CONFIG,
  state: STATE,
});

export const PROCESS_INFO = object(
  {
    pid: COUNT,
    name: TEXT,
    cmd: TEXT,
    args: listOf(TEXT),
    env: VARIABLES,
    uid: { anyOf: [COUNT, { type: 'null' }] },
    gid: { anyOf: [COUNT, { type: 'null' }] },
    os_pid: COUNT,
    create_time: NUMBER,
    commited: FLAG,
    redirect_output: listOf(TEXT),
    redirect_input: FLAG,
    custom_streams: listOf(TEXT),
    active: FLAG,
    slot: COUNT,
    restarts: COUNT,
    adopted: FLAG,
  },
  ['env', 'adopted'],
);

/** What is told of what a process uses. */
export const STATS_MEMBERS = {
  mem_info1: TEXT,
  mem_info2: TEXT,
  cpu: MEASURED,
  mem: MEASURED,
  ctime: TEXT,
  rss: PLAIN,
  vsz: PLAIN,
  cpu_seconds: PLAIN,
};

export const PROCESS_STATS = object(STATS_MEMBERS);

/** What is told of what the processes of a job use together. */
export const STATS_SUMS = { mem: MEASURED, max_mem: MEASURED, min_mem: MEASURED, cpu: MEASURED, max_cpu: MEASURED, min_cpu: MEASURED };

export const JOB_STATS = object({ name: TEXT, stats: listOf(object({ ...STATS_MEMBERS, pid: COUNT, os_pid: COUNT })), ...STATS_SUMS });

export const JOB_OVERVIEW = object({
  name: TEXT,
  cmd: TEXT,
  state: STATE,
  active: FLAG,
  running: COUNT,
  max_processes: COUNT,
  processes: listOf(
    object(
      {
        ...STATS_MEMBERS,
        pid: COUNT,
        os_pid: COUNT,
        slot: COUNT,
        create_time: NUMBER,
        restarts: COUNT,
        commited: FLAG,
        stopping: FLAG,
        adopted: FLAG,
      },
      ['adopted'],
    ),
  ),
});

/** Whether there is a process. */
export const STATE_TEXT: JsonSchema = { type: 'string', enum: ['0', '1'] };

/** The text that stops, starts or reloads. */
export const STATE_BODY: BodyKind = { kind: 'text', words: { 0: 'stop', 1: 'start', 2: 'reload' }, example: '1' };

export const EXAMPLE_STATS = {
  mem_info1: '8M',
  mem_info2: '30M',
  cpu: 1.5,
  mem: 0.1,
  ctime: '0:00.40',
  rss: 8_912_896,
  vsz: 31_457_280,
  cpu_seconds: 0.4,
};
