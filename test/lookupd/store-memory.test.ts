import { MemoryStore } from '../../src/lookupd/store-memory.ts';
import { describeStore } from './store-contract.ts';

describeStore('a store in memory', async () => new MemoryStore());
