import { handler, Integ } from './integ';

/** docs/unverified.md: Lambda measures an environment as src/function/environment-size.ts does, to the byte: quotes are escaped, and text is UTF-8. */

const LIMIT = 4_096;

const integ = new Integ('Environment');
const fn = integ.function('Full', { entry: handler('tell-process') });
const probe = integ.probe('fill-environment', ['lambda:GetFunctionConfiguration', 'lambda:UpdateFunctionConfiguration']);

for (const fill of ['x', '"', 'é']) {
  integ.expectAnswer(probe, { functionName: fn.functionName, bytes: LIMIT, fill }, 'accepted');
  integ.expectAnswer(probe, { functionName: fn.functionName, bytes: LIMIT + 1, fill }, 'InvalidParameterValueException');
}
