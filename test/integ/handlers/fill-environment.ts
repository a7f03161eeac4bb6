import { callAws, nameOfError } from './aws';

export interface Request {
  readonly functionName: string;
  /** How long the environment is to be, as src/function/environment-size.ts measures it. */
  readonly bytes: number;
  /** What it is filled with. */
  readonly fill: string;
}

type Variables = Readonly<Record<string, string>>;

const sizeOf = (variables: Variables | string) => Buffer.byteLength(JSON.stringify(variables));

/** Gives a function one more variable, of a length that makes its environment as long as it is to be. */
export const handler = async ({ functionName, bytes, fill }: Request) => {
  const { Environment } = await callAws<{ Environment: { Variables: Variables } }>('Lambda', 'GetFunctionConfiguration', { FunctionName: functionName });
  const room = bytes - sizeOf({ ...Environment.Variables, FILL: '' });
  const each = sizeOf(fill) - '""'.length;
  const FILL = fill.repeat(Math.floor(room / each)) + 'x'.repeat(room % each);
  const update = callAws('Lambda', 'UpdateFunctionConfiguration', {
    FunctionName: functionName, Environment: { Variables: { ...Environment.Variables, FILL } },
  });
  return nameOfError(update.then(() => 'accepted'));
};
