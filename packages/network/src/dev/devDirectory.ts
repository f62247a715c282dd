import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runningOwner } from "../directory/lockDirectory.ts";
import { networkEntries } from "../directory/networkEntries.ts";
import { readNetworkFile } from "../directory/networkFile.ts";
import { deleteOwned } from "../directory/ownedEntries.ts";
import { AlreadyRunningError, InputError } from "../errors.ts";
import { readDevFile, writeDevFile } from "./devFile.ts";

/** The files of a network that has just been deployed, by their paths in the data directory. */
export type Beginning = ReadonlyMap<string, Uint8Array>;

/**
 * Takes a data directory for `frond dev`: with the state that is there if it is to be kept, else without any. Accounts
 * stay.
 * @throws NotOfDevError, AlreadyRunningError, KeptOtherwiseError
 */
export function takeDevDirectory(
  directory: string,
  { isProven, keeps }: { readonly isProven: boolean; readonly keeps: boolean },
): void {
  const found = readDevFile(directory);
  const owner = runningOwner(directory);
  if (owner !== undefined) throw new AlreadyRunningError(directory, owner);
  if (found !== undefined && keeps && found.isProven !== isProven) throw new KeptOtherwiseError(directory);
  if (found !== undefined && !keeps) emptyDirectory(directory);
  mkdirSync(directory, { recursive: true });
  writeDevFile(directory, { isProven });
}

/** Deletes the network, but for accounts: their keys are good for the next one, too. */
export function emptyDirectory(directory: string): void {
  const network = readNetworkFile(directory);
  if (network === undefined) return;
  const isKept = ([first]: readonly (string | RegExp)[]) =>
    typeof first === "string" ? /^(accounts\.json|dev\.json)/.test(first) : first!.test("accounts.json.1");
  deleteOwned(
    directory,
    networkEntries(directory, network).filter((entry) => !isKept(entry)),
  );
}

/** What is written over and over, or says who runs. */
const PASSING = /^accounts\.json|\.pid$|\.lock$|\.mdb$/;

/** Reads what a deployment has written, before anything runs on it. */
export function readBeginning(directory: string): Beginning {
  const names = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !PASSING.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(names.map((path) => [path.slice(directory.length + 1), readFileSync(path)]));
}

/** Puts a network back to how it was when it had just been deployed. */
export function restoreBeginning(directory: string, beginning: Beginning): void {
  emptyDirectory(directory);
  for (const [path, content] of beginning) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content, { mode: 0o600 });
  }
}

/** The state that is to be kept was made with proofs, and none are to be made now; or the reverse. */
class KeptOtherwiseError extends InputError {
  constructor(directory: string) {
    super({
      code: "network/kept-otherwise",
      message: `The state in ${directory} was made with another --prove: a layer's keys follow from it. Give the same, or leave out --keep.`,
      data: { directory },
    });
  }
}
