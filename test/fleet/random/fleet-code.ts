import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from '../../api/scenario';

const textOf = (name: string) => readFileSync(join(__dirname, 'in-function', name), 'utf8');

/** The handler of the random fleet as the code of a scenario. */
export const FLEET: Pick<Scenario, 'code' | 'files'> = { code: textOf('fleet.mjs'), files: { 'policies.json': textOf('policies.json') } };
