import { type Action, type Name, type Violation, World } from './world';

export interface Exploration {
  /** What may happen, in any order. */
  readonly actions: readonly Action[];
  /** How many actions follow each other. */
  readonly depth: number;
  /** How late a hit may be; 0: not at all. */
  readonly boundMs: number;
  /** Environments that have both keys in memory when it begins. @default both */
  readonly warm?: readonly Name[];
}

export interface Explored {
  /** How many worlds were made, each for one sequence of actions. */
  readonly worlds: number;
  /** The first sequence that breaks the promise. */
  readonly found?: { readonly actions: readonly Action[]; readonly violations: readonly Violation[] };
}

/** Only what lets a call end can show something: a sequence that ends in anything else is as good as one without that. */
const ENDINGS: readonly Action['do'][] = ['get', 'release'];

/** Runs every sequence of actions up to a length, each in a world of its own, until one breaks the promise. */
export async function explore({ actions, depth, boundMs, warm = ['A', 'B'] }: Exploration): Promise<Explored> {
  let worlds = 0;

  const visit = async (path: readonly Action[]): Promise<Explored['found']> => {
    const world = new World(boundMs);
    worlds++;
    await world.begin(warm);
    for (const action of path) {
      await world.take(action);
    }
    if (world.violations.length > 0) {
      return { actions: path, violations: world.violations };
    }
    const left = depth - path.length;
    for (const action of left === 0 ? [] : actions) {
      const isWorthIt = left > 1 || ENDINGS.includes(action.do);
      const found = isWorthIt && world.isEnabled(action) ? await visit([...path, action]) : undefined;
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  };

  const found = await visit([]);
  return { worlds, found };
}
