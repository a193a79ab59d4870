/** A connection to a lookupd, from the moment on at which it is begun. */
export interface LookupLink {
  /** Sends a message; only between {@link LinkListener.onOpen} and the end. */
  send(text: string): void;
  /** Says good-bye; resolves when the connection is gone. It tells its listener nothing more. */
  close(): Promise<void>;
  /** Lets go of it at once. It tells its listener nothing more. */
  breakOff(): void;
}

/** Who is told what becomes of a connection. */
export interface LinkListener {
  onOpen(): void;
  onMessage(text: string): void;
  /** It could not be made, or is lost: why, as the end of a sentence. Told once. */
  onEnd(reason: string): void;
}

/** Begins a connection to a lookupd. */
export type OpenLink = (listener: LinkListener) => LookupLink;
