import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compileContracts, compileSources, linkCode } from "./compileContracts.ts";
import { SolidityCompileError } from "./errors.ts";
import { abiFile, generateAbi } from "./generateAbi.ts";

let cacheDirectory: string;
beforeAll(() => {
  cacheDirectory = mkdtempSync(join(tmpdir(), "frond-solidity-"));
});
afterAll(() => rmSync(cacheDirectory, { recursive: true }));

test("the committed ABI is what the sources give", () => {
  expect(readFileSync(abiFile, "utf8")).toBe(generateAbi({ cacheDirectory }));
});

test("the second compilation comes from the cache, and another source does not", () => {
  const first = compileContracts({ cacheDirectory });
  const files = readdirSync(cacheDirectory).length;
  expect(compileContracts({ cacheDirectory })).toEqual(first);
  expect(readdirSync(cacheDirectory)).toHaveLength(files);
  compileContracts({
    cacheDirectory,
    sources: { "Other.sol": "// SPDX-License-Identifier: MIT\npragma solidity 0.8.30;" },
  });
  expect(readdirSync(cacheDirectory)).toHaveLength(files + 1);
});

test("the compiler leaves no listener behind that would abort the process", () => {
  compileSources({ "Fresh.sol": "pragma solidity 0.8.30; contract Fresh {}" }, { cacheDirectory });
  const added = process
    .rawListeners("unhandledRejection")
    .filter((listener) => /abort|throw reason/.test(String(listener)));
  expect(added).toEqual([]);
});

test("a mistake in a source is a typed error that names it", () => {
  expect(() => compileSources({ "Bad.sol": "contract Bad { uint x = ; }" }, { cacheDirectory })).toThrow(
    SolidityCompileError,
  );
  expect(() => compileSources({ "Bad.sol": "contract Bad { uint x = ; }" }, { cacheDirectory })).toThrow("Bad.sol:1:");
});

test("no source reaches files outside its packages", () => {
  const source = 'pragma solidity 0.8.30; import "@openzeppelin/contracts/../../package.json";';
  expect(() => compileSources({ "Escape.sol": source }, { cacheDirectory })).toThrow("is not allowed here");
});

test("addresses of libraries are put in their places", () => {
  const source = `pragma solidity 0.8.30;
    library Far { function one() external pure returns (uint256) { return 1; } }
    contract Near { function two() external pure returns (uint256) { return Far.one() + Far.one(); } }`;
  const { Near } = compileSources({ "Link.sol": source }, { cacheDirectory });
  expect(Near!.code).toContain("__$");
  const far = "0x00000000000000000000000000000000000000fa";
  expect(linkCode(Near!, { Far: far })).toMatch(/^0x[0-9a-f]+$/);
  expect(() => linkCode(Near!, {})).toThrow("Near needs the library Far");
});
