/** The values that one stack's intrinsic functions can refer to. */
export interface IntrinsicScope {
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  /** The defaults of the template's parameters. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Given values: by logical id, by `logicalId.Attribute`, or by an export's name. They override everything else. */
  readonly given: Readonly<Record<string, string>>;
}

type Resolve = (value: unknown, path: string) => unknown;

/**
 * The value that CloudFormation would substitute for an expression.
 *
 * @param path - where the expression is, for the error
 * @throws Error which names the place, if only a deployment has the value
 */
export function resolveIntrinsics(value: unknown, path: string, scope: IntrinsicScope): unknown {
  const resolve: Resolve = (inner, innerPath) => resolveIntrinsics(inner, innerPath, scope);
  if (Array.isArray(value)) {
    return value.map((item, index) => resolve(item, `${path}.${index}`)).filter(item => item !== undefined);
  }
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value);
  if (keys.length === 1) {
    const [name] = keys;
    const argument = (value as Record<string, unknown>)[name];
    const evaluate = FUNCTIONS[name];
    if (evaluate) {
      const result = evaluate(argument, path, scope, resolve);
      if (result === UNKNOWN) throw unresolvable(value, path, givenKey(name, argument));
      return result;
    }
    if (name.startsWith('Fn::')) throw unresolvable(value, path);
  }
  return Object.fromEntries(Object.entries(value)
    .map(([key, inner]) => [key, resolve(inner, `${path}.${key}`)])
    .filter(([, inner]) => inner !== undefined));
}

const UNKNOWN = Symbol('unknown');

type Evaluate = (argument: unknown, path: string, scope: IntrinsicScope, resolve: Resolve) => unknown;

const FUNCTIONS: Readonly<Record<string, Evaluate>> = {
  'Ref': (name, _path, scope) => reference(String(name), scope),
  'Fn::GetAtt': (argument, _path, scope) => scope.given[attribute(argument)] ?? UNKNOWN,
  'Fn::ImportValue': (argument, path, scope, resolve) => scope.given[String(resolve(argument, path))] ?? UNKNOWN,
  'Fn::Join': (argument, path, _scope, resolve) => {
    const [separator, parts] = argument as [string, unknown];
    return (resolve(parts, path) as unknown[]).join(separator);
  },
  'Fn::Split': (argument, path, _scope, resolve) => {
    const [separator, text] = argument as [string, unknown];
    return String(resolve(text, path)).split(separator);
  },
  'Fn::Select': (argument, path, _scope, resolve) => {
    const [index, list] = argument as [unknown, unknown];
    return (resolve(list, path) as unknown[])[Number(resolve(index, path))] ?? UNKNOWN;
  },
  'Fn::Sub': (argument, path, scope, resolve) => {
    const [text, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Record<string, unknown>];
    return text.replace(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (name in variables) return String(resolve(variables[name], path));
      const value = name.includes('.') ? scope.given[name] ?? UNKNOWN : reference(name, scope);
      if (value === UNKNOWN) throw unresolvable(whole, path, name);
      return String(value);
    });
  },
};

function reference(name: string, scope: IntrinsicScope): unknown {
  const { stackName, region, accountId, parameters, given } = scope;
  if (given[name] !== undefined) return given[name];
  switch (name) {
    case 'AWS::Region': return region;
    case 'AWS::AccountId': return accountId;
    case 'AWS::StackName': return stackName;
    case 'AWS::StackId': return `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/00000000-0000-0000-0000-000000000000`;
    case 'AWS::Partition': return 'aws';
    case 'AWS::URLSuffix': return 'amazonaws.com';
    case 'AWS::NoValue': return undefined;
    default: return parameters[name] ?? UNKNOWN;
  }
}

function attribute(argument: unknown): string {
  return Array.isArray(argument) ? argument.join('.') : String(argument);
}

function givenKey(name: string, argument: unknown): string | undefined {
  if (name === 'Fn::GetAtt') return attribute(argument);
  return typeof argument === 'string' ? argument : undefined;
}

function unresolvable(value: unknown, path: string, key?: string): Error {
  const remedy = key ? ` Pass it: functionsFromAssembly(…, { resolve: { '${key}': '…' } }).` : '';
  return new Error(`${path} is known only at deploy time: ${JSON.stringify(value)}.${remedy}`);
}
