/** What a keeper has in its folder. */
export const SOCKET_FILE = 'keeper.sock';

/** Says who the keeper is. */
export const RECORD_FILE = 'keeper.json';

/** Why one has ended that should not have. */
export const CRASH_FILE = 'crash.log';

/** What a keeper says when it listens. */
export const READY = 'ready';
