import { type FieldNames, fieldNames } from './field-names.js';
import { checkMaps, fieldsOf } from './fields.js';
import type { MultiValues, SingleValues } from './gateway-event.js';
import { LazyFields } from '../lazy-fields.js';
import type { HttpFields } from '../message.js';

/** An event's fields, read in place by lower-case name: a hit reads few of them, and needs no map of all. */
export class EventFields extends LazyFields {
  private constructor(private readonly names: FieldNames, private readonly single: SingleValues, private readonly multi: MultiValues) {
    super();
  }

  /**
   * Undefined if one field's values are in several places.
   *
   * @throws OddEventError if the maps contradict each other, or are malformed
   */
  public static of(single: SingleValues, multi: MultiValues): EventFields | undefined {
    if (!checkMaps(single, multi)) {
      return undefined;
    }
    const names = fieldNames(multi ?? single ?? {});
    return names.hasTwins ? undefined : new EventFields(names, single, multi);
  }

  public get hasSpecial(): boolean {
    return this.names.hasSpecial;
  }

  public override has(lowerCase: string): boolean {
    return this.whole?.has(lowerCase) ?? this.names.byLowerCase.has(lowerCase);
  }

  public override get(lowerCase: string): readonly string[] | undefined {
    if (this.whole !== undefined) {
      return this.whole.get(lowerCase);
    }
    const name = this.names.byLowerCase.get(lowerCase);
    return name === undefined ? undefined : this.multi?.[name] ?? [this.single![name]!];
  }

  protected override toMap(): HttpFields {
    return fieldsOf(this.single, this.multi);
  }
}
