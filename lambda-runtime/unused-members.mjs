import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
import ts from 'typescript';
import { withoutOptions } from './unused-options.mjs';

/**
 * An esbuild plugin that leaves out of a package's classes what nobody names: bundlers drop functions that are not called, but
 * never methods.
 *
 * @param name a package whose index.js is all its code
 * @param users the paths of all files that use its classes
 * @param unset options that none of these sets: see withoutOptions
 */
export function dropUnusedMembers(name, users, unset) {
  return {
    name: 'unused-members',
    setup(build) {
      build.onLoad({ filter: new RegExp(`/node_modules/${name}/.*/index\\.js$`) }, ({ path }) => {
        const { code } = transformSync(withoutOptions(readFileSync(path, 'utf8'), unset), { minifySyntax: true });
        return { contents: withoutUnused(code, users), loader: 'js' };
      });
    },
  };
}

function withoutUnused(published, users) {
  const named = new Set(users.flatMap((user) => [...countNames(parse(user, readFileSync(user, 'utf8'))).keys()]));
  let code = published;
  for (;;) {
    const file = parse('package.js', code);
    const total = countNames(file);
    const unused = membersOf(file).filter(({ name, node }) => !named.has(name) && (total.get(name) ?? 0) === (countNames(node).get(name) ?? 0));
    if (unused.length === 0) {
      return code;
    }
    // From the end, so that positions stay right. What only these have called is unused next time.
    for (const { node } of unused.reverse()) {
      code = code.slice(0, node.pos) + code.slice(node.end);
    }
  }
}

/** Methods and accessors, not fields: those come into being by an expression that may do something. */
function membersOf(file) {
  const members = [];
  const visit = (node) => {
    if ((ts.isMethodDeclaration(node) || ts.isAccessor(node)) && ts.isClassLike(node.parent) && !ts.isComputedPropertyName(node.name)) {
      members.push({ name: node.name.text, node });
    } else {
      ts.forEachChild(node, visit);
    }
  };
  visit(file);
  return members;
}

/** How often something is asked for each name: as a property, in square brackets, or by taking an object apart. */
function countNames(root) {
  const counts = new Map();
  const visit = (node) => {
    for (const name of namesIn(node)) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    ts.forEachChild(node, visit);
  };
  visit(root);
  return counts;
}

function namesIn(node) {
  if (ts.isPropertyAccessExpression(node)) {
    return isAssigned(node) ? [] : [node.name.text];
  }
  if (ts.isElementAccessExpression(node)) {
    return ts.isStringLiteralLike(node.argumentExpression) ? [node.argumentExpression.text] : [];
  }
  if (ts.isBindingElement(node)) {
    return [(node.propertyName ?? node.name).getText()];
  }
  // `#name in object`.
  return ts.isPrivateIdentifier(node) && ts.isBinaryExpression(node.parent) ? [node.text] : [];
}

/** Who assigns to a property does not call it. */
function isAssigned(node) {
  return ts.isBinaryExpression(node.parent) && node.parent.left === node && node.parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}

function parse(path, code) {
  return ts.createSourceFile(path, code, ts.ScriptTarget.Latest, true);
}
