import type { METRICS } from '../../src/contract/metrics';

type Metric = keyof typeof METRICS;

/** The subject of a fault case: the handler that reads a tier, and the metrics that the runtime writes about it. */
export interface Subject {
  /** The name of its file in handlers/. */
  readonly handler: string;
  /** Counts good answers. */
  readonly hits: Metric;
  /** If an invocation has any of them, the breaker let it ask. */
  readonly callMetrics: readonly Metric[];
  /** Count unanswered requests. */
  readonly unanswered: readonly Metric[];
  /** The runtime's budget for all waits of an invocation, in milliseconds. */
  readonly budgetMs: number;
}

export const SHARED_CACHE: Subject = {
  handler: 'read-things',
  hits: 'sharedHits',
  callMetrics: ['sharedLatency'],
  unanswered: ['sharedErrors', 'sharedTimeouts', 'sharedUnreadable'],
  budgetMs: 250,
};

export const DOCUMENT_CLIENT: Subject = {
  handler: 'read-rows',
  hits: 'daxCalls',
  callMetrics: ['daxCalls', 'daxErrors', 'daxTimeouts'],
  unanswered: ['daxErrors', 'daxTimeouts', 'daxFallbacks'],
  budgetMs: 1_000,
};
