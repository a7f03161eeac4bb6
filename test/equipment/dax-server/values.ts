import type { Socket } from 'node:net';
import { CborDecoder, type CborValue, IncompleteError } from './cbor';

/**
 * The values that arrive on a connection, in order, until it ends.
 *
 * @throws Error if the connection breaks, or its bytes are not CBOR
 */
export async function* valuesOf(socket: Socket): AsyncGenerator<CborValue, undefined> {
  let pending = Buffer.alloc(0);
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    pending = Buffer.concat([pending, chunk]);
    let next: { value: CborValue; length: number } | undefined;
    while ((next = firstValue(pending)) !== undefined) {
      pending = pending.subarray(next.length);
      yield next.value;
    }
  }
  return undefined;
}

function firstValue(bytes: Buffer): { value: CborValue; length: number } | undefined {
  const decoder = new CborDecoder(bytes);
  try {
    return { value: decoder.read(), length: decoder.position };
  } catch (error) {
    if (error instanceof IncompleteError) {
      return undefined;
    }
    throw error;
  }
}
