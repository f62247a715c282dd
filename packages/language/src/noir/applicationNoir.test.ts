import { expect, test } from "vitest";
import { application } from "../application.ts";
import { callInterface } from "../calls.ts";
import { assert, select, when } from "../operations.ts";
import { account, cell } from "../state.ts";
import { address, bool, field, u64 } from "../types.ts";
import { applicationNoir } from "./applicationNoir.ts";

const paid = callInterface({ name: "paid", args: { amount: u64, isLast: bool } });

const till = application({
  name: "till",
  state: { accounts: account({ balance: u64 }), till: cell({ open: bool, total: u64 }) },
  fee({ state, sender, fee, feeRecipient }) {
    when(fee.greaterThan(0), () => {
      state.accounts.at(sender).balance.update((balance) => balance.subtract(fee));
      state.accounts.at(feeRecipient).balance.update((balance) => balance.add(fee));
    });
  },
  methods: {
    pay: {
      args: { amount: u64, layer: field },
      run({ state, sender, call }, { amount, layer }) {
        const payer = state.accounts.at(sender);
        const { open, total } = state.till.get();
        const price = select(open, amount, 0);
        assert(payer.balance.get().atLeast(price), "the balance is too small");
        const after = total.add(price);
        state.till.total.set(after);
        payer.balance.update((balance) => balance.subtract(price));
        call(paid, { to: layer, args: { amount: price, isLast: open.not() } });
      },
    },
    give: {
      args: { to: address },
      run({ state }, { to }) {
        state.accounts.at(to).balance.set(1);
      },
    },
  },
  bounced: {
    paid: {
      of: paid,
      run({ state }, { amount }) {
        state.till.total.update((total) => total.subtract(amount));
      },
    },
  },
});

test("the Noir of an application has the names and the lines of its source", () => {
  // The lines of this file may move.
  expect(applicationNoir(till.program).replace(/(test\.ts):\d+/g, "$1")).toBe(EXPECTED);
});

