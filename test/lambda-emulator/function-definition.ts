/** The Node.js runtimes of AWS Lambda that can be emulated. */
export type LambdaRuntime = 'nodejs22.x' | 'nodejs24.x';

/** What AWS Lambda knows of a function: what `CreateFunction` takes, with directories where it has zip files. */
export interface FunctionDefinition {
  /** What the function finds in `AWS_LAMBDA_FUNCTION_NAME`. */
  readonly functionName: string;
  /** `index.handler`, or an absolute `/opt/path/file.handler` for a handler that a layer brings. */
  readonly handler: string;
  /** The unpacked code: the function's `LAMBDA_TASK_ROOT`. It is used where it is, not copied. */
  readonly codeDirectory: string;
  /** Unpacked layers in their order: they are merged into the `/opt` of this function, a later one overwriting an earlier one. */
  readonly layerDirectories: readonly string[];
  /**
   * The function's environment variables.
   *
   * AWS Lambda rejects its own names (`AWS_REGION`, `AWS_ACCESS_KEY_ID`, …) here. The emulator lets them override what it would set,
   * so that a test can point the AWS SDK somewhere; only what makes the emulation itself work can't be overridden.
   */
  readonly environment: Readonly<Record<string, string>>;
  readonly runtime: LambdaRuntime;
  /** The limit at which the function is killed; also decides the sizes of V8's heaps. */
  readonly memorySizeMb: number;
  /** How long an invocation may take, the work of extensions included. */
  readonly timeoutMs: number;
  /** @default 'Text' */
  readonly logFormat?: 'Text' | 'JSON';
}

/** The version of Node.js that a runtime stands for. */
export function nodeMajorVersion(runtime: LambdaRuntime): 22 | 24 {
  return runtime === 'nodejs22.x' ? 22 : 24;
}
