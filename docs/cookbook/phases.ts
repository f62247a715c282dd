import { account, address, application, assert, enumeration, map, u32 } from "frond/language";

const Phase = enumeration("free", "ordered", "sent", "received");

/** An order goes through phases, each moved by the one whose turn it is. */
export const orders = application({
  name: "orders",
  state: { accounts: account({}), orders: map(u32, { buyer: address, seller: address, phase: Phase }) },
  methods: {
    order: {
      args: { id: u32, seller: address },
      run({ state, sender }, { id, seller }) {
        const order = state.orders.at(id);
        assert(order.phase.get().equals("free"), "the number is taken");
        order.set({ buyer: sender, seller, phase: "ordered" });
      },
    },
    next: {
      args: { id: u32 },
      run({ state, sender }, { id }) {
        const order = state.orders.at(id);
        const { buyer, seller, phase } = order.get();
        const isSending = phase.equals("ordered").and(seller.equals(sender));
        const isReceiving = phase.equals("sent").and(buyer.equals(sender));
        assert(isSending.or(isReceiving), "it is not your turn");
        order.phase.set(phase.to(u32).add(1).to(Phase));
      },
    },
  },
});
