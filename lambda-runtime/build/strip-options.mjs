import ts from 'typescript';

/**
 * Removes the code that some of a package's options turn on, if these options are never set. A bundler cannot know that.
 *
 * Each name is replaced, wherever the code reads it, by its value when the option is not set; a minifier then drops unreachable code.
 *
 * @param code one file, as published
 * @param unset the text of values by the names of options, properties and private members
 * @throws Error if the code lacks one of the names: then it is another version, and this list must be updated
 */
export function withoutOptions(code, unset) {
  const file = ts.createSourceFile('package.js', code, ts.ScriptTarget.Latest, true);
  const met = new Set();
  const edits = [];
  const isUnset = ({ text }) => Object.hasOwn(unset, text) && met.add(text).size > 0;
  const visit = (node) => {
    const replacement = replacementOf(node, unset, isUnset);
    if (replacement === undefined) {
      ts.forEachChild(node, visit);
    } else {
      edits.push({ from: node.getStart(file), to: node.end, replacement });
    }
  };
  visit(file);
  const missing = Object.keys(unset).filter((name) => !met.has(name));
  if (missing.length > 0) {
    throw new Error(`The code has nothing named ${missing.join(', ')}.`);
  }
  return edits.reverse().reduce((text, { from, to, replacement }) => text.slice(0, from) + replacement + text.slice(to), code);
}

/** The replacement of a node; undefined if the node stays, though its children may be replaced. */
function replacementOf(node, unset, isUnset) {
  if (ts.isExpressionStatement(node) && ts.isBinaryExpression(node.expression)) {
    return isAssignmentTo(node.expression, isUnset) ? ';' : undefined;
  }
  if (ts.isCallExpression(node)) {
    return isMember(node.expression) && isUnset(node.expression.name) ? unset[node.expression.name.text] : undefined;
  }
  if (ts.isPropertyAccessExpression(node)) {
    return isUnset(node.name) ? unset[node.name.text] : undefined;
  }
  if (ts.isObjectBindingPattern(node) && node.elements.some(({ name }) => ts.isIdentifier(name) && isUnset(name))) {
    return `{ ${node.elements.filter(({ name }) => !(ts.isIdentifier(name) && isUnset(name))).map((element) => element.getText()).join(', ')} }`;
  }
  if (ts.isClassElement(node) && node.name !== undefined) {
    return isUnset(node.name) ? '' : undefined;
  }
  return ts.isIdentifier(node) && isRead(node) && isUnset(node) ? unset[node.text] : undefined;
}

/** `this.ttl = …`, `status.set = …`, `ttl = …`: assignments, not reads. */
function isAssignmentTo({ left, operatorToken }, isUnset) {
  return operatorToken.kind === ts.SyntaxKind.EqualsToken
    && (isMember(left) ? isUnset(left.name) || (ts.isIdentifier(left.expression) && isUnset(left.expression)) : ts.isIdentifier(left) && isUnset(left));
}

function isMember(node) {
  return ts.isPropertyAccessExpression(node);
}

/** Whether it is a reference, not the name of a declaration. */
function isRead(node) {
  return node.parent.name !== node && !ts.isShorthandPropertyAssignment(node.parent);
}
