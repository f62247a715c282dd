/** The first line of a generated file, without the mark of a comment. */
export const ORIGIN =
  "Generated from packages/protocol/src (tables and constants.ts) by `npm run generate`. Do not edit.";

/** `parentId` as `parent_id`. */
export function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
