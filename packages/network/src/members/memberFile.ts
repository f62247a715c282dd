import { join } from "node:path";
import { publicKeyOf, randomSecret } from "@frond/foundation";
import { fieldSchema, fromJsonValue, MalformedValueError, toJsonValue } from "@frond/protocol";
import * as z from "zod";
import { readJsonFile, writeJsonFile } from "../directory/networkFile.ts";
import { DamagedFileError } from "../errors.ts";

const memberFileSchema = z.strictObject({
  version: z.literal(1),
  /** With which the member signs for what it holds. */
  secret: fieldSchema,
});

export const MEMBER_FILE = "member.json";

/** The directory of a member that `frond start` runs itself, in the network's data directory. */
export function localMemberDirectory(dataDirectory: string, memberIndex: number): string {
  return join(dataDirectory, "members", String(memberIndex));
}

/**
 * The secret of the member whose directory this is; a new one, readable by the owner only, if it has none yet.
 * @throws DamagedFileError
 */
export function memberSecret(directory: string): bigint {
  const path = join(directory, MEMBER_FILE);
  const value = readJsonFile(path);
  if (value === undefined) {
    const secret = randomSecret();
    writeJsonFile(path, toJsonValue({ version: 1, secret }));
    return secret;
  }
  try {
    const { secret } = fromJsonValue(memberFileSchema, value);
    publicKeyOf(secret);
    return secret;
  } catch (error) {
    throw new DamagedFileError(path, error instanceof MalformedValueError ? error.message : "its secret is none");
  }
}
