/** What every error of Frond is made of. */
export type FrondErrorOptions = {
  readonly code: string;
  readonly message: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
};

/**
 * The base of every error that Frond throws on purpose. `code` is stable and meant for programs, `data` says what was seen, and the last sentence of
 * `message` tells a person what to do next.
 */
export class FrondError extends Error {
  readonly code: string;
  readonly data: Readonly<Record<string, unknown>>;

  constructor({ code, message, data = {}, cause }: FrondErrorOptions) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.data = data;
  }
}
