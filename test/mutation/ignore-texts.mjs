// A plugin of Stryker's: the texts of log lines and error messages are not mutated, only whether and when they appear.
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

const TEXTS = new Set(['StringLiteral', 'TemplateLiteral', 'BinaryExpression']);

function writesText(node) {
  if (node.type === 'NewExpression') {
    return /Error$/.test(node.callee.name ?? '');
  }
  const { object, property, name } = node.callee;
  return name === 'warnOnce' || property?.name === 'warnOnce' || object?.name === 'console';
}

function isText({ node }) {
  return TEXTS.has(node.type) && (node.type !== 'BinaryExpression' || node.operator === '+');
}

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'texts', {
    shouldIgnore(path) {
      const { parentPath, listKey } = path;
      return isText(path) && listKey === 'arguments' && ['CallExpression', 'NewExpression'].includes(parentPath?.node.type) && writesText(parentPath.node)
        ? 'the text of a log line or of an error' : undefined;
    },
  }),
];
