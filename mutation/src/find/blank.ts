/**
 * The text of a Noir or Solidity source with spaces for its comments and for what its strings hold, so that brackets
 * and words found in it are code. Positions stay the same.
 */
export function blank(text: string): string {
  const spaces = (part: string) => part.replace(/[^\n]/g, " ");
  return text.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"/g, (part) =>
    part.startsWith('"') ? `"${spaces(part.slice(1, -1))}"` : spaces(part),
  );
}
