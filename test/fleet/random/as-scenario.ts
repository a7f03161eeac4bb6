import type { ProgramRun } from './run-program';

/** A program as a scenario of test/api: paste it there, and say in the last step what may be answered. */
export function asScenario({ done, error }: ProgramRun): string {
  const steps = done.flatMap((each) => {
    if ('advance' in each) {
      return [`{ advance: { seconds: ${each.advance} } },`];
    }
    if ('recycle' in each) {
      return [`{ recycle: '${each.recycle}' },`];
    }
    if ('lose' in each) {
      return ["{ redis: ['FLUSHALL'] },"];
    }
    if ('evict' in each) {
      const [cache, key] = each.evict;
      return [`{ evict: ['caches.${cache}', '${key}'] },`];
    }
    if ('answer' in each) {
      return [`{ call: ['answer', '${each.answer}', ${JSON.stringify(each.outcome)}], in: '${each.in}' },`];
    }
    const outcome = each.outcome();
    return [`{ call: ['start', ${JSON.stringify(each.caller)}, ${JSON.stringify(each.operations)}], in: '${each.in}', tenant: '${each.caller.tenant}' },`
      + ` // ${outcome === '' ? 'not answered' : outcome}`];
  });
  return [
    '// import { FLEET } from \'../../fleet/random/fleet-code\';',
    '{',
    `  name: ${JSON.stringify(error?.message ?? 'no promise is broken')},`,
    '  ...FLEET,',
    '  steps: [',
    ...steps.map((step) => `    ${step}`),
    '  ],',
    '},',
  ].join('\n');
}
