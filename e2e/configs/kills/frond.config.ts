import { defineNetwork } from "@frond/cli/config";

const sizes = [{ name: "small", transactions: 16, entries: 16, inserts: 8, consumed: 8, produced: 8 }];

/** Four layers on three levels, whose processes are killed: two exchanges with transfers, two desks that only call. */
export default defineNetwork({
  layers: {
    exchange: { application: "exchange", sizes },
    north: { application: "desk", parent: "exchange", sizes },
    south: { application: "desk", parent: "north", sizes },
    east: { application: "exchange", parent: "exchange", sizes },
  },
});
