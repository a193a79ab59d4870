/** How a process is named. */
export const PROCESS_WORD = 'the process: its pid, a name like web.1, or a job with one process';

/** How a job is named. */
export const JOB_WORD = 'the job: web, shop:web or shop.web';
