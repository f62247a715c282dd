import { type L1, type Mined, readRetirement, retire } from "@frond/contracts";
import { AlreadyRetiredError, NotYetRetirableError } from "./errors.ts";

/**
 * Ends a deployment in which nothing has settled for long enough.
 * @throws NotYetRetirableError, AlreadyRetiredError; nothing is sent then
 */
export async function retireDeployment(l1: L1): Promise<Mined> {
  const { isRetired, from, now } = await readRetirement(l1);
  if (isRetired) throw new AlreadyRetiredError();
  if (now < from) throw new NotYetRetirableError({ from, now });
  return await retire(l1);
}
