/** The channel through which the workers of one process find each other. */
const CHANNEL = 'cdk-cached-function.bytes';

interface Announcement {
  readonly thread: number;
  readonly bytes: Float64Array;
}

/** The total size of the entries of an environment's workers: each writes its own number where the others can read it. */
export class WorkerBytes {
  private readonly own = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));
  private readonly others = new Map<number, Float64Array>();

  public constructor() {
    const { BroadcastChannel, threadId } = process.getBuiltinModule('node:worker_threads');
    const channel = new BroadcastChannel(CHANNEL);
    const announce = () => channel.postMessage({ thread: threadId, bytes: this.own } satisfies Announcement);
    channel.onmessage = (message) => {
      const { thread, bytes } = (message as { data: Announcement }).data;
      if (!this.others.has(thread)) {
        this.others.set(thread, bytes);
        // It may have started after this worker announced itself.
        announce();
      }
    };
    channel.unref();
    announce();
  }

  /** @param own the current size of this worker's entries */
  public total(own: number): number {
    this.own[0] = own;
    return [...this.others.values()].reduce((sum, [bytes]) => sum + bytes, own);
  }
}
