import { exchange } from "@frond/exchange";
import { account, application, createExecutor, type Program, u128 } from "@frond/language";
import { ACCOUNTS_MAP, addressOf, entryKey, LAST_TIME, signTransaction, type Transaction } from "@frond/protocol";
import { createTraders } from "../traders.ts";
import { createState, type State } from "./state.ts";

const LAYER = 77n;

/** Transactions to execute, and the state that they begin with. */
export type Workload = {
  readonly name: WorkloadName;
  readonly program: Program;
  readonly instructions: number;
  readonly transactions: readonly Transaction[];
  begin(): State;
};

export type WorkloadName = "swap" | "compute" | "heavy compute";

const ACCOUNTS = 64;

/** So many rounds of about five instructions on a number of the sender's own: no two accounts touch the same entry. */
const computation = (rounds: number) =>
  application({
    name: "computation",
    state: { accounts: account({ number: u128 }) },
    methods: {
      compute: {
        args: { seed: u128 },
        run({ state, sender }, { seed }) {
          state.accounts.at(sender).number.update((number) => {
            let value = number.add(seed);
            for (let i = 0; i < rounds; i++)
              value = value
                .multiply(5)
                .add(i)
                .remainder(2n ** 60n)
                .mulDiv(3, 2);
            return value;
          });
        },
      },
    },
  });

const ROUNDS: Record<Exclude<WorkloadName, "swap">, number> = { compute: 1_000, "heavy compute": 3_900 };

/** The program of a workload; a worker makes its own. */
export const programOf = (name: WorkloadName): Program =>
  name === "swap" ? exchange.program : computation(ROUNDS[name]).program;

export function createWorkload(name: WorkloadName, count: number): Workload {
  const program = programOf(name);
  const method = program.methods[0]!;
  const common = { name, program, instructions: method.instructions.length };
  if (name === "swap") {
    const traders = createTraders(LAYER, ACCOUNTS);
    const liquidity = traders.addLiquidity();
    return {
      ...common,
      transactions: traders.swaps(count),
      begin() {
        const state = createState(program);
        const { runHandler } = createExecutor(program);
        const context = { layerId: LAYER, time: 1, epoch: 1 };
        for (const message of traders.deposits) {
          const outcome = runHandler({ message, context, state });
          if (!outcome.ok) throw new Error(outcome.error.message);
          for (const [key, values] of outcome.writes) state.set(key, values);
        }
        state.execute({ transaction: liquidity, sender: addressOf(liquidity.publicKey) });
        return state;
      },
    };
  }
  const nonces = new Array<number>(ACCOUNTS).fill(0);
  const transactions = Array.from({ length: count }, (_, i) => {
    const who = i % ACCOUNTS;
    const unsigned = { layerId: LAYER, method: 0, args: [BigInt(i)], maxFee: 0n, expiry: LAST_TIME };
    return signTransaction({ ...unsigned, nonce: nonces[who]!++ }, BigInt(1_000 + who));
  });
  return { ...common, transactions, begin: () => createState(program) };
}

const addresses = new Map<bigint, bigint>();

/** The sender's address, and the key of its account. */
export function accountOf({ publicKey }: Transaction): { readonly sender: bigint; readonly key: bigint } {
  const sender = addresses.get(publicKey.x) ?? addressOf(publicKey);
  addresses.set(publicKey.x, sender);
  return { sender, key: accountKey(sender) };
}

const keys = new Map<bigint, bigint>();
function accountKey(sender: bigint): bigint {
  const key = keys.get(sender) ?? entryKey(ACCOUNTS_MAP, [sender]);
  keys.set(sender, key);
  return key;
}
