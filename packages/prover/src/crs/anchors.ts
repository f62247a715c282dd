/**
 * The points that a verifier trusts: tau * G1 (x, y) and tau * G2 (x.c0, x.c1, y.c0, y.c1), 32 bytes big-endian each,
 * in hex. Ignition's are compiled into `bb` and written into the Solidity verifiers it generates.
 */
export type TrustAnchors = { readonly g1: string; readonly g2: string };

export const IGNITION_ANCHORS: TrustAnchors = {
  g1: "2d360628289ff943ff6bd1a87bbe4e62abe7fb61ba83effd266f22bdcf31e6f926b92a79e563c3f48252cce7feeca2f0f8d33dcb4ef7b0643bf07bd405700aaa",
  g2:
    "0118c4d5b837bcc2bc89b5b398b5974e9f5944073b32078b7e231fec938883b0260e01b251f6f1c7e7ff4e580791dee8ea51d87a358e038b4efe30fac09383c1" +
    "22febda3c0c0632a56475b4214e5615e11e6dd3f96e6cea2854a87d4dacc5e5504fc6369f7110fe3d25156c1bb9a72859cf2a04641f99ba4ee413c80da6a5fe4",
};

/**
 * The published tau of the development reference string. Whoever knows tau can prove anything: it is for local networks
 * only.
 */
export const DEVELOPMENT_TAU = 5;

export const DEVELOPMENT_ANCHORS: TrustAnchors = {
  g1: "17c139df0efee0f766bc0204762b774362e4ded88953a39ce849a8a7fa163fa901e0559bacb160664764a357af8a9fe70baa9258e0b959273ffc5718c6d4cc7c",
  g2:
    "2e539c423b302d13f4e5773c603948eaf5db5df8ae8a9a9113708390a06410d80a09ccf561b55fd99d1c1208dee1162457b57ac5af3759d50671e510e428b2a1" +
    "2f8d9f9ab83727c77a2fec063cb7b6e5eb23044ccf535ad49d46d394fb6f6bf619b763513924a736e4eebd0d78c91c1bc1d657fee4214057d21414011cfcc763",
};
