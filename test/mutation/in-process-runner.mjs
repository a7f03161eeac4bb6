// A test runner for Stryker: parts of jest in one persistent process. For each mutant only the project's modules are evaluated again.
// jest as a whole takes seconds per mutant, most of them to find, transform and link what has not changed.
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { ModernFakeTimers } from '@jest/fake-timers';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import * as circus from 'jest-circus';
import { jestExpect } from '@jest/expect';
import { ModuleMocker } from 'jest-mock';
import { FreshModules } from './fresh-modules.mjs';

/** A test that takes longer never ends: all of them together take a second. */
const TEST_TIMEOUT_MS = 4_000;

const NAMESPACE = '__stryker__';
const EVENT_HANDLERS = Symbol.for('EVENT_HANDLERS');

class InProcessRunner {
  #modules;
  #mocker = new ModuleMocker(globalThis);
  #timers;
  #files = [];
  #setup = [];
  /** What a test left behind that never ended may disturb the next mutant. */
  #isSpoiled = false;

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    this.#timers = new ModernFakeTimers({ global: globalThis, config: { fakeTimers: {}, rootDir: process.cwd() } });
    const mocker = this.#mocker;
    this.#modules = new FreshModules({
      fn: mocker.fn.bind(mocker),
      spyOn: mocker.spyOn.bind(mocker),
      restoreAllMocks: () => mocker.restoreAllMocks(),
      useFakeTimers: (config) => this.#timers.useFakeTimers(config),
      useRealTimers: () => this.#timers.useRealTimers(),
      advanceTimersByTime: (milliseconds) => this.#timers.advanceTimersByTime(milliseconds),
      advanceTimersByTimeAsync: (milliseconds) => this.#timers.advanceTimersByTimeAsync(milliseconds),
      clearAllTimers: () => this.#timers.clearAllTimers(),
      getTimerCount: () => this.#timers.getTimerCount(),
      setSystemTime: (now) => this.#timers.setSystemTime(now),
      isolateModules: (run) => this.#modules.isolate(run),
    });
    this.#files = [...new Set(process.env.MUTATION_TESTS.split(' ').flatMap((pattern) => globSync(pattern).sort()))].map((file) => resolve(file));
    this.#setup = process.env.MUTATION_SETUP.split(' ').map((file) => resolve(file));
    const { describe, test, it, beforeAll, beforeEach, afterAll, afterEach } = circus;
    Object.assign(globalThis, { describe, test, it, beforeAll, beforeEach, afterAll, afterEach, expect: jestExpect });
  }

  async dryRun() {
    globalThis[NAMESPACE] ??= {};
    const results = [];
    for (const file of this.#files) {
      for (const { id, errors, duration, isSkipped } of await this.#run(file)) {
        const common = { id, name: id, timeSpentMs: duration, fileName: file };
        results.push(isSkipped ? { ...common, status: 2 } : errors.length > 0 ? { ...common, status: 1, failureMessage: String(errors[0]) } : { ...common, status: 0 });
      }
    }
    return { status: 'complete', tests: results, mutantCoverage: globalThis[NAMESPACE].mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation }) {
    if (this.#isSpoiled) {
      process.exit(1);
    }
    const namespace = globalThis[NAMESPACE] ??= {};
    Object.assign(namespace, { activeMutant: undefined, mutantCoverage: undefined, hitCount: hitLimit === undefined ? undefined : 0, hitLimit });
    const wanted = testFilter && new Set(testFilter);
    const activate = () => namespace.activeMutant = activeMutant.id;
    let count = 0;
    for (const file of this.#files.filter((each) => wanted === undefined || testFilter.some((id) => id.startsWith(idPrefix(each))))) {
      if (mutantActivation === 'static') {
        activate();
      }
      const results = await this.#run(file, { wanted, activate, bails: true });
      count += results.length;
      if (namespace.hitCount > hitLimit) {
        return { status: 'timeout', reason: `Hit limit reached (${namespace.hitCount}/${hitLimit})` };
      }
      const failed = results.find(({ errors }) => errors.length > 0);
      if (failed !== undefined) {
        return { status: 'killed', killedBy: [failed.id], failureMessage: String(failed.errors[0]), nrOfTests: count };
      }
      namespace.activeMutant = undefined;
    }
    return { status: 'survived', nrOfTests: count };
  }

  async #run(file, { wanted, activate, bails = false } = {}) {
    const results = [];
    const namespace = globalThis[NAMESPACE];
    const before = { environment: { ...process.env }, names: new Set(Reflect.ownKeys(globalThis)) };
    const idOf = (test) => `${idPrefix(file)}${namesOf(test).join(' › ')}`;
    const failed = () => bails && results.some(({ errors }) => errors.length > 0);
    const onEvent = ({ name, test, error }) => {
      if (name === 'test_start') {
        if (failed() || (wanted !== undefined && !wanted.has(idOf(test)))) {
          test.mode = 'skip';
        } else {
          namespace.currentTestId = idOf(test);
        }
      } else if (name === 'test_done') {
        namespace.currentTestId = undefined;
        this.#isSpoiled ||= test.errors.some((each) => /Exceeded timeout/.test(String(each?.[0] ?? each)));
        this.#mocker.clearAllMocks();
        results.push({ id: idOf(test), errors: test.errors.map((each) => (Array.isArray(each) ? each[0] ?? each[1] : each)), duration: test.duration ?? 0 });
      } else if (name === 'hook_failure' && test === undefined) {
        results.push({ id: idPrefix(file), errors: [error], duration: 0 });
      }
    };
    circus.resetState();
    Object.assign(circus.getState(), { testTimeout: TEST_TIMEOUT_MS });
    jestExpect.setState({ testPath: file, currentTestName: undefined, assertionCalls: 0, suppressedErrors: [] });
    circus.addEventHandler(onEvent);
    await dispatch({ name: 'setup', parentProcess: process, runtimeGlobals: globalThis, testNamePattern: undefined });
    try {
      this.#modules.reset();
      this.#setup.forEach((each) => this.#modules.load(each));
      this.#modules.load(file);
      activate?.();
      await circus.run();
      results.push(...circus.getState().unhandledErrors.map((error) => ({ id: idPrefix(file), errors: [error], duration: 0 })));
    } catch (error) {
      results.push({ id: idPrefix(file), errors: [error], duration: 0 });
    } finally {
      await dispatch({ name: 'teardown' });
      circus.removeEventHandler(onEvent);
      this.#timers.useRealTimers();
      this.#mocker.restoreAllMocks();
      restore(before);
    }
    return results;
  }
}

async function dispatch(event) {
  for (const handler of globalThis[EVENT_HANDLERS]) {
    await handler(event, circus.getState());
  }
}

function restore({ environment, names }) {
  for (const name of Object.keys(process.env)) {
    if (!(name in environment)) {
      delete process.env[name];
    }
  }
  Object.assign(process.env, environment);
  for (const name of Reflect.ownKeys(globalThis)) {
    if (!names.has(name) && name !== NAMESPACE) {
      delete globalThis[name];
    }
  }
}

const idPrefix = (file) => `${file.slice(process.cwd().length + 1)} › `;
const namesOf = ({ name, parent }) => (parent === undefined ? [] : [...namesOf(parent), name]);

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner)];
