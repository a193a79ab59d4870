/** Bytes that the system has for the path of a unix socket. Node cuts a longer one, and listens somewhere else. */
export const MAX_SOCKET_PATH = process.platform === 'linux' ? 107 : 103;
