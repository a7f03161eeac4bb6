import { ACROSS_BUNDLES } from './across-bundles';
import { ASYNC_CONTEXTS } from './async-contexts';
import { BASICS } from './basics';
import { BOUNDARIES } from './boundaries';
import { COHERENCE } from './coherence';
import { DOCUMENT_CLIENT } from './document-client';
import { FAILING_TIERS } from './failing-tiers';
import { FREEZES } from './freezes';
import { IDS } from './ids';
import { KEYS } from './keys';
import { LATER_WORK } from './later-work';
import { LOGS } from './logs';
import { MANY_IDS } from './many-ids';
import { MISTAKES } from './mistakes';
import { NAMES } from './names';
import { OBSERVED } from './observed';
import { RESPONSES_CACHED } from './responses';
import { SHARED_ENTRIES } from './shared-entries';
import { SINGLE_FLIGHT } from './single-flight';
import { SLOW_ORIGINS } from './slow-origins';
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
  'coherent memory': COHERENCE,
  'single flight': SINGLE_FLIGHT,
  'loads and freezes': FREEZES,
  'mistakes of loaders and callers': MISTAKES,
  'tags': TAGS,
  'cached errors': ERRORS,
  'the document client': DOCUMENT_CLIENT,
  'what is counted and logged': LOGS,
  'slow and failing origins': SLOW_ORIGINS,
  'many ids': MANY_IDS,
  'entries that environments share': SHARED_ENTRIES,
  'whole responses': RESPONSES_CACHED,
  'what a cache publishes and drops': OBSERVED,
  'the moment in which something ends': BOUNDARIES,
  'a tier that fails': FAILING_TIERS,
};
