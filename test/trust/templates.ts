import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}

/** What of a template concerns permissions. */
export interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties?: Partial<Policy> & { readonly Policies?: readonly Policy[] } }>;
}

/** The paths of an assembly's templates. */
export function templateFiles(assembly: string): string[] {
  return readdirSync(assembly).filter((name) => name.endsWith('.template.json')).sort().map((name) => join(assembly, name));
}

export function readTemplate(file: string): Template {
  return JSON.parse(readFileSync(file, 'utf8')) as Template;
}

/** Actions that IAM knows no resource for, by its service authorization reference. */
const WITHOUT_RESOURCE = [/^ecr:GetAuthorizationToken$/, /^xray:Put/, /^cloudwatch:PutMetricData$/, /^ec2:Describe/];

/** What a template allows for all resources although they have ARNs, or for all actions of a service. */
export function wildcards({ Resources }: Template): string[] {
  return Object.entries(Resources).flatMap(([id, { Properties = {} }]) => {
    const documents = [...Properties.Policies ?? [], Properties].flatMap(({ PolicyDocument }) => PolicyDocument ?? []);
    return documents.flatMap(({ Statement }) => Statement).flatMap(({ Action, Resource }) => {
      const isForAll = [Resource].flat().includes('*');
      return [Action].flat()
        .filter((action) => action.endsWith('*') || (isForAll && !WITHOUT_RESOURCE.some((pattern) => pattern.test(action))))
        .map((action) => `${id} allows ${action}${isForAll ? ' on *' : ''}`);
    });
  });
}
