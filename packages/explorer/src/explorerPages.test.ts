import { expect, test } from "vitest";
import { explorerPages } from "./explorerPages.ts";

const pageAt = explorerPages(() => [
  "http://127.0.0.1:4040",
  "",
  "http://127.0.0.1:4040/x; script-src *",
  "http://*",
  "data:,x",
]);

test("the page runs its own scripts only, is in no frame, and asks the nodes alone", async () => {
  const page = await pageAt("/?coordinator=x");
  expect(page).toMatchObject({ status: 200, type: "text/html; charset=utf-8" });
  const policy = page?.headers?.["content-security-policy"] ?? "";
  expect(policy.split("; ")).toEqual([
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "connect-src 'self' http://127.0.0.1:4040 ws://127.0.0.1:4040",
    "img-src 'self' data:",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "object-src 'none'",
  ]);
  expect(page?.headers?.["x-frame-options"]).toBe("DENY");
});

test.each(["/../package.json", "/..%2fpackage.json", "/%2e%2e/package.json", "/assets", "/nothing.js", "/metrics"])(
  "%s is no page",
  async (path) => {
    expect(await pageAt(path)).toBeUndefined();
  },
);
