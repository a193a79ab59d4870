import { NOTHING, type Words } from './word-kind.ts';

const FILE: Words = ['file'];
const FOLDER: Words = ['folder'];

/** What the values of options are, by the long names that mean the same to all commands. Fixed values stand at the options themselves. */
export const OPTION_WORDS: Readonly<Record<string, Words>> = {
  // the project
  procfile: FILE,
  root: FOLDER,
  env: FILE,
  app: ['app'],
  concurrency: ['formation'],
  except: ['process type'],
  port: NOTHING,
  'graceful-timeout': NOTHING,

  // the node
  endpoint: ['endpoint'],
  connect: ['endpoint'],
  'api-key': NOTHING,
  cacert: FILE,
  certfile: FILE,
  keyfile: FILE,
  timeout: NOTHING,
  retry: NOTHING,

  // lookupds
  lookup: ['lookupd'],
  node: ['node'],
  'lookup-key': NOTHING,

  // what is shown
  lines: NOTHING,
  count: NOTHING,
  since: NOTHING,
  tail: NOTHING,
  'detach-key': NOTHING,

  // jobs
  'from-file': FILE,
  out: FILE,
  param: NOTHING,
  ps: ['job', 'instance', 'pid'],
  stream: ['custom stream'],

  // keys and users
  username: ['user'],
  password: NOTHING,
  'password-file': FILE,
  key: ['key'],
  parent: ['key'],
  permission: ['permission'],
  label: NOTHING,
};
