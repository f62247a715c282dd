import { existsSync, readFileSync, statSync } from "node:fs";
import { extname, join, resolve, sep } from "node:path";
import type { Page } from "@frond/node";
import { builtPage } from "./builtPage.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

/**
 * The explorer's pages by their paths, for a server to answer with. `connect` names, whenever a page is loaded, the
 * addresses that it may ask beside the server's own: those of the nodes.
 */
export function explorerPages(connect: () => readonly string[]): (path: string) => Promise<Page | undefined> {
  let folder: string | undefined;
  return async (path) => {
    const asked = path.replace(/[?#].*$/, "");
    const type = TYPES[asked === "/" ? ".html" : extname(asked)];
    if (type === undefined) return undefined;
    // Whether sources have changed is asked once for each page that is loaded, not for each file of it.
    if (asked === "/" || folder === undefined) folder = await builtPage();
    const file = resolve(join(folder, asked === "/" ? "index.html" : asked));
    if (!file.startsWith(folder + sep) || !existsSync(file) || !statSync(file).isFile()) return undefined;
    return { status: 200, type, body: readFileSync(file), headers: headersOf(connect()) };
  };
}

/** The origin of an address, if it names one host: layers of strangers say theirs themselves. */
function originOf(url: string): readonly string[] {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isOne = parsed !== undefined && /^https?:$/.test(parsed.protocol) && /^[a-z0-9.:[\]-]+$/.test(parsed.hostname);
  return isOne ? [parsed.origin] : [];
}

/** The page runs its own scripts only, is in no frame, and asks nobody but the network. */
function headersOf(connect: readonly string[]): Readonly<Record<string, string>> {
  const own = [...new Set(connect.flatMap(originOf))];
  const sockets = own.map((origin) => origin.replace(/^http/, "ws"));
  const rules = [
    "default-src 'self'",
    // Curves are computed in WebAssembly.
    "script-src 'self' 'wasm-unsafe-eval'",
    `connect-src 'self' ${[...own, ...sockets].join(" ")}`.trim(),
    "img-src 'self' data:",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "object-src 'none'",
  ];
  return {
    "content-security-policy": rules.join("; "),
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-cache",
  };
}
