import { blockKeysTree } from "@frond/circuits";
import { getUpgraded, isVerifierAt, type L1, readTerms, type Terms } from "@frond/contracts";
import { genesisLayers, readGenesis } from "@frond/follower";
import { type Field, fieldToHex } from "@frond/foundation";
import { allSizes, genesisEntries } from "@frond/language";
import { type BlockSize, genesisStateRoot, type LayerConfig, layerConfigHash } from "@frond/protocol";
import type { Prover } from "@frond/prover";
import { findApplication } from "../applications/findApplication.ts";
import { dataModeOf } from "../deploy/dataModeOf.ts";
import type { LayerFile } from "../directory/layerFile.ts";
import { blockKeysOf, prepareLayerCircuits, prepareTreeCircuits } from "../proving/prepareCircuits.ts";

/** What was compared, whether it is the same, and what that rests on. */
export type Finding = {
  readonly subject: string;
  readonly verdict: "same" | "different" | "unchecked";
  readonly detail: string;
};

/** A layer as a file of the data directory has it, or as L1 tells of it. */
export type ExaminedLayer = Pick<LayerFile, "name" | "layerId" | "config"> & {
  /** A reference; undefined if nobody has named one that is here. */
  readonly application: string | undefined;
  readonly blockKeys?: readonly Field[] | undefined;
  /** Undefined if nobody tells those that the config was made with. */
  readonly sizes?: readonly BlockSize[] | undefined;
  /** The config is that of a tree that was followed, whose root L1 has. */
  readonly isFollowed?: boolean;
};

export type ExamineOptions = Pick<L1, "publicClient" | "settlement"> & {
  readonly deploymentBlock: bigint;
  readonly layers: readonly ExaminedLayer[];
  /** Rebuilds keys; without one they are not. */
  readonly prover: Pick<Prover, "prepare" | "solidityVerifier" | "referenceString"> | undefined;
  readonly cacheDirectory: string;
  readonly onStep: (step: string) => void;
};

/** Rebuilds what a network rests on from source, and compares it with L1 and with the files of its layers. */
export async function examineNetwork(options: ExamineOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  const configs = await genesisFindings(options, findings);
  for (const layer of options.layers) {
    findings.push(await configFinding(options, layer, configs));
    findings.push(await beginningFinding(layer));
    findings.push(await keysFinding(options, layer));
  }
  const terms = await readTerms(options);
  findings.push(...(await verifierFindings(options, terms)), trustFinding(terms));
  return findings;
}

const judge = (subject: string, isSame: boolean, detail: string): Finding => ({
  subject,
  verdict: isSame ? "same" : "different",
  detail,
});

/** What L1 answers if the tree that it began with is not there, or another one. */
const WRONG_GENESIS: ReadonlySet<string> = new Set(["follower/genesis", "contracts/genesis-missing"]);

type Configs = ReadonlyMap<bigint, { readonly config: LayerConfig }>;

async function genesisFindings(options: ExamineOptions, findings: Finding[]): Promise<Configs> {
  const subject = "genesis";
  try {
    const { configs, layers, root } = await readGenesis(options);
    const tree = genesisLayers(configs);
    const known = new Set(layers);
    const isSame = known.size === tree.size && layers.every((layerId) => tree.has(layerId));
    const detail = isSame
      ? `the configs on L1 lead to the root ${fieldToHex(root)}`
      : `L1 takes ${known.size} layers for those of the root ${fieldToHex(root)}, whose configs make others`;
    findings.push(judge(subject, isSame, detail));
    return tree;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    const verdict = code !== undefined && WRONG_GENESIS.has(code) ? "different" : "unchecked";
    findings.push({ subject, verdict, detail: message });
    return new Map();
  }
}

/** Whether L1 has the config of a layer's file: by the last upgrade, or the genesis. */
async function configFinding(options: ExamineOptions, layer: ExaminedLayer, genesis: Configs): Promise<Finding> {
  const subject = `config of ${layer.name}`;
  const { layerId } = layer;
  const own = layerConfigHash(layer.config);
  const upgraded = await getUpgraded({ ...options, layer: layerId, fromBlock: options.deploymentBlock });
  const first = genesis.get(layerId);
  const expected = upgraded.at(-1) ?? (first && layerConfigHash(first.config));
  if (expected === undefined && layer.isFollowed === true)
    return judge(subject, true, `${fieldToHex(own)}, as it was followed`);
  if (expected === undefined)
    return {
      subject,
      verdict: "unchecked",
      detail:
        genesis.size === 0 ? "the genesis is unknown" : "the layer was added later; `frond follow` reads its config",
    };
  return judge(subject, own === expected, `${fieldToHex(own)} here, ${fieldToHex(expected)} on L1`);
}

