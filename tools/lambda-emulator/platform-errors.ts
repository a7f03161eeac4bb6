import { FunctionError } from './invocation';
import { ExitStatus } from './sandbox-process';

/** Creates an invocation's error: AWS Lambda puts the request's id into the message. */
export type PlatformError = (requestId: string) => FunctionError;

/** An error that Lambda detects, not the function. */
export function platformError(errorType: string, message: string): PlatformError {
  return requestId => ({ errorType, errorMessage: `RequestId: ${requestId} Error: ${message}` });
}

/** The function, or an extension's work after the response, was not done in time. */
export function timedOut(milliseconds: number): PlatformError {
  return platformError('Sandbox.Timedout', `Task timed out after ${(milliseconds / 1000).toFixed(2)} seconds`);
}

/** The environment exceeded the function's memory. */
export const OUT_OF_MEMORY = platformError('Runtime.OutOfMemory', 'Runtime exited with error: signal: killed');

/** The runtime's process ended by itself. */
export function runtimeExited({ code, signal }: ExitStatus): PlatformError {
  if (signal) return platformError('Runtime.ExitError', `Runtime exited with error: signal: ${SIGNAL_NAMES[signal] ?? signal}`);
  return platformError('Runtime.ExitError', code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${code}`);
}

/** Signal names as in Go, in which Lambda's supervisor is written. */
const SIGNAL_NAMES: Partial<Record<NodeJS.Signals, string>> = {
  SIGABRT: 'aborted', SIGKILL: 'killed', SIGSEGV: 'segmentation fault', SIGTERM: 'terminated', SIGTRAP: 'trace/breakpoint trap',
};
