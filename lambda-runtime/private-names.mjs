import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/**
 * The names that only `private` members of the classes under a folder have, and that are only ever used as `this.name`: nobody can
 * tell if they are shortened. A name that also means something else anywhere is not among them.
 */
export function privateNames(folder) {
  const privates = new Set();
  const others = new Set();

  const visit = (node) => {
    if (ts.isPropertyAccessExpression(node)) {
      if (node.expression.kind !== ts.SyntaxKind.ThisKeyword) {
        others.add(node.name.text);
      }
    } else if (node.name !== undefined && ts.isIdentifier(node.name) && isProperty(node)) {
      const isPrivate = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword);
      (isPrivate ? privates : others).add(node.name.text);
    } else if (ts.isBindingElement(node)) {
      others.add((node.propertyName ?? node.name).getText());
    } else if (ts.isStringLiteralLike(node)) {
      others.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  for (const file of readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.ts'))) {
    visit(ts.createSourceFile(file, readFileSync(join(folder, file), 'utf8'), ts.ScriptTarget.Latest, true));
  }
  return [...privates].filter((name) => !others.has(name));
}

/** A parameter with a modifier is a property too. */
function isProperty(node) {
  return ts.isClassElement(node) || ts.isTypeElement(node) || ts.isObjectLiteralElement(node)
    || (ts.isParameter(node) && node.modifiers !== undefined);
}
