import type { Socket } from 'node:net';
import { type CborValue, encodeCbor } from './cbor';
import { AUTHORIZE_CONNECTION, METHODS, type Services } from './methods';
import { asDaxError, DaxError } from './protocol/errors';
import { type Credentials, verifySignature } from './protocol/signature';
import { valuesOf } from './values';

const MAGIC = 'J7yne5G';
const SERVICE = 1;
const SUCCESS = encodeCbor([]);

/** A connection's dependencies on its node. */
export interface ConnectionOptions {
  readonly services: Services;
  /** Undefined: any signature is accepted. */
  readonly credentials?: readonly Credentials[];
  /** Called with a method's name before it runs. @throws DaxError for the client instead of a result */
  readonly admit: (method: string) => void;
  readonly isHanging: () => boolean;
}

/**
 * One client's connection: a greeting, then its authorization, then one request after the other, each answered before the next is
 * read.
 */
export class Connection {
  private readonly values: AsyncGenerator<CborValue, undefined>;
  private refusal: DaxError | undefined = new DaxError('AuthenticationRequiredException', 'This connection has not said whose it is.');

  public constructor(private readonly socket: Socket, private readonly options: ConnectionOptions) {
    this.values = valuesOf(socket);
  }

  /** Resolves when it has ended, for any reason. */
  public async serve(): Promise<void> {
    try {
      await this.readGreeting();
      while (await this.readRequest()) {
        // The next one.
      }
    } catch {
      // It broke off, or its bytes are not DAX's protocol: there is no client to answer.
    } finally {
      this.socket.destroy();
    }
  }

  private async readGreeting(): Promise<void> {
    // The magic word, a version, the client's session, its name, a mode.
    const [magic] = await this.take(5);
    if (magic !== MAGIC) {
      throw new Error('This is no client of DAX.');
    }
  }

  private async readRequest(): Promise<boolean> {
    const { value: service, done } = await this.values.next();
    if (done) {
      return false;
    }
    const [id] = await this.take(1) as [number];
    if (service === SERVICE && id === AUTHORIZE_CONNECTION.id) {
      this.authorize(await this.take(AUTHORIZE_CONNECTION.arity));
      return true;
    }
    const method = service === SERVICE ? METHODS.get(id) : undefined;
    if (method === undefined) {
      // It is unknown how many values belong to it.
      this.answer(new DaxError('NotImplementedException', `This server has no method ${id}.`).encode());
      return false;
    }
    const parameters = await this.take(method.arity);
    const answer = await this.run(() => method.call(parameters, this.options.services), method.name);
    this.answer(answer);
    return true;
  }

  private async run(call: () => Promise<Buffer>, method: string): Promise<Buffer> {
    try {
      if (this.refusal !== undefined) {
        throw this.refusal;
      }
      this.options.admit(method);
      return Buffer.concat([SUCCESS, await call()]);
    } catch (error) {
      return asDaxError(error).encode();
    }
  }

  /** It has no response: a rejected client learns it with the next request. */
  private authorize([accessKeyId, signature, stringToSign]: CborValue[]): void {
    const { credentials } = this.options;
    this.refusal = undefined;
    if (credentials !== undefined) {
      try {
        verifySignature({ accessKeyId: accessKeyId as string, signature: signature as string, stringToSign: String(stringToSign) }, credentials);
      } catch (error) {
        this.refusal = asDaxError(error);
      }
    }
  }

  private answer(bytes: Buffer): void {
    if (this.socket.writable && !this.options.isHanging()) {
      this.socket.write(bytes);
    }
  }

  /** @throws Error if the connection ends before */
  private async take(count: number): Promise<CborValue[]> {
    const taken: CborValue[] = [];
    while (taken.length < count) {
      const { value, done } = await this.values.next();
      if (done) {
        throw new Error('The connection ends within a request.');
      }
      taken.push(value);
    }
    return taken;
  }
}
