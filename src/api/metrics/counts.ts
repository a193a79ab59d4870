/** Answers that go on. */
export interface FeedCounts {
  readonly open: number;
  /** Records that slow readers were not sent, since the beginning. */
  readonly dropped: number;
}

/** A webhook, and what has become of its events since the beginning. */
export interface WebhookCounts {
  readonly id: string;
  readonly sent: number;
  readonly failed: number;
  readonly dropped: number;
  /** Tries after the first one. */
  readonly retried: number;
  /** Events that wait to be sent. */
  readonly waiting: number;
}
