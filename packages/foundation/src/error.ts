/** The fields of every error that Frond throws deliberately. */
export type FrondErrorOptions = {
  readonly code: string;
  readonly message: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
};

/**
 * The base class of every error that Frond throws deliberately. `code` is stable and meant for programs. `data` holds
 * the observed values. The last sentence of `message` tells the reader what to do next.
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
