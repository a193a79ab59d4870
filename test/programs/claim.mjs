// Claims a project for a session as soon as it is told to, and says whether it has it.
import { randomUUID } from 'node:crypto';
import { claimSession } from '../../dist/local/session-folder.js';

let session;

process.on('message', ({ claim }) => {
  if (claim === undefined) {
    session?.close();
    session = undefined;
    process.send(false);
    return;
  }
  try {
    session = claimSession({ root: claim, app: 'app' }, randomUUID(), process.env);
  } catch (error) {
    if (error.code !== 'already_running') throw error;
  }
  process.send(session !== undefined);
});
