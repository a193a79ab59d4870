import * as Flags from '@oclif/core/flags';

/**
 * An option with several values: a list, or given again, or from the environment.
 * @param env the variable; oclif itself would take what is in it for one value
 */
function listFlag(env: string, { description, ...options }: { char: 'c' | 'e'; description: string; helpValue: string; helpGroup?: string }) {
  return Flags.string({
    ...options,
    description: `[env: ${env}] ${description}`,
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
    default: async () => process.env[env]?.split(',').filter((value) => value !== ''),
    noCacheDefault: true,
  });
}

/** Options that say which project is meant. */
export const projectFlags = {
  procfile: Flags.string({ char: 'f', description: 'the Procfile', helpValue: 'FILE', env: 'GAFFER_PROCFILE', helpGroup: 'PROJECT' }),
  root: Flags.string({
    char: 'd',
    aliases: ['directory'],
    description: "the application's folder: where its processes run, and its .env is",
    helpValue: 'FOLDER',
    env: 'GAFFER_ROOT',
    helpGroup: 'PROJECT',
  }),
  env: listFlag('GAFFER_ENV', {
    char: 'e',
    description: 'an environment file in place of .env; a list, or given again, adds more: later ones win',
    helpValue: 'FILE',
    helpGroup: 'PROJECT',
  }),
  'env-precedence': Flags.string({
    description: 'which environment wins where both set a name: the file, or the shell gaffer was started from',
    options: ['file', 'shell'],
    default: 'file',
    helpGroup: 'PROJECT',
  }),
  app: Flags.string({ description: "the application's name; without it the folder's", helpValue: 'NAME', env: 'GAFFER_APP', helpGroup: 'PROJECT' }),
};

/** How many instances of which process. */
export const concurrency = listFlag('GAFFER_CONCURRENCY', {
  char: 'c',
  description: 'number of instances: web=2,worker=1 or all=2',
  helpValue: 'NAME=N',
});

/** Options that decide about ports. */
export const portFlags = {
  port: Flags.string({ char: 'p', description: 'PORT of the first process; others get 100 more each', helpValue: 'PORT', exclusive: ['no-port'] }),
  'no-port': Flags.boolean({ description: 'set no PORT' }),
};
