import type { Socket } from 'node:net';

/** The treatment of bytes in one direction. */
export interface Treatment {
  /** Bytes are held back. @default false */
  readonly holds?: boolean;
  /** @default 0 */
  readonly delayMs?: number;
  /** @default - unchanged */
  readonly change?: (bytes: Buffer) => Buffer;
  /** Called when bytes have been passed on. */
  readonly passed?: (bytes: number) => void;
}

interface Parcel {
  /** Undefined: the end. */
  readonly bytes?: Buffer;
  readonly arrivedAt: number;
}

/** One direction of a connection: bytes, and then its end, in order. */
export class OneWay {
  private readonly parcels: Parcel[] = [];
  private treatment: Treatment = {};
  private timer?: NodeJS.Timeout;

  public constructor(from: Socket, private readonly to: Socket) {
    from.on('data', (bytes: Buffer) => this.take({ bytes, arrivedAt: performance.now() }));
    from.on('end', () => this.take({ arrivedAt: performance.now() }));
    to.on('close', () => clearTimeout(this.timer));
  }

  /** Also applies to bytes that are held back. */
  public treat(treatment: Treatment): void {
    this.treatment = treatment;
    this.deliver();
  }

  private take(parcel: Parcel): void {
    this.parcels.push(parcel);
    this.deliver();
  }

  private deliver(): void {
    clearTimeout(this.timer);
    while (this.parcels.length > 0 && !this.treatment.holds) {
      const { delayMs = 0 } = this.treatment;
      const restMs = this.parcels[0].arrivedAt + delayMs - performance.now();
      if (delayMs > 0 && restMs > 0) {
        this.timer = setTimeout(() => this.deliver(), restMs);
        return;
      }
      this.hand(this.parcels.shift()!);
    }
  }

  private hand({ bytes }: Parcel): void {
    if (bytes === undefined) {
      this.to.end();
      return;
    }
    const changed = this.treatment.change?.(bytes) ?? bytes;
    if (this.to.writable) {
      this.to.write(changed);
    }
    this.treatment.passed?.(changed.length);
  }
}
