/** A value with bigints as text: keys of queries are compared as JSON. */
export function keyText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? `${part}n` : part));
}
