/** A connection that holds one of a number of places. */
export type Seat = {
  /** Whose it is. */
  readonly address: string;
  /** Of this machine: it has places that nobody else can take. */
  readonly isReserved: boolean;
  /** Nothing is done for it now. */
  isIdle(): boolean;
  /** Ends it at once. */
  end(): void;
};

/** Places for connections. When there are none left, whoever has the most gives way. */
export type Room = {
  /** Takes a place; false if nobody gives way. */
  enter(seat: Seat): boolean;
  leave(seat: Seat): void;
};

export type RoomOptions = {
  /** Places of all other machines together. */
  readonly most: number;
  /** Places of this machine. */
  readonly mostReserved: number;
};

export function createRoom({ most, mostReserved }: RoomOptions): Room {
  /** In the order in which they came. */
  const seats = new Set<Seat>();
  const reserved = new Set<Seat>();
  return {
    enter(seat) {
      const [own, limit] = seat.isReserved ? [reserved, mostReserved] : [seats, most];
      if (own.size >= limit) {
        const leaving = seat.isReserved ? undefined : whoGivesWay(seats, seat.address);
        if (leaving === undefined) return false;
        own.delete(leaving);
        leaving.end();
      }
      own.add(seat);
      return true;
    },
    leave(seat) {
      seats.delete(seat);
      reserved.delete(seat);
    },
  };
}

/**
 * The oldest idle connection of the address with the most; of the next ones, as long as they have more than the
 * newcomer, if none of it is idle. If none of them is, the oldest of the address with the most, if that has more than
 * the newcomer will have. So a few addresses keep out nobody, however many connections they hold open, and however busy
 * these are.
 */
function whoGivesWay(seats: Iterable<Seat>, newcomer: string): Seat | undefined {
  const byAddress = new Map<string, Seat[]>();
  for (const seat of seats) byAddress.set(seat.address, [...(byAddress.get(seat.address) ?? []), seat]);
  const own = byAddress.get(newcomer)?.length ?? 0;
  const inOrder = [...byAddress]
    .filter(([address, { length }]) => address === newcomer || length > own)
    .map(([, ofAddress]) => ofAddress)
    .sort((a, b) => b.length - a.length);
  for (const ofAddress of inOrder) {
    const idle = ofAddress.find((seat) => seat.isIdle());
    if (idle !== undefined) return idle;
  }
  const [largest = []] = inOrder;
  return largest.length > own + 1 ? largest[0] : undefined;
}
