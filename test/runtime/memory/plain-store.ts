/** What is remembered of a key that the plain store holds. */
interface Held {
  readonly key: string;
  readonly hash: number;
  readonly bytes: number;
  uses: number;
  usedAt: number;
}

const sum = (queue: readonly Held[]) => queue.reduce((bytes, held) => bytes + held.bytes, 0);

/**
 * Hashes in buckets of 16, newest first: so many are remembered.
 */
class PlainGhosts {
  public readonly buckets: (number | undefined)[][];

  public constructor(public readonly capacity: number) {
    this.buckets = Array.from({ length: Math.ceil(capacity / 16) }, () => []);
  }

  public add(hash: number): void {
    const bucket = this.bucket(hash);
    bucket.unshift(hash);
    bucket.splice(16);
  }

  public take(hash: number): boolean {
    const bucket = this.bucket(hash);
    const at = bucket.indexOf(hash);
    if (at >= 0) {
      bucket[at] = undefined;
    }
    return at >= 0;
  }

  private bucket(hash: number): (number | undefined)[] {
    return this.buckets[(hash < 0 ? hash + 2 ** 31 : hash) % this.buckets.length];
  }
}

/** Two lists, oldest first, and everything by looking through them. */
class PlainQueues {
  public small: Held[] = [];
  public main: Held[] = [];
  private ghosts: PlainGhosts | undefined;

  public constructor(private readonly maxBytes: number, private readonly maxEntries: number, public share: number) {}

  public get all(): Held[] {
    return [...this.small, ...this.main];
  }

  public find(key: string): Held | undefined {
    return this.all.find((held) => held.key === key);
  }

  public isFullFor(bytes: number): boolean {
    return sum(this.all) + bytes > this.maxBytes || this.all.length >= this.maxEntries;
  }

  public use(held: Held): void {
    held.uses = Math.min(3, held.uses + 1);
    if (this.share >= 0.2 && this.small.includes(held)) {
      this.small = [...this.small.filter((other) => other !== held), held];
    }
  }

  public add(held: Held): void {
    const wasGhost = this.ghosts?.take(held.hash) ?? false;
    while (this.isFullFor(held.bytes)) {
      this.evictOne();
    }
    (wasGhost && this.share < 1 ? this.main : this.small).push(held);
  }

  public remove(held: Held): void {
    if (this.main.includes(held) || held.uses >= 2) {
      this.ghosts?.add(held.hash);
    }
    this.small = this.small.filter((other) => other !== held);
    this.main = this.main.filter((other) => other !== held);
  }

  private evictOne(): void {
    for (;;) {
      const isSmallFull = sum(this.small) >= Math.max(1, Math.floor(this.maxBytes * this.share))
        || this.small.length >= Math.max(1, Math.floor(this.maxEntries * this.share));
      if (this.main.length === 0 || isSmallFull) {
        const oldest = this.small[0];
        if (this.share < 1 && oldest.uses < 2) {
          this.remember(oldest.hash);
        }
        this.small.shift();
        if (this.share >= 1 || oldest.uses < 2) {
          return;
        }
        this.main.push(oldest);
        oldest.uses = 0;
      } else {
        const oldest = this.main.shift()!;
        if (oldest.uses === 0) {
          return;
        }
        oldest.uses--;
        this.main.push(oldest);
      }
    }
  }

  private remember(hash: number): void {
    const capacity = 1.2 * this.all.length;
    if (this.ghosts === undefined || capacity > 2 * this.ghosts.capacity || capacity < this.ghosts.capacity / 2) {
      this.ghosts = new PlainGhosts(capacity);
    }
    this.ghosts.add(hash);
  }
}

/** The two caches that a sample of the keys is played to. */
class PlainDuel {
  public balance: number;
  private readonly zeros: number;
  private readonly caches: readonly PlainQueues[];
  private readonly maxBytes: number;

  public constructor(maxBytes: number, maxEntries: number, public readonly entries: number, balance: number) {
    this.balance = balance;
    this.zeros = 0;
    while (entries / 2 ** this.zeros > 64) {
      this.zeros++;
    }
    const part = 1 / 2 ** this.zeros;
    this.maxBytes = Math.ceil(maxBytes * part);
    this.caches = [1, 0.1].map((share) => new PlainQueues(this.maxBytes, Math.max(1, Math.floor(maxEntries * part)), share));
  }

  public request(key: string, hash: number, bytes: number): void {
    if (!(hash < 0 ? hash + 2 ** 32 : hash).toString(2).padStart(32, '0').startsWith('0'.repeat(this.zeros))) {
      return;
    }
    const [lru, s3Fifo] = this.caches.map((cache) => {
      const held = cache.find(key);
      if (held !== undefined) {
        cache.use(held);
      } else if (bytes <= this.maxBytes) {
        cache.add({ key, hash, bytes, uses: 0, usedAt: 0 });
      }
      return held === undefined ? 0 : 1;
    });
    this.balance = Math.min(1.5, Math.max(-0.4, this.balance + (lru - s3Fifo) * 2 / (this.entries / 2 ** this.zeros)));
  }
}

/** The memory store once more, from its description, with nothing but lists: as slow as it is plain. */
export class PlainStore {
  private readonly queues: PlainQueues;
  private duel: PlainDuel | undefined;
  private additions = 0;

  public constructor(private readonly maxBytes: number, private readonly maxEntries = Infinity) {
    this.queues = new PlainQueues(maxBytes, maxEntries, 0.1);
  }

  public get keys(): string[] {
    return this.queues.all.map(({ key }) => key).sort();
  }

  /** Whether the key was there; it is afterwards, if there is room for it. */
  public request(key: string, hash: number, bytes: number): boolean {
    const held = this.queues.find(key);
    if (held !== undefined) {
      if (held.usedAt !== this.additions) {
        held.usedAt = this.additions;
        this.compare(key, held.hash, held.bytes);
        this.queues.use(held);
      }
      return true;
    }
    this.additions++;
    if (bytes <= this.maxBytes) {
      const { all } = this.queues;
      const fill = Math.max(sum(all) / this.maxBytes, all.length / this.maxEntries);
      const room = all.length / fill;
      if (fill > 0.125 && (this.duel === undefined || room > 2 * this.duel.entries || this.duel.entries > 2 * room)) {
        this.duel = new PlainDuel(this.maxBytes, this.maxEntries, room, this.duel?.balance ?? 0.1);
      }
      this.compare(key, hash, bytes);
      this.queues.add({ key, hash, bytes, uses: 0, usedAt: this.additions });
    }
    return false;
  }

  public remove(key: string): void {
    const held = this.queues.find(key);
    if (held !== undefined) {
      this.queues.remove(held);
    }
  }

  private compare(key: string, hash: number, bytes: number): void {
    if (this.duel !== undefined) {
      this.duel.request(key, hash, bytes);
      this.queues.share = Math.min(1, Math.max(0.1, this.duel.balance));
    }
  }
}
