/** Work that nobody waits for. */
export interface BackgroundWork {
  /** Never rejects. */
  run(): Promise<void>;
  /** The time is over: ends what `run` began, or makes it not begin. */
  abort(reason: Error): void;
}