const EXPECTED = `//! The application "till". Generated from its TypeScript by \`blockCircuit\`: change that, not this.

use frond::block::{HandlerContext, MethodContext};
use frond::constants::{KIND_BOUNCE, KIND_CALL};
use frond::data::EntryWords;
use frond::integer::equal;
use frond::logic::select;
use frond::packed::unpack;
use frond::procedure::{Call, Effects, Opened, Sent};

/// V: the most values an entry has.
pub global ENTRY_WIDTH: u32 = 2;
/// A: the most arguments a method has.
pub global ARGUMENTS: u32 = 2;
/// The most arguments a call that another layer sent has.
pub global HANDLER_ARGUMENTS: u32 = 2;
/// The formats in which entries are written as data, and the most words of one.
pub global FORMATS: u32 = 2;
pub global ENTRY_WORDS: u32 = 1;
/// Width of the widest integer.
pub global BITS: u32 = 128;

// The numbers of the methods in transactions.
global METHOD_PAY: Field = 0;
global METHOD_GIVE: Field = 1;

// The selectors of calls between layers.
global SELECTOR_PAID: Field = 0x44fb1f;

// The numbers of the maps.
global ACCOUNTS_MAP: Field = 0;

// The positions of the values in the entries of each map.
global ACCOUNTS_BALANCE: u32 = 1;
global TILL_OPEN: u32 = 0;
global TILL_TOTAL: u32 = 1;

// The keys of entries that have the same key in every block.
global TILL_KEY: Field = 0x296d252493553fb334c86498774f6e0d2291bf57c96a5e99c22681bcb5b09fa8;

// Powers of two.
global TWO_24: Field = 0x1000000;
global TWO_43: Field = 0x80000000000;
global TWO_44: Field = 0x100000000000;
global TWO_64: Field = 0x10000000000000000;
global TWO_65: Field = 0x20000000000000000;
global TWO_75: Field = 0x8000000000000000000;
global TWO_88: Field = 0x10000000000000000000000;

/// Entries, hints and results that the methods share.
type MethodCall = Call<4, ENTRY_WIDTH, 6, 1, 1>;
type MethodEffects = Effects<4, 1, ENTRY_WIDTH, 6, 0, 1>;

/// Entries, hints and results that the handlers share.
type HandlerCall = Call<1, ENTRY_WIDTH, 1, 1, 1>;
type HandlerEffects = Effects<1, 1, ENTRY_WIDTH, 1, 0, 1>;

/// Runs the method that is called, if the transaction is used: \`used\` is 0 or 1.
pub fn execute(
    used: Field,
    method: Field,
    args: [Field; ARGUMENTS],
    context: MethodContext,
    call: MethodCall,
) -> MethodEffects {
    let is_pay = used * equal(method, METHOD_PAY);
    let is_give = used * equal(method, METHOD_GIVE);
    assert(is_pay + is_give == used, "transaction: no such method");
    (is_pay * args[0]).assert_max_bit_size::<64>();
    let (fee_effects, after_fee) = fee(context, call);
    let mut effects = MethodEffects::none().add_if(used, fee_effects);
    effects = effects.add_if(is_pay, pay(context, after_fee, args[0], args[1]));
    effects = effects.add_if(is_give, give(context, after_fee, args[0]));
    effects
}

/// Runs the handler of the message, if the message is used; the first result tells whether there is one.
pub fn handle(
    used: Field,
    context: HandlerContext,
    args: [Field; HANDLER_ARGUMENTS],
    call: HandlerCall,
) -> (Field, HandlerEffects) {
    let is_bounce = used * equal(context.message.kind, KIND_BOUNCE);
    let packed = unpack(is_bounce * context.message.recipient);
    let named_on_bounced_paid = is_bounce * equal(packed.selector, SELECTOR_PAID);
    let has_arguments = packed.fits(named_on_bounced_paid * TWO_65, named_on_bounced_paid);
    let is_on_bounced_paid = has_arguments * named_on_bounced_paid;
    assert(
        is_on_bounced_paid * (SELECTOR_PAID + args[0] * TWO_24 + args[1] * TWO_88 - packed.value) == 0,
        "call: other arguments than are packed",
    );
    (is_on_bounced_paid * args[0]).assert_max_bit_size::<64>();
    (is_on_bounced_paid * args[1]).assert_max_bit_size::<1>();
    let mut effects = HandlerEffects::none();
    effects = effects.add_if(is_on_bounced_paid, on_bounced_paid(context, call, args[0], args[1]));
    (is_on_bounced_paid, effects)
}

/// The words of an entry in the chosen format, without its leaf and its key; none if no format is chosen.
pub fn entry_words(formats: [Field; FORMATS], values: [Field; ENTRY_WIDTH]) -> EntryWords<ENTRY_WORDS> {
    let accounts_nonce = formats[0] * values[0];
    let accounts_balance = formats[0] * values[1];
    let till_open = formats[1] * values[0];
    let till_total = formats[1] * values[1];
    accounts_nonce.assert_max_bit_size::<32>();
    till_open.assert_max_bit_size::<1>();
    (accounts_balance + till_total).assert_max_bit_size::<64>();
    EntryWords {
        words: [
            formats[0] * 0x58080000000
                + formats[1] * 0x52080000000
                + accounts_nonce * TWO_43
                + accounts_balance * TWO_75
                + till_open * TWO_43
                + till_total * TWO_44,
        ],
        present: [formats[0] + formats[1]],
    }
}

/// fee() applicationNoir.test.ts
fn fee(context: MethodContext, call: MethodCall) -> (MethodEffects, MethodCall) {
    let mut effects = MethodEffects::none();
    let mut sender_account = call.entries[0];
    let mut fee_account = call.entries[1];
    let sender_account_is_fee_account = equal(call.places[0], call.places[1]);
    // applicationNoir.test.ts  when(fee.greaterThan(0), () => {
    effects.ranged[0] = (call.bits[0] * TWO_64 - context.fee) * TWO_64;
    let is_less = call.bits[0];
    // applicationNoir.test.ts  state.accounts.at(sender).balance.update((balance) => balance.subtract(fee));
    let balance = sender_account[ACCOUNTS_BALANCE];
    let new_balance = balance - context.fee + call.bits[1] * TWO_64;
    effects.ranged[1] = new_balance * TWO_64;
    effects.failures += is_less * call.bits[1];
    sender_account[ACCOUNTS_BALANCE] = select(is_less, new_balance, sender_account[ACCOUNTS_BALANCE]);
    fee_account[ACCOUNTS_BALANCE] = select(
        sender_account_is_fee_account,
        sender_account[ACCOUNTS_BALANCE],
        fee_account[ACCOUNTS_BALANCE],
    );
    // applicationNoir.test.ts  state.accounts.at(feeRecipient).balance.update((balance) => balance.add(fee));
    effects.opened[1] = Opened::cell(is_less, context.block.fee_account);
    let balance_2 = fee_account[ACCOUNTS_BALANCE];
    let new_balance_2 = balance_2 + context.fee - call.bits[2] * TWO_64;
    effects.ranged[2] = new_balance_2 * TWO_64;
    effects.failures += is_less * call.bits[2];
    fee_account[ACCOUNTS_BALANCE] = select(is_less, new_balance_2, fee_account[ACCOUNTS_BALANCE]);
    sender_account[ACCOUNTS_BALANCE] = select(
        sender_account_is_fee_account,
        fee_account[ACCOUNTS_BALANCE],
        sender_account[ACCOUNTS_BALANCE],
    );
    // The changes of the entries.
    effects.changes[0][ACCOUNTS_BALANCE] = sender_account[ACCOUNTS_BALANCE] - call.entries[0][ACCOUNTS_BALANCE];
    effects.changes[1][ACCOUNTS_BALANCE] = fee_account[ACCOUNTS_BALANCE] - call.entries[1][ACCOUNTS_BALANCE];
    let mut after_fee = call;
    after_fee.entries[0] = sender_account;
    after_fee.entries[1] = fee_account;
    (effects, after_fee)
}

/// pay(amount: u64, layer: field) applicationNoir.test.ts
fn pay(_context: MethodContext, call: MethodCall, amount: Field, layer: Field) -> MethodEffects {
    let mut effects = MethodEffects::none();
    let mut payer = call.entries[0];
    let mut fee_account = call.entries[1];
    let mut till = call.entries[2];
    let payer_is_fee_account = equal(call.places[0], call.places[1]);
    // applicationNoir.test.ts  const { open, total } = state.till.get();
    effects.opened[2] = Opened::cell(1, TILL_KEY);
    let open = till[TILL_OPEN];
    let total = till[TILL_TOTAL];
    // applicationNoir.test.ts  const price = select(open, amount, 0);
    let price = select(open, amount, 0);
    // applicationNoir.test.ts  assert(payer.balance.get().atLeast(price), "the balance is too small");
    let balance = payer[ACCOUNTS_BALANCE];
    effects.ranged[3] = (balance - price + call.bits[3] * TWO_64) * TWO_64;
    let is_less = call.bits[3];
    effects.failures += is_less;
    // applicationNoir.test.ts  const after = total.add(price);
    let after = total + price - call.bits[4] * TWO_64;
    effects.ranged[4] = after * TWO_64;
    effects.failures += call.bits[4];
    // applicationNoir.test.ts  state.till.total.set(after);
    till[TILL_TOTAL] = after;
    // applicationNoir.test.ts  payer.balance.update((balance) => balance.subtract(price));
    let balance_2 = payer[ACCOUNTS_BALANCE];
    let new_balance = balance_2 - price + call.bits[5] * TWO_64;
    effects.ranged[5] = new_balance * TWO_64;
    effects.failures += call.bits[5];
    payer[ACCOUNTS_BALANCE] = new_balance;
    fee_account[ACCOUNTS_BALANCE] = select(
        payer_is_fee_account,
        payer[ACCOUNTS_BALANCE],
        fee_account[ACCOUNTS_BALANCE],
    );
    // applicationNoir.test.ts  call(paid, { to: layer, args: { amount: price, isLast: open.not() } });
    let is_not = 1 - open;
    let paid_call = SELECTOR_PAID + price * TWO_24 + is_not * TWO_88;
    effects.sent[0] = Sent {
        used: 1,
        to: layer,
        kind: KIND_CALL,
        asset: 0,
        amount: 0,
        recipient: 0,
        payload: paid_call,
    };
    // The changes of the entries.
    effects.changes[0][ACCOUNTS_BALANCE] = payer[ACCOUNTS_BALANCE] - call.entries[0][ACCOUNTS_BALANCE];
    effects.changes[1][ACCOUNTS_BALANCE] = fee_account[ACCOUNTS_BALANCE] - call.entries[1][ACCOUNTS_BALANCE];
    effects.changes[2][TILL_TOTAL] = till[TILL_TOTAL] - call.entries[2][TILL_TOTAL];
    effects
}

/// give(to: address) applicationNoir.test.ts
fn give(_context: MethodContext, call: MethodCall, to: Field) -> MethodEffects {
    let mut effects = MethodEffects::none();
    let mut sender_account = call.entries[0];
    let mut fee_account = call.entries[1];
    let mut accounts_entry = call.entries[3];
    let sender_account_is_fee_account = equal(call.places[0], call.places[1]);
    let sender_account_is_accounts_entry = equal(call.places[0], call.places[3]);
    let fee_account_is_accounts_entry = equal(call.places[1], call.places[3]);
    // The fee may have changed accounts_entry.
    accounts_entry[ACCOUNTS_BALANCE] = select(
        sender_account_is_accounts_entry,
        sender_account[ACCOUNTS_BALANCE],
        accounts_entry[ACCOUNTS_BALANCE],
    );
    accounts_entry[ACCOUNTS_BALANCE] = select(
        fee_account_is_accounts_entry,
        fee_account[ACCOUNTS_BALANCE],
        accounts_entry[ACCOUNTS_BALANCE],
    );
    // applicationNoir.test.ts  state.accounts.at(to).balance.set(1);
    effects.opened[3] = Opened::entry(1, ACCOUNTS_MAP, [to]);
    accounts_entry[ACCOUNTS_BALANCE] = 1;
    sender_account[ACCOUNTS_BALANCE] = select(
        sender_account_is_accounts_entry,
        accounts_entry[ACCOUNTS_BALANCE],
        sender_account[ACCOUNTS_BALANCE],
    );
    fee_account[ACCOUNTS_BALANCE] = select(
        fee_account_is_accounts_entry,
        accounts_entry[ACCOUNTS_BALANCE],
        fee_account[ACCOUNTS_BALANCE],
    );
    // The changes of the entries.
    effects.changes[0][ACCOUNTS_BALANCE] = sender_account[ACCOUNTS_BALANCE] - call.entries[0][ACCOUNTS_BALANCE];
    effects.changes[1][ACCOUNTS_BALANCE] = fee_account[ACCOUNTS_BALANCE] - call.entries[1][ACCOUNTS_BALANCE];
    effects.changes[3][ACCOUNTS_BALANCE] = accounts_entry[ACCOUNTS_BALANCE] - call.entries[3][ACCOUNTS_BALANCE];
    effects
}

/// paid(amount: u64, isLast: bool) applicationNoir.test.ts
fn on_bounced_paid(_context: HandlerContext, call: HandlerCall, amount: Field, is_last: Field) -> HandlerEffects {
    let mut effects = HandlerEffects::none();
    let mut till = call.entries[0];
    // applicationNoir.test.ts  state.till.total.update((total) => total.subtract(amount));
    effects.opened[0] = Opened::cell(1, TILL_KEY);
    let total = till[TILL_TOTAL];
    let new_total = total - amount + call.bits[0] * TWO_64;
    effects.ranged[0] = new_total * TWO_64;
    effects.failures += call.bits[0];
    till[TILL_TOTAL] = new_total;
    // The changes of the entries.
    effects.changes[0][TILL_TOTAL] = till[TILL_TOTAL] - call.entries[0][TILL_TOTAL];
    effects
}
`;
