import { account, address, application, assert, u8 } from "frond/language";

/** What an account may do, as bits of one number. */
const MAY_WRITE = 1;
const MAY_GRANT = 2;

export const rights = (administrator: bigint) =>
  application({
    name: "rights",
    state: { accounts: account({ rights: u8, written: u8 }) },
    genesis: { accounts: [[administrator, { rights: BigInt(MAY_WRITE + MAY_GRANT), written: 0n }]] },
    methods: {
      grant: {
        args: { to: address, rights: u8 },
        run({ state, sender }, { to, rights }) {
          const own = state.accounts.at(sender).rights.get();
          assert(own.bitAnd(MAY_GRANT).greaterThan(0), "the account may not grant");
          state.accounts.at(to).rights.update((had) => had.bitOr(rights));
        },
      },
      write: {
        args: { value: u8 },
        run({ state, sender }, { value }) {
          const own = state.accounts.at(sender);
          assert(own.rights.get().bitAnd(MAY_WRITE).greaterThan(0), "the account may not write");
          own.written.set(value);
        },
      },
    },
  });
