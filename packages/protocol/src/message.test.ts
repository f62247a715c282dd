import { addPoints, FIELD_MODULUS, isOnCurve, NEUTRAL, poseidon2Hash, poseidon2Permutation } from "@frond/foundation";
import fc from "fast-check";
import { expect, test } from "vitest";
import { messageSum } from "./aggregate.ts";
import { type Message, messageHash, messagePoint, messagesHash, TooManyMessagesError } from "./message.ts";
import { squareRoot } from "./squareRoot.ts";
import { POINT_DOMAIN } from "./tables/domains.ts";
import { MessageKind } from "./tables/messageKinds.ts";

const message: Message = {
  from: 0n,
  to: 5n,
  time: 0,
  kind: MessageKind.deposit,
  asset: 1,
  amount: 10n ** 18n,
  recipient: 6n,
  payload: 7n,
};

test("square roots exist for exactly the squares", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: FIELD_MODULUS - 1n }), (value) => {
      const square = (value * value) % FIELD_MODULUS;
      expect([value, FIELD_MODULUS - value]).toContain(squareRoot(square));
      // 5 generates the group, so it is no square, nor is its product with one.
      expect(squareRoot((5n * square) % FIELD_MODULUS)).toBeUndefined();
    }),
    { numRuns: 50 },
  );
  expect(squareRoot(0n)).toBe(0n);
});

test("a message's point is on the curve, has the canonical sign, and the counter is the smallest", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 1n << 127n }), fc.integer({ min: 1, max: 1000 }), (amount, epoch) => {
      const hash = messageHash({ ...message, amount });
      const { point, counter } = messagePoint({ message: { ...message, amount }, epoch });
      expect(isOnCurve(point)).toBe(true);
      expect(point.y < 1n << 252n).toBe(true);
      expect(FIELD_MODULUS - point.y >= 1n << 252n).toBe(true);
      for (let i = 0; i <= counter; i++) {
        const x = (poseidon2Permutation([hash, BigInt(epoch), BigInt(i), POINT_DOMAIN])[0] + hash) % FIELD_MODULUS;
        const y = squareRoot((x * x * x - 17n) % FIELD_MODULUS);
        const works = y !== undefined && [y, FIELD_MODULUS - y].some((root) => root < 1n << 252n);
        expect(works).toBe(i === counter);
        if (i === counter) expect(point.x).toBe(x);
      }
    }),
    { numRuns: 30 },
  );
});

test("every field of a message and the epoch change its point", () => {
  const { point } = messagePoint({ message, epoch: 1 });
  const others = (Object.keys(message) as (keyof Message)[]).map((name) => ({
    ...message,
    [name]: typeof message[name] === "bigint" ? (message[name] as bigint) + 1n : (message[name] as number) + 1,
  }));
  for (const other of others) expect(messagePoint({ message: other as Message, epoch: 1 }).point).not.toEqual(point);
  expect(messagePoint({ message, epoch: 2 }).point).not.toEqual(point);
});

test("a sum is neutral when all that is consumed was produced, in any order, and only then", () => {
  const list = [message, { ...message, amount: 2n }, { ...message, amount: 3n }];
  expect(messageSum({ produced: list, consumed: [...list].reverse(), epoch: 1 })).toEqual(NEUTRAL);
  expect(messageSum({ produced: list, consumed: list.slice(1), epoch: 1 })).not.toEqual(NEUTRAL);
  expect(messageSum({ produced: [], consumed: [message, message], epoch: 1 })).not.toEqual(NEUTRAL);
  const twice = messageSum({ produced: [message, message], consumed: [], epoch: 1 });
  const { point } = messagePoint({ message, epoch: 1 });
  expect(twice).toEqual(addPoints(point, point));
});

test("both lists are padded apart, and hold 32", () => {
  const zeros = (count: number) => new Array<bigint>(count).fill(0n);
  expect(messagesHash([], [])).toBe(poseidon2Hash(zeros(64)));
  expect(messagesHash([message], [])).toBe(poseidon2Hash([messageHash(message), ...zeros(63)]));
  expect(messagesHash([], [message])).toBe(poseidon2Hash([...zeros(32), messageHash(message), ...zeros(31)]));
  expect(() => messagesHash(new Array(33).fill(message), [])).toThrow(TooManyMessagesError);
  expect(() => messagesHash([], new Array(33).fill(message))).toThrow(TooManyMessagesError);
});

test("known values", () => {
  expect({ hash: messageHash(message), ...messagePoint({ message, epoch: 1 }) }).toMatchInlineSnapshot(`
    {
      "counter": 3,
      "hash": 5643243090883422463241387872856079120984430413387447805316244518558347482504n,
      "point": {
        "x": 11323356836389984856213600401183111896290007013463155726749784930797278440838n,
        "y": 2311732608539791165294877624101254253532076012023272967829595974315544530780n,
      },
    }
  `);
});
