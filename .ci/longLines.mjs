// Which lines of sources that are written by hand are too long. A string literal may be longer: it is searched for as a
// whole, and Biome does not break it either.
import ts from "typescript";

const MOST_COLUMNS = 120;

/** What is wrong with the length of a file's lines, a line each. `text` is the file's content. */
export function longLines(file, text) {
  if (/\.generated\./.test(file) || /^\/\/.*[Gg]enerated/m.test(text.slice(0, 500))) return [];
  const lines = text.split("\n");
  const long = lines.flatMap((line, index) => (line.length > MOST_COLUMNS ? [index] : []));
  if (long.length === 0) return [];
  const literals = /\.(sol|nr)$/.test(file) ? [] : literalsOf(file, text);
  let end = 0;
  const starts = lines.map((line) => {
    end += line.length + 1;
    return end - line.length - 1;
  });
  return long
    .map((index) => ({ index, columns: columnsOutside(literals, starts[index], lines[index].length) }))
    .filter(({ columns }) => columns > MOST_COLUMNS)
    .map(
      ({ index }) => `${file}:${index + 1}: The line has ${lines[index].length} columns; wrap it at ${MOST_COLUMNS}`,
    );
}

/** How many columns of a line stand outside of literals. */
function columnsOutside(literals, start, length) {
  const end = start + length;
  const inside = ([from, to]) => Math.max(0, Math.min(to, end) - Math.max(from, start));
  return length - literals.reduce((sum, literal) => sum + inside(literal), 0);
}

/** Where the text of string literals, templates and regular expressions begins and ends. */
function literalsOf(file, text) {
  const literals = [];
  const visit = (node) => {
    if (ts.isLiteralExpression(node) || ts.isTemplateMiddleOrTemplateTail(node) || ts.isTemplateHead(node))
      if (!ts.isNumericLiteral(node)) literals.push([node.getStart(source), node.end]);
    ts.forEachChild(node, visit);
  };
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  visit(source);
  return literals;
}
