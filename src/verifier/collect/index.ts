export { collectFacts } from './collect-facts.ts'
export { type FindingCode, findingClauses } from './findings.ts'
export { type EvidenceRequest, missingEvidence } from './missing-evidence.ts'
export { requiredDigests } from './required-digests.ts'
