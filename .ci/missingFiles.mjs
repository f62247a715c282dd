import { existsSync } from "node:fs";
import { join } from "node:path";

/** Files of the repository that a document names and that do not exist: `packages/..`, `apps/..` and links. */
export function missingFiles(root, file, text) {
  const named = [...text.matchAll(/`((?:packages|apps|bench|e2e|mutation|docs)\/[\w./-]+\w)`/g)].map(
    ([, path]) => path,
  );
  const linked = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, path]) => join(file, "..", path));
  return [...new Set([...named, ...linked])]
    .filter((path) => !existsSync(join(root, path)))
    .map((path) => `${file}: names ${path}, which does not exist`);
}
