import { BATCH, BULK_CONTENDERS } from './bulk-contenders';
import { CONTENDERS } from './contenders';
import { TAGGED_CONTENDERS } from './tagged-contenders';

export { BATCH };

/** The measured tasks of a cache in memory. */
export const TASKS = { one: CONTENDERS, many: BULK_CONTENDERS, tagged: TAGGED_CONTENDERS };

export type TaskName = keyof typeof TASKS;
