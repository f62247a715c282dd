import { lstatSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Files that belong to Frond, by the names of the folders above them and their own. A name is exact, or a pattern of
 * whole names.
 */
export type OwnedEntry = readonly (string | RegExp)[];

/**
 * Deletes the files that `entries` describe below a directory, one entry after the other, and folders of theirs that
 * are empty then; the directory itself and everything else stays. Never follows a symbolic link: one in the place of an
 * entry, or of a folder above it, is deleted itself, and what it points to stays. Gives how many files were deleted.
 */
export function deleteOwned(directory: string, entries: readonly OwnedEntry[]): number {
  return entries.reduce((count, entry) => count + deleteEntry(directory, entry), 0);
}

function deleteEntry(directory: string, [name, ...below]: OwnedEntry): number {
  let count = 0;
  for (const found of namesIn(directory)) {
    if (typeof name === "string" ? found !== name : !name!.test(found)) continue;
    const path = join(directory, found);
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (status?.isSymbolicLink() || (below.length === 0 && status?.isFile())) {
      rmSync(path, { force: true });
      count += 1;
    } else if (below.length > 0 && status?.isDirectory()) {
      const deleted = deleteEntry(path, below);
      if (deleted > 0 && namesIn(path).length === 0) rmdirSync(path);
      count += deleted;
    }
  }
  return count;
}

/** What is in a directory; nothing if there is none. */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}
