import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type CborValue, decodeCbor, Tagged } from '../cbor';
import { toAttributeValue } from './attribute-values';
import type { DocumentPath } from './document-paths';
import { validationError } from './errors';

/** Parsed by the client, an expression arrives as a tree of calls: `[function, argument, …]`. */
const ENCODING = 1;
const LIST_PLACE = 3324;

const Call = {
  AND: 6, OR: 7, NOT: 8, BETWEEN: 9, IN: 10, VARIABLE: 17, PATH: 18, SET: 19, ADD: 20, DELETE: 21, REMOVE: 22, PLUS: 25, MINUS: 26,
} as const;
const COMPARATORS = ['=', '<>', '<', '>=', '>', '<='];
const FUNCTIONS: Partial<Record<number, string>> = {
  11: 'attribute_exists',
  12: 'attribute_not_exists',
  13: 'attribute_type',
  14: 'begins_with',
  15: 'contains',
  16: 'size',
  23: 'if_not_exists',
  24: 'list_append',
};
const CLAUSES = [['SET', Call.SET], ['REMOVE', Call.REMOVE], ['ADD', Call.ADD], ['DELETE', Call.DELETE]] as const;

/** Operators' precedence; parentheses are written if the tree differs from it. */
const Binding = { OR: 1, AND: 2, CONDITION: 3 } as const;

type Tree = CborValue[];

/** Writes expressions in DynamoDB's syntax, with its own placeholders for every name and value in one request. */
export class Expressions {
  private readonly placeholders = new Map<string, string>();
  private readonly values: Record<string, AttributeValue> = {};
  private variables: CborValue[] = [];

  /** The parameters with the placeholders' names and values; undefined if empty, since DynamoDB rejects an empty map. */
  public get attributes(): { ExpressionAttributeNames?: Record<string, string>; ExpressionAttributeValues?: Record<string, AttributeValue> } {
    return {
      ...(this.placeholders.size > 0 && { ExpressionAttributeNames: Object.fromEntries([...this.placeholders].map(([name, id]) => [id, name])) }),
      ...(Object.keys(this.values).length > 0 && { ExpressionAttributeValues: this.values }),
    };
  }

  /** A condition, a filter or a key condition. */
  public condition(bytes: Buffer): string {
    return this.conditionText(this.open(bytes), Binding.OR);
  }

  public update(bytes: Buffer): string {
    const actions = this.open(bytes) as Tree[];
    return CLAUSES.flatMap(([keyword, call]) => {
      const texts = actions.filter(([action]) => action === call).map(([, path, operand]) => this.actionText(call, path, operand));
      return texts.length === 0 ? [] : [`${keyword} ${texts.join(', ')}`];
    }).join(' ');
  }

  /** Only the top-level attributes of the paths: the server extracts the rest. */
  public topLevel(paths: readonly DocumentPath[]): string {
    return [...new Set(paths.map(([name]) => this.placeholder(name as string)))].join(', ');
  }

  private open(bytes: Buffer): Tree {
    const [tree, variables] = contents(bytes);
    this.variables = variables;
    return tree;
  }

  private conditionText(tree: Tree, binding: number): string {
    const [call, ...operands] = tree as [number, ...CborValue[]];
    switch (call) {
      case Call.AND:
      case Call.OR: {
        const own = call === Call.AND ? Binding.AND : Binding.OR;
        const text = operands.map((operand) => this.conditionText(operand as Tree, own)).join(call === Call.AND ? ' AND ' : ' OR ');
        return own < binding ? `(${text})` : text;
      }
      case Call.NOT:
        return `NOT (${this.conditionText(operands[0] as Tree, Binding.OR)})`;
      case Call.BETWEEN: {
        const [operand, low, high] = operands.map((each) => this.operandText(each));
        return `${operand} BETWEEN ${low} AND ${high}`;
      }
      case Call.IN:
        return `${this.operandText(operands[0])} IN (${(operands[1] as CborValue[]).map((each) => this.operandText(each)).join(', ')})`;
      default:
        return call < COMPARATORS.length
          ? `${this.operandText(operands[0])} ${COMPARATORS[call]} ${this.operandText(operands[1])}`
          : this.operandText(tree);
    }
  }

  private actionText(call: number, path: CborValue, operand: CborValue): string {
    switch (call) {
      case Call.SET:
        return `${this.operandText(path)} = ${this.operandText(operand)}`;
      case Call.REMOVE:
        return this.operandText(path);
      default:
        return `${this.operandText(path)} ${this.operandText(operand)}`;
    }
  }

  private operandText(tree: CborValue): string {
    const [call, ...operands] = tree as [number, ...CborValue[]];
    switch (call) {
      case Call.PATH:
        return this.pathText(documentPath(operands));
      case Call.VARIABLE:
        return this.variableText(operands[0] as number);
      case Call.PLUS:
      case Call.MINUS:
        return operands.map((operand) => this.operandText(operand)).join(call === Call.PLUS ? ' + ' : ' - ');
      default: {
        const name = FUNCTIONS[call];
        if (name === undefined) {
          throw validationError(`An expression calls the function ${call}, which this server does not know.`);
        }
        return `${name}(${operands.map((operand) => this.operandText(operand)).join(', ')})`;
      }
    }
  }

  private pathText(path: DocumentPath): string {
    return path.map((step, at) => typeof step === 'number' ? `[${step}]` : `${at === 0 ? '' : '.'}${this.placeholder(step)}`).join('');
  }

  private variableText(place: number): string {
    const id = `:v${Object.keys(this.values).length}`;
    this.values[id] = toAttributeValue(this.variables[place]);
    return id;
  }

  private placeholder(name: string): string {
    const id = this.placeholders.get(name) ?? `#n${this.placeholders.size}`;
    this.placeholders.set(name, id);
    return id;
  }
}

export function decodeProjection(bytes: Buffer): DocumentPath[] {
  const [paths] = contents(bytes);
  return (paths as Tree[]).map(([, ...steps]) => documentPath(steps));
}

function contents(bytes: Buffer): [Tree, CborValue[]] {
  const [encoding, tree, variables = []] = decodeCbor(bytes) as [number, Tree, CborValue[]?];
  if (encoding !== ENCODING) {
    throw validationError(`Expressions are encoded in version ${encoding}; this server knows ${ENCODING}.`);
  }
  return [tree, variables];
}

function documentPath(steps: readonly CborValue[]): DocumentPath {
  return steps.map((step) => {
    if (!(step instanceof Tagged)) {
      return step as string;
    }
    if (step.tag !== LIST_PLACE) {
      throw validationError(`A document path has the tag ${step.tag}, which this server does not know.`);
    }
    return step.value as number;
  });
}
