import { ACROSS_BUNDLES } from './across-bundles';
import { ASYNC_CONTEXTS } from './async-contexts';
import { BASICS } from './basics';
import { IDS } from './ids';
import { KEYS } from './keys';
import { LATER_WORK } from './later-work';
import { LOGS } from './logs';
import { NAMES } from './names';
import { SINGLE_FLIGHT } from './single-flight';
import { ERRORS, TAGS } from './tags-and-errors';
import { TIERS } from './tiers';
import type { Scenario } from '../scenario';

/** All of them, by topic. */
export const SCENARIOS: Readonly<Record<string, readonly Scenario[]>> = {
  'every public function': BASICS,
  'work that runs later': LATER_WORK,
  'async contexts': ASYNC_CONTEXTS,
  'ids of cachedMany': IDS,
  'what crosses a bundle': ACROSS_BUNDLES,
  'names of caches': NAMES,
  'keys': KEYS,
  'what a tier lacks': TIERS,
  'single flight': SINGLE_FLIGHT,
  'tags': TAGS,
  'cached errors': ERRORS,
  'what is counted and logged': LOGS,
};
