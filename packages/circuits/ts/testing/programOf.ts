import type { CircuitSource } from "../circuitSource.ts";

/** A circuit without the library whose `main.nr` is the given text. */
export function programOf(name: string, main: string): CircuitSource {
  const manifest = `[package]\nname = "${name}"\ntype = "bin"\nauthors = []\n\n[dependencies]\n`;
  return { name, files: { "bin/Nargo.toml": manifest, "bin/src/main.nr": main } };
}
