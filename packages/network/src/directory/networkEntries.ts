import { join } from "node:path";
import { DamagedFileError } from "../errors.ts";
import { ENTRIES_FILE } from "../follower/genesisFile.ts";
import { COMMITTEE_FILE } from "../members/committeeFile.ts";
import { MEMBER_FILE } from "../members/memberFile.ts";
import { accountsSchema } from "./accountsFile.ts";
import {
  GENESIS_FILE,
  type LayerFile,
  layerNames,
  NEXT_COMMITTEE_FILE,
  NEXT_FILE,
  readLayerFile,
} from "./layerFile.ts";
import { type NetworkFile, readJsonFile } from "./networkFile.ts";
import { OUTLINE_FILE } from "./outlineFile.ts";
import type { OwnedEntry } from "./ownedEntries.ts";

/** Transactions that L1 has not made final, and what they do. */
export const SUBMISSIONS_FILE = "l1-transactions.json";

/** What `frond dev` notes of the network that it makes. */
export const DEV_FILE = "dev.json";

/** Blobs of epochs that somebody else settled. */
export const BLOBS_DIRECTORY = "blobs";
const BLOB = /^0x[0-9a-f]{64}(\.[a-z]+)?$/;

/** Of a member that the network runs itself. */
const NUMBER = /^[0-9]+$/;
const DATABASE = /^(data|lock)\.mdb$/;
/** `writeJsonFile` writes aside first; a process that was killed leaves that. */
const asideOf = (name: string) => new RegExp(`^${name.replaceAll(".", "\\.")}\\.[0-9]+(\\.[0-9a-f]{8}\\.tmp)?$`);

/**
 * What a network made in its data directory. Its `network.json` comes last: as long as something else is there, it can
 * be asked for again.
 */
export function networkEntries(directory: string, network: NetworkFile): OwnedEntry[] {
  return [
    ["coordinator", DATABASE],
    ["proofs", DATABASE],
    [BLOBS_DIRECTORY, BLOB],
    ...layersOf(directory, network).flatMap((name): OwnedEntry[] => [
      ["layers", name, "store", DATABASE],
      ["layers", name, asideOf(OUTLINE_FILE)],
      ["layers", name, OUTLINE_FILE],
      ["layers", name, asideOf(COMMITTEE_FILE)],
      ["layers", name, COMMITTEE_FILE],
      ["layers", name, asideOf(ENTRIES_FILE)],
      ["layers", name, ENTRIES_FILE],
      ["layers", name, NEXT_COMMITTEE_FILE],
      ["layers", name, asideOf("layer.json")],
      ["layers", name, "layer.json"],
      ["layers", name, NEXT_FILE],
      ["layers", name, GENESIS_FILE],
      ["layers", name, "frond.pid"],
      ["layers", name, "running.pid"],
    ]),
    ["members", NUMBER, "shares", DATABASE],
    ["members", NUMBER, asideOf(MEMBER_FILE)],
    ["members", NUMBER, MEMBER_FILE],
    ...(network.isLocal
      ? [[/^l1\.json(\.(ending|saving|log))?$/], [asideOf("l1.json")], [asideOf("l1.json.log")]]
      : []),
    [SUBMISSIONS_FILE],
    [asideOf(SUBMISSIONS_FILE)],
    [asideOf("accounts.json")],
    ["accounts.json.lock"],
    ...(holdsAccounts(directory) ? [["accounts.json"]] : []),
    [asideOf(DEV_FILE)],
    [DEV_FILE],
    [asideOf("network.json")],
    ["network.json.lock"],
    ["network.json"],
  ];
}

/** Layers that the network's file names, and those that were being added to it: their own files name its contract. */
export function layersOf(directory: string, { layers, settlement, chainId }: NetworkFile): string[] {
  const added = layerNames(directory).filter((name) => {
    const file = layerIfReadable(directory, name);
    return file?.settlement === settlement && file.chainId === chainId;
  });
  return [...new Set([...layers.map(({ name }) => name), ...added])];
}

function layerIfReadable(directory: string, name: string): LayerFile | undefined {
  try {
    return readLayerFile(directory, name);
  } catch {
    return undefined;
  }
}

function holdsAccounts(directory: string): boolean {
  try {
    return accountsSchema.safeParse(readJsonFile(join(directory, "accounts.json"))).success;
  } catch (error) {
    if (error instanceof DamagedFileError) return false;
    throw error;
  }
}
