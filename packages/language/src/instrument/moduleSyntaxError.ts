import { excerptOf } from "../sourceLine.ts";

/**
 * A module of an application is no TypeScript. It has the `code` and the `data` of a FrondError, and is none: what
 * configurations of Vite import must not import Frond's packages, which are TypeScript. Node's thread of loaders passes
 * it on as a plain error with the same code, message and data.
 */
export class ModuleSyntaxError extends Error {
  readonly code = "language/syntax";
  readonly data: {
    readonly location: { readonly file: string; readonly line: number; readonly column: number };
    readonly problem: string;
    readonly instead: string;
  };

  constructor(text: string, file: string, cause: SyntaxError) {
    const { line = 1, column = 0 } = (cause as { loc?: { line?: number; column?: number } }).loc ?? {};
    const location = { file, line, column: column + 1 };
    const problem = `${cause.message.replace(/\s*\(\d+:\d+\)$/, "").replace(/\.$/, "")}.`;
    const instead = "Correct the syntax.";
    const excerpt = excerptOf(location, text.split("\n")[line - 1]) ?? "";
    super(`${file}:${line}:${column + 1}: ${problem}\n${excerpt}\n${instead}`);
    this.name = "ModuleSyntaxError";
    this.data = { location, problem, instead };
  }
}
