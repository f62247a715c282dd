import { account, application, array, assert, cell, u8 } from "frond/language";

/** A board of sixteen squares in one entry, read and written at an index that is known only when it runs. */
export const board = application({
  name: "board",
  state: { accounts: account({}), squares: cell({ of: array(u8, 16) }) },
  methods: {
    place: {
      args: { square: u8, piece: u8 },
      run({ state }, { square, piece }) {
        assert(piece.greaterThan(0), "0 is no piece");
        const place = state.squares.of.at(square);
        assert(place.get().equals(0), "the square is taken");
        place.set(piece);
      },
    },
  },
});
