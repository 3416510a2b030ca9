import { join } from 'node:path'
import { z } from 'zod'
import { createApiKey, createId } from '../../api/index.ts'
import type { Clock, Random } from '../../signer/index.ts'
import { readIfThere, writeFileWhole } from '../files.ts'
import { parseKept } from '../instance.ts'
import { evaluationCredentials, evaluationHospitals, offices } from './declaration.ts'

interface Environment {
  readonly clock: Clock
  readonly random: Random
}

const office = z.strictObject({ personId: z.string().nullable(), apiKeyId: z.string(), apiKey: z.string() })
const schema = z.strictObject({
  hospitals: z.record(z.string(), z.strictObject({ id: z.string(), offices: z.record(z.string(), office) })),
  credentials: z.record(
    z.string(),
    z.strictObject({ id: z.string(), personId: z.string().nullable(), pin: z.string().nullable() }),
  ),
})

/** Every id and secret of the evaluation data, drawn before anything is made: whatever a crash left is then found again. */
export type Plan = z.infer<typeof schema>

/**
 * The plan of a data folder (`evaluation-plan.json`, 0600), drawn on first use; credentials that an earlier version did
 * not know are added. Throws `ERR_MAIN_DATA_FOLDER_DAMAGED`.
 */
export async function loadPlan(dataFolder: string, env: Environment): Promise<Plan> {
  const path = join(dataFolder, 'evaluation-plan.json')
  const text = await readIfThere(path)
  const kept = text === null ? null : parseKept(path, text, schema)
  const plan = { hospitals: kept?.hospitals ?? drawHospitals(env), credentials: { ...kept?.credentials } }
  const missing = evaluationCredentials.filter(({ name }) => !Object.hasOwn(plan.credentials, name))
  for (const { name, kind } of missing) plan.credentials[name] = drawCredential(kind === 'staff', env)
  if (missing.length > 0) await writeFileWhole(path, `${JSON.stringify(plan, null, 2)}\n`)
  return plan
}

function drawHospitals(env: Environment): Plan['hospitals'] {
  const hospitals: Plan['hospitals'] = {}
  for (const { code } of evaluationHospitals) {
    const drawn = offices.map(({ role, name }) => [
      role,
      {
        personId: name === null ? null : createId(env),
        apiKeyId: createId(env),
        apiKey: createApiKey(env.random),
      },
    ])
    hospitals[code] = { id: createId(env), offices: Object.fromEntries(drawn) }
  }
  return hospitals
}

const drawCredential = (isStaff: boolean, env: Environment): Plan['credentials'][string] => ({
  id: createId(env),
  personId: isStaff ? createId(env) : null,
  pin: isStaff ? drawPin(env.random) : null,
})

/** Six digits, each as likely as the others. */
function drawPin(random: Random): string {
  for (;;) {
    const value = Buffer.from(random(3)).readUIntBE(0, 3)
    if (value < 16_000_000) return String(value % 1_000_000).padStart(6, '0')
  }
}
