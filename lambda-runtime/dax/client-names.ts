import BaseOperations from '@amazon-dax-sdk/client-dax/src/BaseOperations.js';
import CborDecoder from '@amazon-dax-sdk/client-dax/src/CborDecoder.js';
import { CborSExprGenerator } from '@amazon-dax-sdk/client-dax/src/CborSExprGenerator.js';
import DocumentPath from '@amazon-dax-sdk/client-dax/src/DocumentPath.js';
import ItemBuilder from '@amazon-dax-sdk/client-dax/src/ItemBuilder.js';
import SimpleCache from '@amazon-dax-sdk/client-dax/src/SimpleCache.js';
import Util from '@amazon-dax-sdk/client-dax/src/Util.js';

/**
 * Replaces functions of DAX's client that fail for some attribute names. They use names as members of plain objects, where they find
 * inherited members (`valueOf`, `constructor`), lose `__proto__`, call an attribute named `hasOwnProperty`, and reserve some names
 * themselves: the client would fail before or after a request, or lose an attribute silently.
 */

/** DAX's client accepts only Buffers as bytes, and would turn others into plain objects. */
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
  // An update's result lacks some of them.
  values!.forEach((value, index) => {
    Object.defineProperty(item, names[index], { value, enumerable: true, configurable: true, writable: true });
  });
};

const { _resolveItemAttributeValues: resolve } = BaseOperations;

// The names in a projection's result are known.
BaseOperations._resolveItemAttributeValues = (lists, item) => typeof item?._attrListId === 'number' ? resolve(lists, item) : Promise.resolve(item);

CborDecoder.prototype.buildMap = function (next) {
  const members: [string, unknown][] = [];
  this.processMap(() => members.push(next()));
  return Object.fromEntries(members);
};

const { get } = SimpleCache.prototype;

// The client's caches: tables' keys by table name, and the ids of attribute lists by the concatenated names.
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

// The client would also include the spaces in `a . b` in names.
DocumentPath.from = (path, names) => from.call(DocumentPath, path.replace(/\s/g, ''), Object.assign(Object.create(null), names));

type Step = string | number;
type Tree = Map<Step, Tree | object>;

// The client would also mistake an attribute `L` for a list, and leave holes in nested lists.
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

/** The requested elements of a list, in the list's order. */
function valueOf(part: Tree | object): object {
  if (!(part instanceof Map)) {
    return part;
  }
  const tree = part as Tree;
  return typeof tree.keys().next().value === 'number'
    ? { L: [...tree].sort(([one], [other]) => Number(one) - Number(other)).map(([, element]) => valueOf(element)) }
    : { M: attributesOf(tree) };
}
