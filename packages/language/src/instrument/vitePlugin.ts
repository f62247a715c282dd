import { relative } from "node:path";
import type { SourceMap } from "magic-string";
import { instrument } from "./instrument.ts";
import { isApplicationModule } from "./isApplicationModule.ts";

/** A plugin of Vite, without its types: Vite is no dependency of this package. */
export type VitePlugin = {
  readonly name: string;
  readonly enforce: "pre";
  configResolved(config: { readonly root: string; readonly command: "build" | "serve" }): void;
  transform(code: string, id: string): { readonly code: string; readonly map: SourceMap } | undefined;
};

/**
 * Instruments the modules of applications in tests and pages, as `frond` does when it loads an application: see
 * `instrument`.
 */
export function frond(): VitePlugin {
  let place = (file: string) => file;
  return {
    name: "frond",
    enforce: "pre",
    configResolved({ root, command }) {
      // A page must not tell the directories of the machine that built it.
      if (command === "build") place = (file) => relative(root, file);
    },
    transform(code, id) {
      // A module that a plugin has made, which is no file.
      if (id.startsWith("\0")) return undefined;
      const file = id.replace(/[?#].*$/, "");
      return isApplicationModule(file) ? instrument(code, place(file)) : undefined;
    },
  };
}
