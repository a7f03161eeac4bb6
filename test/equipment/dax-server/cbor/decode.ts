import { BREAK, type CborValue, Decimal, Info, MAJOR_TYPE, MajorType, Tag, Tagged } from './cbor-value';

/** The bytes end within a value: more must arrive before it can be read. */
export class IncompleteError extends Error {
  public constructor() {
    super('The CBOR value goes on beyond these bytes.');
  }
}

/** Reads values that follow each other, as they do on a connection. */
export class CborDecoder {
  private offset = 0;

  public constructor(private readonly bytes: Buffer) {}

  /** Where the next value begins. */
  public get position(): number {
    return this.offset;
  }

  public get isAtEnd(): boolean {
    return this.offset === this.bytes.length;
  }

  /** All remaining bytes. */
  public rest(): Buffer {
    return this.take(this.bytes.length - this.offset);
  }

  /** @throws IncompleteError if bytes are missing; Error if they are not CBOR, or CBOR that DAX does not use */
  public read(): CborValue {
    const initial = this.take(1)[0];
    const info = initial % MAJOR_TYPE;
    switch (Math.floor(initial / MAJOR_TYPE)) {
      case MajorType.POSITIVE:
        return narrow(this.argument(info));
      case MajorType.NEGATIVE:
        return narrow(-1n - this.argument(info));
      case MajorType.BYTES:
        return this.chunks(info);
      case MajorType.TEXT:
        return this.chunks(info).toString('utf8');
      case MajorType.ARRAY:
        return this.elements(info, () => this.read());
      case MajorType.MAP:
        return new Map(this.elements(info, () => [this.read(), this.read()] as const));
      case MajorType.TAG:
        return tagged(Number(this.argument(info)), this.read());
      default:
        return this.simple(info);
    }
  }

  private argument(info: number): bigint {
    switch (info) {
      case Info.UINT8:
        return BigInt(this.take(1).readUInt8());
      case Info.UINT16:
        return BigInt(this.take(2).readUInt16BE());
      case Info.UINT32:
        return BigInt(this.take(4).readUInt32BE());
      case Info.UINT64:
        return this.take(8).readBigUInt64BE();
      default:
        if (info > Info.UINT64) {
          throw new Error(`Additional information ${info} of a CBOR value has no meaning here.`);
        }
        return BigInt(info);
    }
  }

  private chunks(info: number): Buffer {
    return info === Info.INDEFINITE
      ? Buffer.concat(this.elements(info, () => this.chunks(this.take(1)[0] % MAJOR_TYPE)))
      : Buffer.from(this.take(Number(this.argument(info))));
  }

  private elements<T>(info: number, read: () => T): T[] {
    const elements: T[] = [];
    const length = info === Info.INDEFINITE ? Infinity : Number(this.argument(info));
    while (elements.length < length && !(length === Infinity && this.isBreak())) {
      elements.push(read());
    }
    return elements;
  }

  private isBreak(): boolean {
    const isBreak = this.take(1)[0] === BREAK;
    if (!isBreak) {
      this.offset--;
    }
    return isBreak;
  }

  private simple(info: number): CborValue {
    switch (info) {
      case Info.FALSE:
        return false;
      case Info.TRUE:
        return true;
      case Info.NULL:
      case Info.UNDEFINED:
        return null;
      case Info.FLOAT64:
        return this.take(8).readDoubleBE();
      default:
        throw new Error(`The simple CBOR value ${info} has no meaning here.`);
    }
  }

  private take(length: number): Buffer {
    const end = this.offset + length;
    if (end > this.bytes.length) {
      throw new IncompleteError();
    }
    const taken = this.bytes.subarray(this.offset, end);
    this.offset = end;
    return taken;
  }
}

/** @throws Error if the bytes are not one value */
export function decodeCbor(bytes: Buffer): CborValue {
  const decoder = new CborDecoder(bytes);
  const value = decoder.read();
  if (!decoder.isAtEnd) {
    throw new Error(`${bytes.length - decoder.position} bytes follow the CBOR value.`);
  }
  return value;
}

function narrow(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function tagged(tag: number, value: CborValue): CborValue {
  switch (tag) {
    case Tag.POSITIVE_BIG:
      return bigInteger(value);
    case Tag.NEGATIVE_BIG:
      return -1n - bigInteger(value);
    case Tag.DECIMAL: {
      const [exponent, unscaled] = value as [number, number | bigint];
      return new Decimal(BigInt(unscaled), exponent);
    }
    default:
      return new Tagged(tag, value);
  }
}

function bigInteger(value: CborValue): bigint {
  if (!Buffer.isBuffer(value)) {
    throw new Error('A big integer is not made of bytes.');
  }
  return BigInt(`0x0${value.toString('hex')}`);
}
