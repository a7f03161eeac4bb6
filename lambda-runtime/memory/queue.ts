/** A queue's item: it has links to its neighbours, so that a queue needs no index and no memory of its own. */
export interface Queued<T> {
  readonly bytes: number;
  /** Whether it is in the queue. */
  isQueued?: boolean;
  older?: T;
  newer?: T;
}

/** Items in the order of their arrival; any of them can be removed. */
export class Queue<T extends Queued<T>> {
  public bytes = 0;
  public size = 0;
  private oldest: T | undefined;
  private newest: T | undefined;

  /** Adds an item that is in no queue. */
  public push(item: T): void {
    item.isQueued = true;
    item.older = this.newest;
    if (this.newest === undefined) {
      this.oldest = item;
    } else {
      this.newest.newer = item;
    }
    this.newest = item;
    this.bytes += item.bytes;
    this.size++;
  }

  /** Removes the oldest item; there must be one. */
  public shift(): T {
    const item = this.oldest!;
    this.remove(item);
    return item;
  }

  /** Removes an item that is in this queue. */
  public remove(item: T): void {
    const { older, newer } = item;
    if (older === undefined) {
      this.oldest = newer;
    } else {
      older.newer = newer;
    }
    if (newer === undefined) {
      this.newest = older;
    } else {
      newer.older = older;
    }
    // A caller that still has the item must not keep its neighbours alive.
    item.isQueued = false;
    item.older = item.newer = undefined;
    this.bytes -= item.bytes;
    this.size--;
  }
}
