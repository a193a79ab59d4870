/** The header by which a client is known that follows output and comes back when its connection is lost. */
export const FOLLOWER_HEADER = 'x-gaffer-follower';
