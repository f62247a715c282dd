export { type BlockChange, type TestCommittee, testCommittee } from "../src/testing/committee.ts";
export { type ServedMember, serveMember } from "../src/testing/serveMember.ts";
