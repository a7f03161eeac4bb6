import { BATCHED, BrokenPromise, type Caller } from './oracle';
import type { CacheName } from './program';
import type { Done, ProgramRun } from './run-program';

/** A program as a scenario of test/api, which is to be pasted there: it fails where the program fails. */
export function asScenario({ done, error }: ProgramRun): string {
  const forbidden = error instanceof BrokenPromise ? error.forbidden : undefined;
  const known = new Set<string>();
  // Two of the fleet's caches have one name, which each environment logs at its first event.
  const logged = (each: Done) => !('in' in each) || known.has(each.in) || known.add(each.in) === undefined ? '' : ", logged: ['Two caches are named']";
  const needsRedis = done.some((each) => 'lose' in each || 'evict' in each);
  const steps = [
    ...done.map((each) => stepOf(each, logged(each))),
    ...(forbidden === undefined ? [] : [
      `{ call: ['outcomes'], in: '${forbidden.environment}'${tenantOf(lastCaller(done, forbidden.environment))}, matches: /^(?!.*${escaped(forbidden.text)})/s },`,
    ]),
  ];
  return [
    "// With `import { FLEET } from '../../fleet/random/fleet-code';`",
    '{',
    `  name: ${JSON.stringify(error?.message ?? 'no promise is broken')},`,
    '  ...FLEET,',
    ...(needsRedis ? ["  needs: ['lambda', 'redis'],"] : []),
    '  steps: [',
    ...steps.map((step) => `    ${step}`),
    '  ],',
    '},',
  ].join('\n');
}

function stepOf(each: Done, logged: string): string {
  if ('advance' in each) {
    return `{ advance: { seconds: ${each.advance} } },`;
  }
  if ('recycle' in each) {
    return `{ recycle: '${each.recycle}' },`;
  }
  if ('lose' in each) {
    return "{ redis: ['FLUSHALL'] },";
  }
  if ('evict' in each) {
    const [cache, key] = each.evict;
    return `{ evict: ['caches.${cache}', ...${JSON.stringify(argumentsOf(cache, key, each.caller))}] },${each.caller.tenant === undefined ? '' : ' // of the tenant'}`;
  }
  if ('answer' in each) {
    return `{ call: ['answer', '${each.answer}', ${JSON.stringify(each.outcome)}], in: '${each.in}'${tenantOf(each.caller)} },`;
  }
  const outcome = each.outcome();
  return `{ call: ['start', ${JSON.stringify(each.caller)}, ${JSON.stringify(each.operations)}], in: '${each.in}'${tenantOf(each.caller)}${logged} },`
    + ` // ${outcome === '' ? 'not answered' : outcome}`;
}

/** As in-function/fleet.mjs makes them. */
function argumentsOf(cache: CacheName, key: string, { user }: Caller): readonly unknown[] {
  if (BATCHED.includes(cache)) {
    return [`${user}/${key}`];
  }
  return cache === 'page' ? [{ page: key }] : cache === 'owned' ? [user, key] : cache === 'mine' ? [] : [key];
}

function lastCaller(done: readonly Done[], environment: string): Caller | undefined {
  const event = done.findLast((each) => 'operations' in each && each.in === environment);
  return event !== undefined && 'caller' in event ? event.caller : undefined;
}

function tenantOf(caller: Caller | undefined): string {
  return caller?.tenant === undefined ? '' : `, tenant: '${caller.tenant}'`;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
