/** The empty list's id, which is built into clients. */
const EMPTY = 1;

/**
 * Attributes travel without their names: a list of names has an id, and values follow in the list's order. Clients ask for
 * the id of a list they want to write, and for the list of an id they read.
 */
export class AttributeLists {
  private readonly lists: (readonly string[])[] = [];
  private readonly ids = new Map<string, number>();

  public idOf(names: readonly string[]): number {
    if (names.length === 0) {
      return EMPTY;
    }
    const known = JSON.stringify(names);
    let id = this.ids.get(known);
    if (id === undefined) {
      this.lists.push(names);
      id = EMPTY + this.lists.length;
      this.ids.set(known, id);
    }
    return id;
  }

  /** @throws Error if no list has this id */
  public namesOf(id: number): readonly string[] {
    const names = id === EMPTY ? [] : this.lists[id - EMPTY - 1];
    if (names === undefined) {
      throw new Error(`No attribute list has the id ${id}.`);
    }
    return names;
  }
}
