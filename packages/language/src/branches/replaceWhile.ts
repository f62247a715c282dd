/** A property of an object, and what stands there for a while: made of what stands there otherwise. */
export type Replacement = {
  readonly object: object;
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: functions of any arguments
  readonly make: (original: any) => unknown;
};

/** Replaces properties while `body` runs. `body` is synchronous, so nothing else sees the replacements. */
export function replaceWhile(replacements: readonly Replacement[], body: () => void): void {
  const originals: { readonly object: object; readonly name: string; readonly descriptor?: PropertyDescriptor }[] = [];
  try {
    for (const { object, name, make } of replacements) {
      const descriptor = Object.getOwnPropertyDescriptor(object, name);
      const original = (object as Record<string, unknown>)[name];
      if (original === undefined || descriptor?.configurable === false) continue;
      originals.push({ object, name, ...(descriptor === undefined ? {} : { descriptor }) });
      Object.defineProperty(object, name, {
        value: make(original),
        configurable: true,
        writable: true,
        enumerable: descriptor?.enumerable ?? false,
      });
    }
    body();
  } finally {
    for (const { object, name, descriptor } of originals.reverse()) {
      if (descriptor === undefined) delete (object as Record<string, unknown>)[name];
      else Object.defineProperty(object, name, descriptor);
    }
  }
}
