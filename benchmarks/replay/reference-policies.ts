/** The policies to which ours is compared, in their simplest form: how many requests each would have hit. */

/** S3-FIFO as published (Yang et al., SOSP 2023): a small queue of a tenth, ghosts for the rest, two uses for promotion. */
export function s3FifoHits(trace: Uint32Array, size: number): number {
  const [small, main, ghosts] = [new Map<number, number>(), new Map<number, number>(), new Set<number>()];
  const smallSize = Math.max(1, Math.floor(size / 10));
  const ghostSize = size - smallSize;

  const evictFromMain = () => {
    for (;;) {
      const [key, uses] = takeOldest(main);
      if (uses === 0) {
        return;
      }
      main.set(key, uses - 1);
    }
  };
  const evictFromSmall = () => {
    while (small.size > 0) {
      const [key, uses] = takeOldest(small);
      if (uses < 2) {
        ghosts.add(key);
        if (ghosts.size > ghostSize) {
          ghosts.delete(ghosts.values().next().value!);
        }
        return;
      }
      main.set(key, 0);
      if (main.size > size - smallSize) {
        evictFromMain();
        return;
      }
    }
    evictFromMain();
  };

  let hits = 0;
  for (const key of trace) {
    const queue = [small, main].find((each) => each.has(key));
    if (queue !== undefined) {
      hits++;
      queue.set(key, Math.min(3, queue.get(key)! + 1));
      continue;
    }
    const wasGhost = ghosts.delete(key);
    while (small.size + main.size >= size) {
      if (small.size >= smallSize) {
        evictFromSmall();
      } else {
        evictFromMain();
      }
    }
    (wasGhost ? main : small).set(key, 0);
  }
  return hits;
}

function takeOldest(queue: Map<number, number>): [number, number] {
  const oldest = queue.entries().next().value!;
  queue.delete(oldest[0]);
  return oldest;
}

/** Belady's optimum: evicts the key whose next request is the furthest away. No policy hits more. */
export function optimalHits(trace: Uint32Array, size: number): number {
  const nextUse = new Float64Array(trace.length);
  const seen = new Map<number, number>();
  for (let at = trace.length - 1; at >= 0; at--) {
    nextUse[at] = seen.get(trace[at]) ?? Infinity;
    seen.set(trace[at], at);
  }
  const held = new Map<number, number>();
  const latest = new LatestFirst();
  let hits = 0;
  for (let at = 0; at < trace.length; at++) {
    const key = trace[at];
    if (held.has(key)) {
      hits++;
    } else if (held.size >= size) {
      let candidate = latest.take();
      // An outdated element's key was used since then, and is in the heap again.
      while (held.get(candidate.key) !== candidate.use) {
        candidate = latest.take();
      }
      held.delete(candidate.key);
    }
    held.set(key, nextUse[at]);
    latest.add({ key, use: nextUse[at] });
  }
  return hits;
}

interface Use {
  readonly key: number;
  readonly use: number;
}

/** A binary heap. */
class LatestFirst {
  private readonly uses: Use[] = [];

  public add(added: Use): void {
    let at = this.uses.push(added) - 1;
    for (let parent = Math.floor((at - 1) / 2); at > 0 && this.uses[parent].use < added.use; parent = Math.floor((at - 1) / 2)) {
      this.uses[at] = this.uses[parent];
      at = parent;
    }
    this.uses[at] = added;
  }

  public take(): Use {
    const [first] = this.uses;
    const last = this.uses.pop()!;
    if (this.uses.length > 0) {
      let at = 0;
      for (;;) {
        const left = 2 * at + 1;
        const child = left + 1 < this.uses.length && this.uses[left + 1].use > this.uses[left].use ? left + 1 : left;
        if (child >= this.uses.length || this.uses[child].use <= last.use) {
          break;
        }
        this.uses[at] = this.uses[child];
        at = child;
      }
      this.uses[at] = last;
    }
    return first;
  }
}
