import { publicKeyOf } from "@frond/foundation";
import { expect, it } from "vitest";
import { parsePublicKey, publicKeyToText } from "./publicKeyText.ts";

it("a public key is read as it was written, and nothing else is", () => {
  const key = publicKeyOf(77n);
  const text = publicKeyToText(key);
  expect(parsePublicKey(text)).toEqual(key);
  const wrong = [
    "",
    text.slice(2),
    text.toUpperCase(),
    `${text}0`,
    `0x${"0".repeat(127)}2`,
    `0x${"f".repeat(128)}`,
    // Of another curve: y is one too large.
    publicKeyToText({ x: key.x, y: key.y + 1n }),
  ];
  expect(wrong.map(parsePublicKey)).toEqual(wrong.map(() => undefined));
});
