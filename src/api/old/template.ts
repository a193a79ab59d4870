import { GafferError } from '../../errors.ts';
import type { JobConfig } from '../../job/config.ts';
import type { JobInfo } from '../../job/info.ts';
import { APP_NAME, DEFAULT_SESSION, formatJobName, type JobName, parseJobName } from '../../job/name.ts';
import type { JsonSchema } from '../../job/settings.ts';
import { jobOfTemplate, jobsOfOldName, oldJobName } from '../../protocol/old-name.ts';
import { loadProblems } from '../job-body.ts';
import type { JsonBody } from '../operation.ts';
import { CONFIG_MEMBERS, EXAMPLE_CONFIG, object, TEXT } from '../schemas.ts';

/** What 0.4 filled in; its clients read these members. */
const DEFAULTS = {
  args: [],
  env: {},
  uid: null,
  gid: null,
  cwd: null,
  detach: false,
  shell: false,
  os_env: false,
  numprocesses: 1,
} as const satisfies Partial<JobConfig>;

/** Members that 0.4's documentation shows as an empty text where nothing is said. */
const MAY_BE_EMPTY: readonly string[] = ['args', 'uid', 'gid', 'cwd'];

const NULL: JsonSchema = { type: 'null' };
const OPTIONAL = Object.fromEntries(
  Object.entries(CONFIG_MEMBERS).map(([member, schema]) => [
    member,
    { anyOf: [schema, NULL, ...(MAY_BE_EMPTY.includes(member) ? [{ const: '' }] : [])] },
  ]),
);
const MEMBERS = { ...OPTIONAL, name: TEXT, cmd: TEXT };
const NAMES = Object.keys(MEMBERS);

/** A template, as it is answered. */
export const TEMPLATE = object(
  MEMBERS,
  NAMES.filter((name) => name !== 'name' && name !== 'cmd'),
);

/** A template, as examples show it. */
export const EXAMPLE_TEMPLATE = { ...DEFAULTS, ...EXAMPLE_CONFIG, name: 'shop:web', group: 'shop' };

/** A template to be created. */
export const TEMPLATE_BODY: JsonBody = {
  kind: 'json',
  schema: TEMPLATE,
  example: { name: 'shop:web', cmd: 'node server.js', os_env: true, numprocesses: 2 },
  code: 'invalid_process_info',
  unreadableCode: 'invalid_json',
  problems: (body) => problemsOf(body),
};

/** A template's new settings; the path has its name already. */
export const OTHER_TEMPLATE_BODY: JsonBody = {
  ...TEMPLATE_BODY,
  example: { cmd: 'node server.js', os_env: true, numprocesses: 3 },
  schema: object(
    MEMBERS,
    NAMES.filter((name) => name !== 'cmd'),
  ),
  problems: (body) => problemsOf(isObject(body) ? { name: 'name', ...body } : body),
};

/** A job and where it belongs. */
export interface NewJob {
  readonly session: string;
  readonly config: JobConfig;
}

/** The template of a job, with the members that 0.4 always had. */
export function templateOf(info: JobInfo): JobInfo {
  const { session } = parseJobName(info.name);
  const group = session === DEFAULT_SESSION ? {} : { group: session };
  return { ...info, config: { ...DEFAULTS, ...info.config, name: oldJobName(info.name), ...group } };
}

/** The job that a template describes. */
export function jobOf(body: unknown): NewJob {
  const { session, job } = jobOfTemplate((body as { name: string }).name);
  return { session, config: configOf(body, { session, job }) };
}

/**
 * What a template says of a job that there is. A default that it names is no change, so that what was told can be sent back.
 * @throws GafferError `invalid_process_info` when it has the name of another one
 */
export function configFor({ name: fullName, config: before }: JobInfo, body: unknown): JobConfig {
  const job = parseJobName(fullName);
  const { name } = body as { name?: string };
  const isSame = name === undefined || jobsOfOldName(name).some((one) => formatJobName(one) === fullName);
  if (!isSame) {
    throw new GafferError('invalid_process_info', `name: expected "${oldJobName(fullName)}" as in the path, or none, got "${name}"`);
  }
  const config = configOf(body, job);
  const isAsBefore = ([member]: readonly [string, unknown]): boolean => isDefault(member, config) && isDefault(member, before);
  const entries = [...Object.entries(config).filter((entry) => !isAsBefore(entry)), ...Object.entries(before).filter(isAsBefore)];
  return Object.fromEntries(entries) as unknown as JobConfig;
}

/** Whether a member that has a default has that, said or not. */
function isDefault(member: string, config: JobConfig): boolean {
  const byDefault: unknown = DEFAULTS[member as keyof typeof DEFAULTS];
  const value: unknown = config[member as keyof typeof DEFAULTS];
  return byDefault !== undefined && (value === undefined || JSON.stringify(value) === JSON.stringify(byDefault));
}

/** A null, and in some members an empty text, says nothing; the group is in the name. */
function configOf(body: unknown, { session, job }: JobName): JobConfig {
  const said = Object.entries(body as object).filter(
    ([member, value]) => value !== null && !(value === '' && MAY_BE_EMPTY.includes(member)) && !(member === 'group' && value === session),
  );
  return { ...(Object.fromEntries(said) as unknown as JobConfig), name: job };
}

function problemsOf(body: unknown): readonly string[] {
  if (!isObject(body) || typeof body['name'] !== 'string') {
    return loadProblems(body);
  }
  const [, group] = /^([^:]+):/.exec(body['name']) ?? [];
  const wrongGroup =
    group === undefined || APP_NAME.test(group) ? [] : [`name: expected a group of letters, digits, "_", "+" and "-", got "${group}"`];
  return [...wrongGroup, ...loadProblems(jobOf(body).config)];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
