const DEADLINE_MS = 10_000;
const PAUSE_MS = 10;

/** Repeats assertions about asynchronous effects until they hold; the last failure fails the test. */
export async function eventually(assert: () => void | Promise<void>): Promise<void> {
  for (const end = Date.now() + DEADLINE_MS; ;) {
    try {
      return await assert();
    } catch (error) {
      if (Date.now() > end) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
