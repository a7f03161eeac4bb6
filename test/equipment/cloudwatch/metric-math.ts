import type { Series } from './series';

type Values = Series['values'];
type Value = number | Values | readonly Values[] | string;

/** The data that an expression can refer to. */
export interface MathScope {
  /** The number of values in a series. */
  readonly length: number;
  /** The values of a metric or of another expression, by its id. */
  valuesOf(id: string): Values;
  /** The result of SEARCH. */
  search?(search: string, statistic: string): readonly Series[];
  /**
   * Whether FILL creates values if a metric has none in the whole range. CloudWatch's documentation does not specify it, so tests run with both.
   */
  readonly fillsWhatIsEmpty?: boolean;
}

/**
 * Evaluates an expression of CloudWatch's metric math, with the parts that ours use: arithmetic, comparisons, FILL, IF, SUM and MAX.
 *
 * @throws Error for any other part
 */
export function evaluate(expression: string, scope: MathScope): Values {
  const value = new Parser(expression, scope).parse();
  if (typeof value === 'number') return Array.from({ length: scope.length }, () => value);
  if (!isSeries(value)) throw new Error(`${expression} is not a single series`);
  return value;
}

/** SEARCH must be the whole expression, since its results have their own labels. */
export function searchOf(expression: string): { readonly search: string; readonly statistic: string } | undefined {
  const [, search, statistic] = /^SEARCH\('([^']*)', '([^']*)'(?:, \d+)?\)$/.exec(expression) ?? [];
  return search === undefined ? undefined : { search, statistic };
}

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(>=|<=|==|!=|[-+*/()[\],<>]))/y;

const OPERATORS: readonly Readonly<Record<string, (a: number, b: number) => number | undefined>>[] = [
  {
    '>=': (a, b) => Number(a >= b), '<=': (a, b) => Number(a <= b), '>': (a, b) => Number(a > b), '<': (a, b) => Number(a < b), '==': (a, b) => Number(a === b),
  },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  // A division by zero gives no data.
  { '*': (a, b) => a * b, '/': (a, b) => b === 0 ? undefined : a / b },
];

class Parser {
  private readonly tokens: string[] = [];
  private next = 0;

  constructor(private readonly expression: string, private readonly scope: MathScope) {
    const text = expression.trim();
    for (let end = 0; end < text.length; end = TOKEN.lastIndex) {
      TOKEN.lastIndex = end;
      const match = TOKEN.exec(text);
      if (match === null) throw new Error(`${text.slice(end)} is not expected in ${text}`);
      this.tokens.push(match[1] ?? match[2] ?? match[3]);
    }
  }

  parse(): Value {
    const value = this.binary(0);
    if (this.next < this.tokens.length) throw this.unexpected();
    return value;
  }

  private binary(level: number): Value {
    const operators = OPERATORS[level];
    if (operators === undefined) return this.primary();
    let left = this.binary(level + 1);
    for (let operator = operators[this.tokens[this.next]]; operator; operator = operators[this.tokens[this.next]]) {
      this.next++;
      left = this.combine(left, this.binary(level + 1), operator);
    }
    return left;
  }

  private primary(): Value {
    const token = this.tokens[this.next++];
    if (token === '(') {
      const value = this.binary(0);
      this.expect(')');
      return value;
    }
    if (token === '[') return this.list(']').map((value) => this.series(value));
    if (/^\d/.test(token)) return Number(token);
    if (this.tokens[this.next] === '(') {
      this.next++;
      return this.call(token, this.list(')'));
    }
    if (!/^[a-z]/.test(token)) throw this.unexpected();
    return this.scope.valuesOf(token);
  }

  private list(end: string): Value[] {
    const values = [this.binary(0)];
    while (this.tokens[this.next] === ',') {
      this.next++;
      values.push(this.binary(0));
    }
    this.expect(end);
    return values;
  }

  private call(name: string, args: readonly Value[]): Value {
    switch (name) {
      case 'FILL': {
        const values = this.series(args[0]);
        const isEmpty = values.every((value) => value === undefined);
        return isEmpty && this.scope.fillsWhatIsEmpty === false ? values : values.map((value) => value ?? args[1] as number);
      }
      case 'IF': {
        const [condition, then, otherwise] = args.map((arg) => this.series(arg));
        return condition.map((holds, i) => holds === undefined ? undefined : holds !== 0 ? then[i] : otherwise?.[i]);
      }
      case 'SUM': return this.together(args[0], (a, b) => a + b);
      case 'MAX': return this.together(args[0], Math.max);
      default: throw new Error(`The function ${name} in ${this.expression} is not known here`);
    }
  }

  /** The values of several series that have one. */
  private together(list: Value, combine: (a: number, b: number) => number): Values {
    if (!Array.isArray(list) || list.some((one) => !Array.isArray(one))) throw new Error(`SUM and MAX want a list, in ${this.expression}`);
    return Array.from({ length: this.scope.length }, (_, i) => {
      const present = (list as readonly Values[]).map((values) => values[i]).filter((value) => value !== undefined);
      return present.length === 0 ? undefined : present.reduce((a, b) => combine(a, b));
    });
  }

  private combine(left: Value, right: Value, operator: (a: number, b: number) => number | undefined): Value {
    const [a, b] = [this.series(left), this.series(right)];
    return a.map((value, i) => {
      const other = b[i];
      return value === undefined || other === undefined ? undefined : operator(value, other);
    });
  }

  private series(value: Value): Values {
    if (typeof value === 'number') return Array.from({ length: this.scope.length }, () => value);
    if (!isSeries(value)) throw new Error(`A list stands where a series must, in ${this.expression}`);
    return value;
  }

  private expect(token: string): void {
    if (this.tokens[this.next++] !== token) throw this.unexpected();
  }

  private unexpected(): Error {
    return new Error(`${this.tokens[this.next - 1] ?? 'The end'} is not expected in ${this.expression}`);
  }
}

function isSeries(value: Value): value is Values {
  return Array.isArray(value) && !value.some((each) => Array.isArray(each));
}
