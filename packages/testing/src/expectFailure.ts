import { CallFailedError, ExpectationError } from "./errors.ts";

/**
 * Expects that a call, a deposit or a bundle fails with this reason: the whole text of the `assert`, or an expression
 * that matches it. Returns the failure, with its place in the source.
 * @throws {@link ExpectationError} if it succeeds or fails for another reason; any other error as it is
 *
 * @example
 * await expectFailure(token.as(bo).send({ to: ada, amount: 1 }), "the balance is too small");
 */
export async function expectFailure(call: Promise<unknown>, reason: string | RegExp): Promise<CallFailedError> {
  const expected = typeof reason === "string" ? JSON.stringify(reason) : String(reason);
  try {
    await call;
  } catch (error) {
    if (!(error instanceof CallFailedError)) throw error;
    const isExpected = typeof reason === "string" ? error.reason === reason : reason.test(error.reason);
    if (isExpected) return error;
    throw new ExpectationError({ expected, actual: `it is ${JSON.stringify(error.reason)}`, cause: error });
  }
  throw new ExpectationError({ expected, actual: "the call succeeded" });
}
