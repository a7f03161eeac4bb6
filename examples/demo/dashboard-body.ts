import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveIntrinsics } from '../../tools/lambda-emulator/intrinsic-functions';

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: { readonly DashboardBody?: unknown } }>>;
}

/** The body of the only dashboard in a cloud assembly, as CloudWatch would get it if the assembly's function had this name. */
export function dashboardBody(assembly: string, functionName: string): string {
  const resources = readdirSync(assembly)
    .filter((file) => file.endsWith('.template.json'))
    .flatMap((file) => Object.entries((JSON.parse(readFileSync(join(assembly, file), 'utf8')) as Template).Resources));
  const body = resources.find(([, { Type }]) => Type === 'AWS::CloudWatch::Dashboard')?.[1].Properties?.DashboardBody;
  if (body === undefined) {
    throw new Error(`There is no dashboard in ${assembly}`);
  }
  const functions = resources.filter(([, { Type }]) => Type === 'AWS::Lambda::Function').map(([id]) => [id, functionName]);
  const scope = { stackName: 'demo', region: 'us-east-1', accountId: '123456789012', parameters: {}, given: Object.fromEntries(functions) };
  return resolveIntrinsics(body, 'DashboardBody', scope) as string;
}
