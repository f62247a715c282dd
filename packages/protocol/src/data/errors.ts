import { FrondError } from "@frond/foundation";

/** An entry that can't be written as words, or words that are no entries. */
export class EntryWordsError extends FrondError {
  constructor(problem: string, word?: number) {
    const where = word === undefined ? "" : ` at word ${word}`;
    super({
      code: "protocol/entry-words",
      data: { problem, ...(word === undefined ? {} : { word }) },
      message: `The words of a block's entries are wrong${where}: ${problem}. Use words that a block circuit accepted.`,
    });
  }
}

/** No format of the application holds the values of an entry. */
export class NoFormatError extends FrondError {
  constructor(index: number) {
    super({
      code: "protocol/no-format",
      data: { index },
      message:
        `No map of the application can hold the values of the entry at leaf ${index}. ` +
        "Run the layer with the version of the application that wrote the entry.",
    });
  }
}
