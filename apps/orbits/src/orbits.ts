import {
  account,
  address,
  application,
  array,
  assert,
  type BoolValue,
  bool,
  cell,
  constant,
  ethereumAddress,
  field,
  map,
  select,
  struct,
  type Uint,
  u8,
  u32,
  u64,
  u128,
  when,
} from "@frond/language";
import { credit, ETHER } from "@frond/money";
import { isWithin } from "./fixed.ts";
import { pullOn, pullsOnSuns, squaredDistance, step, Vector, type VectorValue } from "./motion.ts";
import {
  BEGINNING,
  BODIES,
  LAUNCH_SPEED,
  LAUNCH_ZONE,
  PLANET,
  type PlainVector,
  PROBES,
  REACH,
  STEP_MILLISECONDS,
  SUNS,
} from "./world.ts";

const NOBODY = 0n;

/** The price of a probe, 0.01 ether, which goes into the pot. */
export const PROBE_PRICE = 10n ** 16n;

/** The number of samples of a new probe. */
export const FIRST_SAMPLES = 1000n;

/**
 * A small universe: three suns, a planet, and the probes of its players. A probe near the planet takes samples. A sold
 * probe pays its share, by samples, of the pot of all launch prices.
 */
export const orbits = application({
  name: "orbits",
  state: {
    accounts: account({ ether: u128 }),
    /**
     * Steps made and the time of the first, the pot in ether, the samples that share the pot, and the berths whose
     * probes are flying.
     */
    world: cell({ steps: u32, begun: u64, pot: u128, samples: u64, berths: array(bool, PROBES) }),
    /** The places of the suns, then of the planet. Before the first step, those of `BEGINNING` apply. */
    places: cell(array(Vector, BODIES)),
    velocities: cell(array(Vector, BODIES)),
    /** By berth. */
    probes: map(u8, { owner: address, samples: u64, place: Vector, velocity: Vector }),
  },
  events: {
    launched: { owner: address, berth: u8, place: Vector, velocity: Vector },
    sold: { owner: address, berth: u8, samples: u64, price: u128 },
  },
  methods: {
    /**
     * Moves all bodies by one step. The world makes a step at its beginning, and one more with every
     * `STEP_MILLISECONDS`. Fails if the world has made all steps until now.
     */
    advance: {
      args: {},
      run({ state, time }) {
        const { steps, begun, berths } = state.world.get();
        const due = begun.add(steps.to(u64).multiply(STEP_MILLISECONDS));
        assert(due.atMost(time), "the world has made all its steps until now");
        const isFirst = steps.equals(0);
        const places = orAtFirst(isFirst, state.places.get(), BEGINNING.places);
        const velocities = orAtFirst(isFirst, state.velocities.get(), BEGINNING.velocities);
        const suns = places.slice(0, SUNS);
        const pulls = [...pullsOnSuns(suns), pullOn(places[PLANET]!, suns)];
        const bodies = pulls.map((pull, i) => step({ place: places[i]!, velocity: velocities[i]! }, pull));
        state.places.set(bodies.map(({ place }) => place));
        state.velocities.set(bodies.map(({ velocity }) => velocity));
        state.world.update(() => ({ steps: steps.add(1), begun: select(isFirst, time, begun) }));

        const planet = bodies[PLANET]!.place;
        berths.forEach((isTaken, berth) => {
          when(isTaken, () => {
            const probe = state.probes.at(berth);
            const { place, velocity, samples } = probe.get();
            const next = step({ place, velocity }, pullOn(place, suns));
            const isNear = squaredDistance(next.place, planet)
              .to(u128)
              .lessThan(REACH ** 2n);
            probe.update(() => ({ ...next, samples: samples.add(isNear.to(u64)) }));
            state.world.samples.update((all) => all.add(isNear.to(u64)));
          });
        });
      },
    },

    /** Launches a probe from a free berth, for its price in ether. */
    launch: {
      args: { berth: u8, place: Vector, velocity: Vector },
      run({ state, sender, emit }, { berth, place, velocity }) {
        assert(isWithin(place.x, LAUNCH_ZONE).and(isWithin(place.y, LAUNCH_ZONE)), "the place is too far out");
        assert(isWithin(velocity.x, LAUNCH_SPEED).and(isWithin(velocity.y, LAUNCH_SPEED)), "the velocity is too high");
        const { berths } = state.world.get();
        const isFree = berths.map((isTaken, i) => berth.equals(i).and(isTaken.not()));
        assert(isFree.reduce(either), "the berth is taken, or there is no such berth");
        state.accounts.at(sender).ether.update((ether) => less(ether, constant(u128, PROBE_PRICE)));
        state.world.update(({ pot, samples }) => ({
          pot: pot.add(PROBE_PRICE),
          samples: samples.add(FIRST_SAMPLES),
          berths: berths.map((isTaken, i) => isTaken.or(isFree[i]!)),
        }));
        state.probes.at(berth).set({ owner: sender, samples: FIRST_SAMPLES, place, velocity });
        emit.launched({ owner: sender, berth, place, velocity });
      },
    },

    /** Sells the probe of a berth, if its share of the pot is at least `minimum`. */
    sellProbe: {
      args: { berth: u8, minimum: u128 },
      run({ state, sender, emit }, { berth, minimum }) {
        const probe = state.probes.at(berth);
        const { owner, samples } = probe.get();
        assert(owner.equals(sender), "the probe is not yours");
        const world = state.world.get();
        const price = world.pot.mulDiv(samples.to(u128), world.samples.to(u128));
        assert(price.atLeast(minimum), "the price is below the minimum");
        state.accounts.at(sender).ether.update((ether) => ether.add(price));
        state.world.update(({ berths }) => ({
          pot: world.pot.subtract(price),
          samples: world.samples.subtract(samples),
          berths: berths.map((isTaken, i) => isTaken.and(berth.equals(i).not())),
        }));
        probe.owner.set(NOBODY);
        emit.sold({ owner, berth, samples, price });
      },
    },

    /** Sends ether to account `to` of another layer. If it bounces, account `to` of this layer receives the ether. */
    sendTo: {
      args: { layer: field, to: address, amount: u128 },
      run({ state, sender, call }, { layer, to, amount }) {
        state.accounts.at(sender).ether.update((ether) => less(ether, amount));
        call(credit, { to: layer, args: { account: to }, asset: ETHER, amount });
      },
    },

    /** Sends ether to `recipient`, an Ethereum address, which can claim the ether after the epoch has settled. */
    withdraw: {
      args: { amount: u128, recipient: ethereumAddress },
      run({ state, sender, withdraw }, { amount, recipient }) {
        assert(amount.greaterThan(0), "the amount is zero");
        state.accounts.at(sender).ether.update((ether) => less(ether, amount));
        withdraw({ asset: ETHER, amount, recipient });
      },
    },
  },
  calls: {
    /** Ether from another layer. Any other asset bounces. */
    credit: {
      args: credit.args,
      run({ state }, { account }, { asset, amount }) {
        assert(asset.equals(ETHER), "only ether");
        state.accounts.at(account).ether.update((ether) => ether.add(amount));
      },
    },
  },
  bounced: {
    credit: {
      of: credit,
      run({ state }, { account }, { asset, amount }) {
        // Another layer's circuit may call any message a bounce.
        assert(asset.equals(ETHER), "only ether");
        state.accounts.at(account).ether.update((ether) => ether.add(amount));
      },
    },
  },
  receive: {
    /** Ether from L1. Any other asset bounces. */
    deposit({ state }, { asset, amount, recipient }) {
      assert(asset.equals(ETHER), "only ether");
      state.accounts.at(recipient).ether.update((ether) => ether.add(amount));
    },
  },
  views: {
    /** Who flies what, and what each probe would be sold for now. A free berth has no owner. */
    probes: {
      args: {},
      returns: array(struct({ owner: address, samples: u64, price: u128 }), PROBES),
      run({ state }) {
        const { berths, pot, samples: all } = state.world.get();
        const divisor = select(all.equals(0), constant(u64, 1), all).to(u128);
        return berths.map((isTaken, berth) => {
          const { owner, samples } = state.probes.at(berth).get();
          const price = pot.mulDiv(select(isTaken, samples, 0).to(u128), divisor);
          return {
            owner: select(isTaken, owner, constant(address, NOBODY)),
            samples: select(isTaken, samples, 0),
            price,
          };
        });
      },
    },
  },
  exits: {
    /** What the account has. */
    balance: {
      args: {},
      run({ state, account, pay }) {
        pay({ asset: ETHER, amount: state.accounts.at(account).ether.get() });
      },
    },

    /** The share in the pot of one of the account's probes. */
    probe: {
      args: { berth: u8 },
      run({ state, account, pay }, { berth }) {
        const { owner, samples } = state.probes.at(berth).get();
        assert(owner.equals(account), "the probe is not yours");
        const world = state.world.get();
        pay({ asset: ETHER, amount: world.pot.mulDiv(samples.to(u128), world.samples.to(u128)) });
      },
    },
  },
});

/** The balance that remains after `amount` is taken. */
function less(balance: Uint<128>, amount: Uint<128>): Uint<128> {
  assert(balance.atLeast(amount), "the balance is too small");
  return balance.subtract(amount);
}

function either(a: BoolValue, b: BoolValue): BoolValue {
  return a.or(b);
}

/** The vectors in the state, or before the first step the vectors of the beginning. */
function orAtFirst(
  isFirst: BoolValue,
  now: readonly VectorValue[],
  beginning: readonly PlainVector[],
): readonly VectorValue[] {
  return now.map((vector, i) => select(isFirst, constant(Vector, beginning[i]!), vector));
}
