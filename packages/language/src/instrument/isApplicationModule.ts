import { fileURLToPath } from "node:url";

/** The directory of Frond's own packages. */
const PACKAGES = fileURLToPath(new URL("../../../", import.meta.url));

/**
 * Whether a file is a module of an application: no installed package, and none of Frond's own, but for the applications
 * in their tests.
 */
export function isApplicationModule(file: string): boolean {
  if (!/\.m?[jt]sx?$/.test(file) || /\.d\.m?ts$/.test(file) || /[/\\]node_modules[/\\]/.test(file)) return false;
  if (!file.startsWith(PACKAGES)) return true;
  return /\.(test|bench)\.ts$|[/\\](testing|fixtures|simulation)([/\\]|\.ts$)/.test(file.slice(PACKAGES.length));
}
