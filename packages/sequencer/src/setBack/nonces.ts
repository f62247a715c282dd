/** The lowest nonce that an account can still use: `next` in the state, unless the line has it. */
export const freeNonce = (next: number, inLine: readonly number[]): number => {
  const taken = new Set(inLine);
  let free = next;
  while (taken.has(free)) free++;
  return free;
};

/** The nonce that is missing before the last one in line; undefined if none is. `inLine` is sorted. */
export const missingNonce = (next: number, inLine: readonly number[]): number | undefined => {
  const free = freeNonce(next, inLine);
  return free < (inLine.at(-1) ?? 0) ? free : undefined;
};
