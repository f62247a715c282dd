import { existsSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { DEV_FILE } from "../directory/networkEntries.ts";
import { readJsonFile, readNetworkFile, writeJsonFile } from "../directory/networkFile.ts";
import { DamagedFileError, InputError } from "../errors.ts";

const devFileSchema = z.strictObject({ version: z.literal(1), isProven: z.boolean() });

/** What `frond dev` notes of the network that it makes in a data directory. */
export type DevFile = z.output<typeof devFileSchema>;

/**
 * Reads what `frond dev` noted; undefined in a directory without a network.
 * @throws NotOfDevError when the network was made by `frond start`: its state is not `frond dev`'s to delete
 */
export function readDevFile(directory: string): DevFile | undefined {
  const path = join(directory, DEV_FILE);
  if (!existsSync(path)) {
    if (readNetworkFile(directory) === undefined) return undefined;
    throw new NotOfDevError(directory);
  }
  const { data, error } = devFileSchema.safeParse(readJsonFile(path));
  if (data === undefined) throw new DamagedFileError(path, error.issues[0]?.message ?? "malformed");
  return data;
}

export function writeDevFile(directory: string, { isProven }: Pick<DevFile, "isProven">): void {
  writeJsonFile(join(directory, DEV_FILE), { version: 1, isProven } satisfies DevFile);
}

/** The data directory holds a network of `frond start`. */
class NotOfDevError extends InputError {
  constructor(directory: string) {
    super({
      code: "network/not-of-dev",
      message: `The network in ${directory} was made by \`frond start\`. Name another directory with --data, such as --data .frond.`,
      data: { directory },
    });
  }
}
