/**
 * `npx projen replay -- --trace FILE --format u32be|u64be|text --size N --policy ours|lru`: how often the runtime's memory store would
 * have hit on a trace of requests, with room for N entries of one size. Prints one line of JSON.
 */
import { createReadStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { Replay } from './replay';
import { type TraceFormat, TRACE_FORMATS, readKeys } from './trace-format';
import { type EvictionPolicy } from '../../lambda-runtime/memory/memory-store.js';

const USAGE = `Usage: npx projen replay -- --trace FILE --format ${TRACE_FORMATS.join('|')} --size N --policy ours|lru
FILE is unpacked, or - for standard input: xz -dc FILE | npx projen replay -- --trace - …`;

const POLICIES: Readonly<Record<string, EvictionPolicy>> = { ours: 'adaptive', lru: 'lru' };

/** A mistake in the command line. */
class UsageError extends Error {}

interface Options {
  readonly trace: string;
  readonly format: TraceFormat;
  readonly size: number;
  readonly policy: EvictionPolicy;
}

async function main(): Promise<void> {
  const { trace, format, size, policy } = readOptions(process.argv.slice(2));
  const replay = new Replay(size, policy);
  const [chunks, name] = trace === '-' ? [process.stdin, 'Standard input'] : [createReadStream(trace, { highWaterMark: 1_048_576 }), trace];
  for await (const key of readKeys(chunks, format, name)) {
    replay.request(key);
  }
  console.log(JSON.stringify(replay.result));
}

function readOptions(args: readonly string[]): Options {
  const { trace, format, size, policy } = parse(args);
  if (trace === undefined || trace === '') {
    throw new UsageError('--trace is missing: the file with the requests.');
  }
  if (!TRACE_FORMATS.some((known) => known === format)) {
    throw new UsageError(`--format is ${quoted(format)}, and must be one of ${TRACE_FORMATS.join(', ')}.`);
  }
  if (size === undefined || !/^[1-9]\d{0,8}$/.test(size)) {
    throw new UsageError(`--size is ${quoted(size)}, and must be a whole number of entries from 1 to 999999999.`);
  }
  if (policy === undefined || !Object.hasOwn(POLICIES, policy)) {
    throw new UsageError(`--policy is ${quoted(policy)}, and must be one of ${Object.keys(POLICIES).join(', ')}.`);
  }
  return { trace, format: format as TraceFormat, size: Number(size), policy: POLICIES[policy] };
}

function parse(args: readonly string[]): { trace?: string; format?: string; size?: string; policy?: string } {
  try {
    // projen passes on the `--` that npm's commands have before such options.
    const given = args.filter((argument) => argument !== '--');
    return parseArgs({ args: given, options: { trace: { type: 'string' }, format: { type: 'string' }, size: { type: 'string' }, policy: { type: 'string' } } }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function quoted(value: string | undefined): string {
  return value === undefined ? 'missing' : `'${value}'`;
}

main().catch((error: Error) => {
  console.error(error instanceof UsageError ? `${error.message}\n${USAGE}` : `The trace cannot be replayed: ${error.message}`);
  process.exitCode = 1;
});
