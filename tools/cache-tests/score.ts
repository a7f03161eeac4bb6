import type { Verdict } from './suite.js';

export interface Count {
  readonly passed: number;
  readonly total: number;
}

export interface Score {
  readonly required: Count;
  readonly optimal: Count;
  /** Required and optional tests, by id. */
  readonly notPassed: readonly string[];
}

export function score(verdicts: readonly Verdict[]): Score {
  const count = (kind: Verdict['kind']): Count => {
    const those = verdicts.filter((verdict) => verdict.kind === kind);
    return { passed: those.filter(({ passed }) => passed).length, total: those.length };
  };
  return {
    required: count('required'),
    optimal: count('optimal'),
    notPassed: verdicts.filter(({ kind, passed }) => kind !== 'check' && !passed).map(({ id }) => id),
  };
}
