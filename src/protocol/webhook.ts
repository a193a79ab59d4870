/** A webhook, and what has become of its deliveries since the node was started. */
export interface WebhookInfo {
  readonly id: string;
  /** The name of an event, the beginning of some, or `.` for all. */
  readonly event: string;
  /** Without the password in it. */
  readonly url: string;
  /** `ini` is one of the configuration: it can't be removed here. */
  readonly source: 'api' | 'ini';
  /** Deliveries are signed. The secret itself is never told. */
  readonly has_secret: boolean;
  /** Events that the receiver has taken. */
  readonly sent: number;
  /** Events that it has refused, or that were tried often enough. */
  readonly failed: number;
  /** Events that were left out because too many waited. */
  readonly dropped: number;
  /** Tries after the first one. */
  readonly retried: number;
  readonly waiting: number;
  readonly last_status: number | null;
  readonly last_error: string | null;
  /** Seconds since the epoch. */
  readonly last_error_time: number | null;
  /** Seconds since the epoch. */
  readonly last_success_time: number | null;
}

/** A webhook to be added. */
export interface NewWebhook {
  readonly event: string;
  readonly url: string;
  readonly secret?: string | undefined;
}
