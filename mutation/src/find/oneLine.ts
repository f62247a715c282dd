/** Source text on one line, with one space wherever it had white space. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
