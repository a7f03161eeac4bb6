import { GoApp } from './go-app';
import { expectToCache, originalTemplate, templateOf } from './other-languages';
import { emptyFolder } from './packed';
import { describeOnLambda } from '../equipment/emulate';
import { missingGo } from '../equipment/missing-here';

/**
 * A Go user's first hour, for real: the module is generated, and the app in examples/go-app, which depends on it, compiled and synthesized.
 * Takes ten seconds, and a minute or two where Go has compiled nothing of aws-cdk-lib yet.
 */

const MINUTES = 60_000;

const folder = emptyFolder();

const describeWithGo = missingGo() === undefined ? describeOnLambda : describe.skip;

describeWithGo('the Go module', () => {
  let app: GoApp;

  beforeAll(() => {
    app = new GoApp(folder);
  }, 5 * MINUTES);

  test('compiles completely, and `go vet` finds nothing', () => {
    app.compile();
    app.vet();
  }, 10 * MINUTES);

  describe('in an app of one file', () => {
    let assembly: string;

    beforeAll(() => {
      assembly = app.synthesize();
    }, 10 * MINUTES);

    test('synthesizes the same template as the app in TypeScript', () => {
      expect(templateOf(assembly)).toEqual(originalTemplate());
    });

    test('deploys a function that caches', () => expectToCache(assembly));
  });
});
