/** The client starts this many worker threads per vCPU. */
const WORKERS_PER_CPU = 8;

/**
 * How many runtimes share this environment's memory: Lambda's runtime client loads the handler in each of its worker threads on
 * Managed Instances, and once everywhere else. Computed as in the client (aws-lambda-ric 4.0.2), which does not pass the number to workers.
 */
export function workerCount(environment: NodeJS.ProcessEnv): number {
  if (environment.AWS_LAMBDA_MAX_CONCURRENCY === undefined || process.getBuiltinModule('node:worker_threads').isMainThread) {
    return 1;
  }
  const configured = environment.AWS_LAMBDA_NODEJS_WORKER_COUNT;
  return Math.max(1, configured ? parseInt(configured, 10) || 1 : WORKERS_PER_CPU * cpuCount());
}

/** The environment's share of the machine, in whole vCPUs. */
function cpuCount(): number {
  try {
    const [quota, period] = process.getBuiltinModule('node:fs').readFileSync('/sys/fs/cgroup/cpu.max', 'utf8').trim().split(/\s+/);
    return quota === 'max' ? process.getBuiltinModule('node:os').cpus().length : Math.ceil(parseInt(quota, 10) / parseInt(period, 10)) || 1;
  } catch {
    return 1;
  }
}
