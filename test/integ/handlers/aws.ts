import { createRequire } from 'node:module';

/** Lambda's runtime has the whole SDK, which is not installed here, so its types are not available. */
const sdkOf = createRequire(__filename);

/** What a service answers. */
export type Answer = Readonly<Record<string, unknown>>;

interface Client {
  send(command: object): Promise<Answer>;
}

/**
 * One call of an AWS service, as in `callAws('ElastiCache', 'TestFailover', { … })`.
 *
 * @throws the SDK's error, whose `name` is the service's code
 */
export async function callAws<A extends object = Answer>(service: string, operation: string, input: object): Promise<A> {
  const sdk = sdkOf(`@aws-sdk/client-${service.toLowerCase()}`) as Record<string, new (input: object) => object>;
  const client = new sdk[`${service}Client`]({}) as Client;
  return await client.send(new sdk[`${operation}Command`](input)) as A;
}

/** Invokes a function and waits for its answer, which is no error. */
export async function invoke<A>(functionName: string, event: object): Promise<A> {
  const { FunctionError, Payload } = await callAws<{ FunctionError?: string; Payload: Uint8Array }>('Lambda', 'Invoke', {
    FunctionName: functionName, Payload: JSON.stringify(event),
  });
  const answer = Buffer.from(Payload).toString();
  if (FunctionError !== undefined) {
    throw new Error(`${functionName}: ${answer}`);
  }
  return JSON.parse(answer) as A;
}

/** The name of the error that something ends with, or what it returns. */
export async function nameOfError<T>(result: Promise<T>): Promise<T | string> {
  try {
    return await result;
  } catch (error) {
    console.log(error);
    return (error as Error).name;
  }
}
