import { type FSWatcher, watch } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { build } from "esbuild";

export type SourceWatch = {
  /** Looks again which modules the entries import: they may have changed. */
  refresh(entries: readonly string[]): Promise<void>;
  close(): void;
};

/** An editor writes a file in several steps. */
const PAUSE_MILLISECONDS = 50;

/**
 * Watches entry modules and all of the user's modules that they import; installed packages are none. Folders are
 * watched, since editors put a new file in the place of the old one.
 */
export function watchSources(onChange: () => void): SourceWatch {
  const watchers = new Map<string, FSWatcher>();
  let sources: ReadonlySet<string> = new Set();
  let timer: NodeJS.Timeout | undefined;

  function watchFolder(folder: string): FSWatcher {
    const watcher = watch(folder, (_event, name) => {
      if (name !== null && !sources.has(join(folder, name))) return;
      clearTimeout(timer);
      timer = setTimeout(onChange, PAUSE_MILLISECONDS);
    });
    // A folder that is deleted has no changes any more.
    watcher.on("error", () => {});
    return watcher;
  }

  return {
    async refresh(entries) {
      // What can't be read as it is now imports what it did before.
      const found = await sourcesOf(entries).catch(() => new Set([...sources, ...entries]));
      sources = found;
      const folders = new Set([...found].map((file) => dirname(file)));
      for (const [folder, watcher] of watchers) {
        if (folders.has(folder)) continue;
        watcher.close();
        watchers.delete(folder);
      }
      for (const folder of folders) if (!watchers.has(folder)) watchers.set(folder, watchFolder(folder));
    },
    close() {
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}

async function sourcesOf(entries: readonly string[]): Promise<Set<string>> {
  const { metafile } = await build({
    entryPoints: [...entries],
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    outdir: "unused",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  return new Set(Object.keys(metafile.inputs).map((path) => (isAbsolute(path) ? path : resolve(path))));
}
