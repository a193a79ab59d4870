/** What gafferd, or a client that has started it, opens other doors with. */
const SECRETS = /^GAFFERD?_(?:API_KEY|KEY_PASSPHRASE|LOOKUPD_KEY|PASSWORD)$/;

/** The environment that jobs with `os_env` may have of gafferd's own: its secrets are none of theirs. */
export function environmentForJobs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !SECRETS.test(name)));
}