/** Whether a layer began with the entries that its application says, and with no others. */
async function beginningFinding({ name, config, application: reference }: ExaminedLayer): Promise<Finding> {
  const subject = `beginning of ${name}`;
  if (reference === undefined)
    return { subject, verdict: "unchecked", detail: "nothing says where its application is, which has the entries" };
  const { application } = await findApplication(reference);
  const entries = genesisEntries(application);
  const root = genesisStateRoot(application.program.entryWidth, entries);
  const detail = `${fieldToHex(root)} of ${entries.length} entries, ${fieldToHex(config.genesisStateRoot)} in the config`;
  return judge(subject, root === config.genesisStateRoot, detail);
}

/** Whether the keys under a layer's config are those that its application has. */
async function keysFinding({ prover, onStep }: ExamineOptions, layer: ExaminedLayer): Promise<Finding> {
  const subject = `keys of ${layer.name}`;
  const unchecked = (detail: string): Finding => ({ subject, verdict: "unchecked", detail });
  const { config, blockKeys } = layer;
  const root = config.blockKeysRoot;
  if (blockKeys !== undefined && blockKeysTree(blockKeys).root !== root)
    return judge(subject, false, `the keys of its file are not under ${fieldToHex(root)}`);
  if (prover === undefined) return unchecked("keys were not rebuilt (--quick)");
  if (layer.application === undefined)
    return unchecked(`nothing says where its application is; name it: --application ${layer.name}=<application>`);
  const { application, sizes: ownSizes } = await findApplication(layer.application);
  const sizes = layer.sizes ?? allSizes(application.program, ownSizes);
  const circuits = await prepareLayerCircuits(
    prover as Prover,
    { application, sizes, data: dataModeOf(config) },
    onStep,
  );
  const rebuilt = blockKeysTree(blockKeysOf(circuits)).root;
  const detail = `${fieldToHex(rebuilt)} from source, ${fieldToHex(root)} in the config`;
  if (rebuilt === root || layer.sizes !== undefined) return judge(subject, rebuilt === root, detail);
  return unchecked(`${detail}; its blocks may have other sizes than those of the application, which nobody tells`);
}

async function verifierFindings(options: ExamineOptions, { verifier, escapeVerifier }: Terms): Promise<Finding[]> {
  const { prover, publicClient, cacheDirectory, onStep } = options;
  const places = { settlement: verifier.address, escape: escapeVerifier.address };
  const subjectOf = (name: string) => `verifier of ${name === "settlement" ? "epochs" : "escapes"}`;
  if (prover === undefined) {
    const detail = "keys were not rebuilt (--quick)";
    return Object.keys(places).map((name) => ({ subject: subjectOf(name), verdict: "unchecked", detail }));
  }
  const circuits = await prepareTreeCircuits(prover as Prover, onStep);
  const findings: Finding[] = [];
  for (const name of ["settlement", "escape"] as const) {
    onStep(subjectOf(name));
    const source = await prover.solidityVerifier(circuits[name]);
    const isSame = await isVerifierAt({ publicClient, cacheDirectory }, places[name], source);
    const key = fieldToHex(circuits[name].key.hash);
    findings.push(
      judge(subjectOf(name), isSame, `the code at ${places[name]}, and that of the key ${key} from source`),
    );
  }
  return findings;
}

/** What nothing here can prove. */
function trustFinding({ isDevelopment }: Terms): Finding {
  const string = isDevelopment
    ? "the development reference string, whose secret is public: its proofs prove nothing"
    : "the Ignition reference string, of which one participant has to be honest";
  return {
    subject: "what is trusted",
    verdict: "unchecked",
    detail: `${string}; the compilers of Noir and Solidity and the Barretenberg that package-lock.json names; the keys that the cache directory has already; the L1 node`,
  };
}
