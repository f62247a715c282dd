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
  field,
  map,
  select,
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
  SUNS,
} from "./world.ts";

const NOBODY = 0n;

/** What a probe costs: a hundredth of an ether, which goes into the pot. */
export const PROBE_PRICE = 10n ** 16n;

/** Samples that a probe has when it is launched. */
export const FIRST_SAMPLES = 1000n;

/**
 * A small universe: three suns, a planet, and the probes that people launch among them. A probe near the planet takes samples, and is sold for its samples'
 * part of the pot that everybody's ether went into.
 */
export const orbits = application({
  name: "orbits",
  state: {
    accounts: account({ ether: u128 }),
    /** Steps made, the ether that all probes are worth together, the samples that it is divided by, and which berths' probes are flying. */
    world: cell({ steps: u32, pot: u128, samples: u64, berths: array(bool, PROBES) }),
    /** Of the suns, then the planet. Until the first step they are those of `BEGINNING`. */
    places: cell(array(Vector, BODIES)),
    velocities: cell(array(Vector, BODIES)),
    /** By berth. */
    probes: map(u8, { owner: address, samples: u64, place: Vector, velocity: Vector }),
  },
  methods: {
    /** Moves everything by one step. Anybody may ask for it, until the world has made as many steps as the layer has had slots. */
    advance: {
      args: {},
      run({ state, slot }) {
        const { steps, berths } = state.world.get();
        assert(steps.lessThan(slot), "the world has caught up with this slot");
        const isFirst = steps.equals(0);
        const places = orAtFirst(isFirst, state.places.get(), BEGINNING.places);
        const velocities = orAtFirst(isFirst, state.velocities.get(), BEGINNING.velocities);
        const suns = places.slice(0, SUNS);
        const pulls = [...pullsOnSuns(suns), pullOn(places[PLANET]!, suns)];
        const bodies = pulls.map((pull, i) => step({ place: places[i]!, velocity: velocities[i]! }, pull));
        state.places.set(bodies.map(({ place }) => place));
        state.velocities.set(bodies.map(({ velocity }) => velocity));
        state.world.steps.set(steps.add(1));

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
      run({ state, sender }, { berth, place, velocity }) {
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
      },
    },

    /** Sells the probe of a berth, if its samples' part of the pot is at least `minimum`. */
    sellProbe: {
      args: { berth: u8, minimum: u128 },
      run({ state, sender }, { berth, minimum }) {
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
      },
    },

    /** Sends ether to account `to` of another layer. If that does not keep ether, the account `to` of this layer gets it. */
    sendTo: {
      args: { layer: field, to: address, amount: u128 },
      run({ state, sender, call }, { layer, to, amount }) {
        state.accounts.at(sender).ether.update((ether) => less(ether, amount));
        call(credit, { to: layer, args: { account: to }, asset: ETHER, amount });
      },
    },

    /** Sends ether to `recipient`, an address of Ethereum, who can claim it when the epoch has settled. */
    withdraw: {
      args: { amount: u128, recipient: address },
      run({ state, sender, withdraw }, { amount, recipient }) {
        assert(amount.greaterThan(0), "the amount is zero");
        state.accounts.at(sender).ether.update((ether) => less(ether, amount));
        withdraw({ asset: ETHER, amount, recipient });
      },
    },
  },
  calls: {
    /** Ether from another layer. Anything else goes back. */
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
        // Another layer's circuit may call anything a bounce.
        assert(asset.equals(ETHER), "only ether");
        state.accounts.at(account).ether.update((ether) => ether.add(amount));
      },
    },
  },
  receive: {
    /** Ether from L1. Anything else goes back. */
    deposit({ state }, { asset, amount, recipient }) {
      assert(asset.equals(ETHER), "only ether");
      state.accounts.at(recipient).ether.update((ether) => ether.add(amount));
    },
  },
});

/** What is left of a balance. */
function less(balance: Uint<128>, amount: Uint<128>): Uint<128> {
  assert(balance.atLeast(amount), "the balance is too small");
  return balance.subtract(amount);
}

function either(a: BoolValue, b: BoolValue): BoolValue {
  return a.or(b);
}

/** What is in the state, or at the first step the vectors that the world begins with. */
function orAtFirst(
  isFirst: BoolValue,
  now: readonly VectorValue[],
  beginning: readonly PlainVector[],
): readonly VectorValue[] {
  return now.map((vector, i) => select(isFirst, constant(Vector, beginning[i]!), vector));
}
