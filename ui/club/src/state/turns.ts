// Conversations with the office take turns: two at once would send the same errand twice, and one that is under way when
// the guest leaves would write back what was erased.

export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #next: Promise<void> | null = null;

  /** Talks after everything that was begun before. */
  take<T>(talk: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(talk, talk);
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  /** As `take`, for talks that are all alike: one that still waits for its turn does for everybody who asks meanwhile. */
  share(talk: () => Promise<void>): Promise<void> {
    this.#next ??= this.take(() => {
      this.#next = null;
      return talk();
    });
    return this.#next;
  }
}
