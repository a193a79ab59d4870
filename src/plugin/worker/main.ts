import { workerData } from 'node:worker_threads';
import type { ThreadData } from '../messages.ts';
import { PluginThread } from './plugin-thread.ts';

new PluginThread(workerData as ThreadData).open();
