import { getHeapStatistics } from 'node:v8';

const MEBIBYTE = 1_048_576;

/** The process's flags, and, on request, whether its heap may be no larger. */
export const handler = async ({ heapMb }: { heapMb?: number }) => {
  const limitMb = getHeapStatistics().heap_size_limit / MEBIBYTE;
  console.log({ limitMb });
  return { flags: [...process.execArgv].sort(), isWithin: heapMb && limitMb <= heapMb };
};
