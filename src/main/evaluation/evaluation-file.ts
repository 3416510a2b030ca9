import { join } from 'node:path'
import type { KeyProvider } from '../../pkcs11/index.ts'
import { crlUrl, isAuthority, ocspUrl, type Pki, tsaUrl } from '../../test-certs/index.ts'
import { readIfThere, writeFileWhole } from '../files.ts'
import { toPem, tsaCertificate } from './authorities.ts'
import type { Certified } from './credentials.ts'
import { type CredentialState, evaluationHospitals } from './declaration.ts'
import type { Plan } from './plan.ts'

/** `evaluation.json`, as the outside contract has it; what goes beyond it stands at the end of each part. */
export interface EvaluationFile {
  readonly url: string
  readonly database: 'pglite' | 'postgres'
  readonly keys: {
    readonly provider: 'pkcs11' | 'file'
    readonly module: string | null
    readonly token: string | null
  }
  readonly apiKeys: Readonly<Record<ApiKeyName, string>>
  readonly credentials: readonly EvaluationCredential[]
  readonly trustPath: string
  readonly validationDataPath: string
  readonly tsaUrl: string
  readonly tsaCertificatePem: string
  readonly ocspUrl: string
  readonly crlUrls: readonly string[]
  readonly pids: {
    readonly service: number
    readonly pkcs11: readonly number[]
    readonly responders: number | null
  }
}

type ApiKeyName =
  | 'administrator'
  | 'approver'
  | 'emr'
  | 'auditor'
  | 'otherHospitalEmr'
  | 'otherHospitalAdministrator'
  | 'otherHospitalApprover'
  | 'otherHospitalAuditor'

export interface EvaluationCredential {
  readonly id: string
  readonly hospital: string
  readonly holder: string
  readonly kind: 'seal' | 'staff'
  readonly algorithm: string
  readonly certificatePem: string
  readonly pin?: string
  readonly state: CredentialState
}

export interface EvaluationFacts {
  readonly url: string
  readonly databaseKind: 'pglite' | 'postgres'
  readonly keys: KeyProvider
  readonly plan: Plan
  readonly certified: readonly Certified[]
  readonly pki: Pki
  readonly trustPath: string
  readonly validationDataPath: string
  readonly respondersPid: () => number | null
}

export function describeEvaluation(facts: EvaluationFacts): EvaluationFile {
  const { plan, pki, keys } = facts
  const { kind, module, token } = keys.describe()
  return {
    url: facts.url,
    database: facts.databaseKind,
    keys: { provider: kind, module, token },
    apiKeys: apiKeysOf(plan),
    credentials: facts.certified.map((credential) => describeCredential(plan, credential)),
    trustPath: facts.trustPath,
    validationDataPath: facts.validationDataPath,
    tsaUrl: tsaUrl(pki),
    tsaCertificatePem: toPem([tsaCertificate(pki)]),
    ocspUrl: ocspUrl(pki),
    crlUrls: [...pki.entities.values()].filter(isAuthority).map(({ name }) => crlUrl(pki, name)),
    pids: { service: process.pid, pkcs11: keys.pids(), responders: facts.respondersPid() },
  }
}

function apiKeysOf(plan: Plan): EvaluationFile['apiKeys'] {
  const [own, other] = evaluationHospitals.map(({ code }) => plan.hospitals[code]!.offices)
  return {
    administrator: own!['administrator']!.apiKey,
    approver: own!['approver']!.apiKey,
    emr: own!['client']!.apiKey,
    auditor: own!['auditor']!.apiKey,
    otherHospitalEmr: other!['client']!.apiKey,
    otherHospitalAdministrator: other!['administrator']!.apiKey,
    otherHospitalApprover: other!['approver']!.apiKey,
    otherHospitalAuditor: other!['auditor']!.apiKey,
  }
}

function describeCredential(plan: Plan, { declaration, key, chain }: Certified): EvaluationCredential {
  const { id, pin } = plan.credentials[declaration.name]!
  const { name: hospital } = evaluationHospitals.find(({ code }) => code === declaration.hospital)!
  return {
    id,
    hospital,
    holder: declaration.holder,
    kind: declaration.kind,
    algorithm: key.algorithm,
    certificatePem: toPem(chain.slice(0, 1)),
    ...(pin !== null && { pin }),
    state: declaration.state,
  }
}

/** Writes the file (0600, in one step) unless it says so already. */
export async function writeEvaluationFile(dataFolder: string, facts: EvaluationFacts): Promise<void> {
  const path = join(dataFolder, 'evaluation.json')
  const text = `${JSON.stringify(describeEvaluation(facts), null, 2)}\n`
  if ((await readIfThere(path)) !== text) await writeFileWhole(path, text)
}
