/** The Node.js runtimes of AWS Lambda that can be emulated. */
export type LambdaRuntime = 'nodejs22.x' | 'nodejs24.x';

/** The definition of a function, as for `CreateFunction`, with directories instead of zip files. */
export interface FunctionDefinition {
  /** The value of `AWS_LAMBDA_FUNCTION_NAME`. */
  readonly functionName: string;
  /** `index.handler`, or an absolute `/opt/path/file.handler` for a handler in a layer. */
  readonly handler: string;
  /** The unpacked code: the function's `LAMBDA_TASK_ROOT`. It is used where it is, not copied. */
  readonly codeDirectory: string;
  /** Unpacked layers in order: they are merged into this function's `/opt`, where later ones overwrite earlier ones. */
  readonly layerDirectories: readonly string[];
  /**
   * The function's environment variables.
   *
   * AWS Lambda rejects its own names (`AWS_REGION`, `AWS_ACCESS_KEY_ID`, …) here. In the emulator they override its own values, so that a test
   * can redirect the AWS SDK; only variables that the emulation itself needs can't be overridden.
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
