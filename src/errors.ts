/**
 * The one table of errors: what each code is called on the wire, its HTTP status and its exit code.
 * A message says what was expected, what was got and what to do.
 */
const ERRORS = {
  bad_usage: { word: 'bad_request', status: 400, exit: 2 },
  bad_request: { word: 'bad_request', status: 400, exit: 1 },
  invalid_config: { word: 'bad_request', status: 400, exit: 1 },
  invalid_operand: { word: 'bad_value', status: 400, exit: 2 },
  invalid_signal: { word: 'bad_signal', status: 400, exit: 2 },
  invalid_topic: { word: 'invalid_topic', status: 400, exit: 2 },
  job_not_found: { word: 'not_found', status: 404, exit: 1 },
  session_not_found: { word: 'not_found', status: 404, exit: 1 },
  process_not_found: { word: 'not_found', status: 404, exit: 1 },
  stream_not_found: { word: 'stream_not_found', status: 404, exit: 1 },
  job_exists: { word: 'process_conflict', status: 409, exit: 1 },
  not_supervised: { word: 'bad_request', status: 400, exit: 1 },
  not_writable: { word: 'EPERM', status: 403, exit: 1 },
  write_failed: { word: 'EIO', status: 500, exit: 1 },
  stream_busy: { word: 'busy', status: 503, exit: 1 },
  invalid_json: { word: 'invalid_json', status: 400, exit: 1 },
  invalid_process_info: { word: 'invalid_process_info', status: 400, exit: 1 },
  template_exists: { word: 'conflict', status: 409, exit: 1 },
  action_not_found: { word: 'resource_not_found', status: 404, exit: 1 },
  signal_missing: { word: 'no_signal_number', status: 400, exit: 1 },
  io_not_found: { word: 'io_not_found', status: 404, exit: 1 },
  io_not_redirected: { word: 'io_not_redirected', status: 400, exit: 1 },
  forbidden_write: { word: 'forbidden_write', status: 403, exit: 1 },
  bad_event_type: { word: 'bad_event_type', status: 404, exit: 1 },
  events_gone: { word: 'gone', status: 410, exit: 1 },
  command_not_found: { word: 'command_not_found', status: 404, exit: 1 },
  config_missing: { word: 'config_missing', status: 400, exit: 1 },
  webhook_not_found: { word: 'not_found', status: 404, exit: 1 },
  webhook_exists: { word: 'conflict', status: 409, exit: 1 },
  webhook_in_file: { word: 'conflict', status: 409, exit: 1 },
  plugin_not_found: { word: 'not_found', status: 404, exit: 1 },
  plugin_failed: { word: 'plugin_failed', status: 500, exit: 1 },
  plugin_unavailable: { word: 'plugin_unavailable', status: 503, exit: 1 },
  plugin_silent: { word: 'plugin_silent', status: 504, exit: 1 },
  not_ready: { word: 'not_ready', status: 503, exit: 1 },
  procfile_missing: { word: 'not_found', status: 404, exit: 1 },
  procfile_invalid: { word: 'invalid_config', status: 400, exit: 1 },
  env_file_missing: { word: 'not_found', status: 404, exit: 2 },
  already_running: { word: 'process_conflict', status: 409, exit: 1 },
  key_not_found: { word: 'not_found', status: 404, exit: 1 },
  key_exists: { word: 'conflict', status: 409, exit: 1 },
  user_not_found: { word: 'not_found', status: 404, exit: 1 },
  user_exists: { word: 'conflict', status: 409, exit: 1 },
  too_many_attempts: { word: 'too_many_requests', status: 429, exit: 1 },
  unauthorized: { word: 'unauthorized', status: 401, exit: 1 },
  forbidden: { word: 'forbidden', status: 403, exit: 1 },
  unreachable: { word: 'unreachable', status: 502, exit: 1 },
  tls_failed: { word: 'tls_failed', status: 502, exit: 1 },
  no_answer: { word: 'no_answer', status: 504, exit: 1 },
  bad_answer: { word: 'bad_answer', status: 502, exit: 1 },
  io_failed: { word: 'EIO', status: 500, exit: 1 },
} as const satisfies Record<string, { word: string; status: number; exit: number }>;

/** The codes that a {@link GafferError} can carry. */
export type ErrorCode = keyof typeof ERRORS;

/** Whether a text is one of the codes. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERRORS, text);
}

/** An expected failure: something the caller asked for cannot be done. */
export class GafferError extends Error {
  /** Which failure this is; stable, meant for programs. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'GafferError';
    this.code = code;
  }

  /** The word that the HTTP API and the channels use for it. */
  get word(): string {
    return ERRORS[this.code].word;
  }

  /** The HTTP status (`errno` in error bodies). */
  get status(): number {
    return ERRORS[this.code].status;
  }

  /** The exit code of a command that fails with it. */
  get exitCode(): number {
    return ERRORS[this.code].exit;
  }
}

/** The text of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The system's error code (`ENOENT`, `EPIPE` …) of whatever was thrown, if it has one. */
export function systemCode(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}
