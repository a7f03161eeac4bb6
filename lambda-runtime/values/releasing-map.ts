/** Fewer deletions are not worth a new map. */
const FEW = 32;

/** Copying more would take more than half a millisecond. And with as many, values are old before they are deleted. */
const MANY = 2_000;

/**
 * A map for values that come and go.
 *
 * A Map that grows, shrinks or is full of deleted keys continues in a new table. The old one keeps all that it had, and refers to the new one.
 * Once one of them is in V8's old generation, all later ones live until the next full collection, with every value that was in them: most
 * entries that were evicted. So from time to time this continues in a new Map, to which no old table refers.
 */
export class ReleasingMap<K, V> {
  private map = new Map<K, V>();
  private deleted = 0;

  public get size(): number {
    return this.map.size;
  }

  public get(key: K): V | undefined {
    return this.map.get(key);
  }

  public set(key: K, value: V): void {
    this.map.set(key, value);
  }

  /** Returns whether the key was there. */
  public delete(key: K): boolean {
    const { map } = this;
    const isDeleted = map.delete(key);
    if (isDeleted && ++this.deleted > map.size + FEW && map.size <= MANY) {
      this.map = new Map(map);
      this.deleted = 0;
    }
    return isDeleted;
  }

  public keys(): MapIterator<K> {
    return this.map.keys();
  }
}
