import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
import ts from 'typescript';
import { changing } from './must-match.mjs';
import { withoutOptions } from './strip-options.mjs';

/**
 * An esbuild plugin that removes unused members from a package's classes: bundlers drop functions that are not called, but never
 * methods.
 *
 * @param name a package whose whole code is in index.js
 * @param users the paths of all files that use its classes
 * @param unset options that none of these sets: see withoutOptions
 * @param idle the package's files that are unused afterwards, but run code when loaded: a bundler drops them only if this list names them
 */
export function dropUnusedMembers(name, users, unset, idle) {
  return changing('unused-members', ['members', ...idle], (build, matched) => {
    build.onLoad({ filter: new RegExp(`/node_modules/${name}/.*/browser/index\\.js$`) }, ({ path }) => {
      const { code } = transformSync(withoutOptions(readFileSync(path, 'utf8'), unset), { minifySyntax: true });
      const contents = withoutUnused(code, users);
      if (contents !== code) {
        matched('members');
      }
      return { contents, loader: 'js' };
    });
    for (const file of idle) {
      build.onResolve({ filter: new RegExp(`/${file}$`) }, async ({ path, ...options }) => {
        if (options.pluginData === 'resolving' || !options.importer.includes(`/node_modules/${name}/`)) {
          return undefined;
        }
        matched(file);
        return { ...await build.resolve(path, { ...options, pluginData: 'resolving' }), sideEffects: false };
      });
    }
  });
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
    // From the end, so that positions stay valid. Members that only these have called are unused in the next pass.
    for (const { node } of unused.reverse()) {
      code = code.slice(0, node.pos) + code.slice(node.end);
    }
  }
}

/** Methods and accessors, not fields: a field's initializer may have side effects. */
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

/** How often each name is read: as a property, in square brackets, or by destructuring. */
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

/** An assignment to a property does not call it. */
function isAssigned(node) {
  return ts.isBinaryExpression(node.parent) && node.parent.left === node && node.parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}

function parse(path, code) {
  return ts.createSourceFile(path, code, ts.ScriptTarget.Latest, true);
}
