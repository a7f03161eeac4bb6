/**
 * A map whose deleted values can be collected at once, for maps that constantly change.
 *
 * A Map that grows or shrinks continues in a new table. The old one keeps all that it had, and refers to the new one. Once one of them is in
 * V8's old generation, each later table lives until the next full collection, with every value that was in it: with an entry's index, most
 * entries that were evicted. So the tables here have only keys and numbers.
 */
export class ReleasingMap<K, V> {
  private readonly places = new Map<K, number>();
  private readonly values: (V | undefined)[] = [];
  private readonly free: number[] = [];

  public get size(): number {
    return this.places.size;
  }

  public get(key: K): V | undefined {
    const place = this.places.get(key);
    return place === undefined ? undefined : this.values[place];
  }

  public set(key: K, value: V): void {
    let place = this.places.get(key);
    if (place === undefined) {
      place = this.free.pop() ?? this.values.length;
      this.places.set(key, place);
    }
    this.values[place] = value;
  }

  /** Returns whether the key was there. */
  public delete(key: K): boolean {
    const place = this.places.get(key);
    if (place === undefined) {
      return false;
    }
    this.places.delete(key);
    this.values[place] = undefined;
    this.free.push(place);
    return true;
  }

  public keys(): MapIterator<K> {
    return this.places.keys();
  }
}
