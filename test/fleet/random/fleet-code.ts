import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from '../../api/scenario';

const textOf = (name: string) => readFileSync(join(__dirname, 'in-function', name), 'utf8');

/** The handler of the random fleet as the code of a scenario. Two of its caches have one name, which only Lambda allows. */
export const FLEET: Pick<Scenario, 'code' | 'files' | 'needs'> = {
  code: textOf('fleet.mjs'), files: { 'policies.json': textOf('policies.json') }, needs: ['lambda'],
};
