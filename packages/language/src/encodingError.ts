import { FrondError } from "@frond/foundation";

/** Arguments or values from a caller do not fit the application. `path` names the wrong part. */
export class EncodingError extends FrondError {
  constructor(options: { readonly path: string; readonly problem: string; readonly next: string }) {
    super({
      code: "language/encoding",
      message: `${options.path}: ${options.problem} ${options.next}`,
      data: { path: options.path },
    });
    this.name = "EncodingError";
  }
}
