import BaseOperations from '@amazon-dax-sdk/client-dax/src/BaseOperations.js';
import CborDecoder from '@amazon-dax-sdk/client-dax/src/CborDecoder.js';
import { CborSExprGenerator } from '@amazon-dax-sdk/client-dax/src/CborSExprGenerator.js';
import DocumentPath from '@amazon-dax-sdk/client-dax/src/DocumentPath.js';
import ItemBuilder from '@amazon-dax-sdk/client-dax/src/ItemBuilder.js';
import SimpleCache from '@amazon-dax-sdk/client-dax/src/SimpleCache.js';
import Util from '@amazon-dax-sdk/client-dax/src/Util.js';

/**
 * An attribute may have any name. DAX's client takes names for members of plain objects, where it finds what every object
 * inherits (`valueOf`, `constructor`), loses `__proto__`, calls the attribute `hasOwnProperty`, and knows names of its own:
 * it would fail before a request or after it, or lose an attribute without a word. This replaces those of its functions.
 */

/** DAX's client takes no other bytes than Buffers, and would make plain objects of them. */
Util.deepCopy = function copied(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) {
    return value;
  }
  if (ArrayBuffer.isView(value)) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
  return Array.isArray(value)
    ? value.map(copied)
    : Object.fromEntries(Object.entries(value).map(([name, part]) => [name, copied(part)]));
};

Util.deanonymizeAttributeValues = (item, names) => {
  const values = item._anonymousAttributeValues;
  delete item._anonymousAttributeValues;
  delete item._attrListId;
  // Of an update's result, some are missing.
  values!.forEach((value, index) => {
    Object.defineProperty(item, names[index], { value, enumerable: true, configurable: true, writable: true });
  });
};

const { _resolveItemAttributeValues: resolve } = BaseOperations;

// Of what a projection brings, the names are known.
BaseOperations._resolveItemAttributeValues = (lists, item) => typeof item?._attrListId === 'number' ? resolve(lists, item) : Promise.resolve(item);

CborDecoder.prototype.buildMap = function (next) {
  const members: [string, unknown][] = [];
  this.processMap(() => members.push(next()));
  return Object.fromEntries(members);
};

const { get } = SimpleCache.prototype;

// What it asks about once: the keys of tables, by their names, and the numbers of lists of attributes, by those of all in one.
SimpleCache.prototype.get = function (key) {
  Object.setPrototypeOf(this._cache._cache, null);
  Object.setPrototypeOf(this._reqOnFly, null);
  return get.call(this, key);
};

const { _reset: reset } = CborSExprGenerator.prototype;

CborSExprGenerator.prototype._reset = function (type) {
  reset.call(this, type);
  Object.setPrototypeOf(this._mVariableNameById, null);
};

const { from } = DocumentPath;

// It would also make the space in `a . b` a part of names.
DocumentPath.from = (path, names) => from.call(DocumentPath, path.replace(/\s/g, ''), Object.assign(Object.create(null), names));

type Step = string | number;
type Tree = Map<Step, Tree | object>;

// The client would also take an attribute `L` for a list, and leave holes in a list within a list.
ItemBuilder.prototype.with = function (path, value) {
  const steps = [...path];
  const last = steps.pop()!;
  let tree = this.tree ??= new Map<Step, Tree | object>();
  for (const step of steps) {
    if (!tree.has(step)) {
      tree.set(step, new Map<Step, Tree | object>());
    }
    tree = tree.get(step) as Tree;
  }
  tree.set(last, value);
};

ItemBuilder.prototype.toItem = function () {
  return this.tree && attributesOf(this.tree);
};

function attributesOf(tree: Tree): object {
  return Object.fromEntries([...tree].map(([name, part]) => [name, valueOf(part)]));
}

/** What was asked for of a list is in the list's order. */
function valueOf(part: Tree | object): object {
  if (!(part instanceof Map)) {
    return part;
  }
  const tree = part as Tree;
  return typeof tree.keys().next().value === 'number'
    ? { L: [...tree].sort(([one], [other]) => Number(one) - Number(other)).map(([, element]) => valueOf(element)) }
    : { M: attributesOf(tree) };
}
