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

/** The plan of a data folder (`evaluation-plan.json`, 0600), drawn on first use. Throws `ERR_MAIN_DATA_FOLDER_DAMAGED`. */
export async function loadPlan(dataFolder: string, env: Environment): Promise<Plan> {
  const path = join(dataFolder, 'evaluation-plan.json')
  const text = await readIfThere(path)
  if (text !== null) return parseKept(path, text, schema)
  const plan = drawPlan(env)
  await writeFileWhole(path, `${JSON.stringify(plan, null, 2)}\n`)
  return plan
}

function drawPlan(env: Environment): Plan {
  const plan: Plan = { hospitals: {}, credentials: {} }
  for (const { code } of evaluationHospitals) {
    const drawn = offices.map(({ role, name }) => [
      role,
      {
        personId: name === null ? null : createId(env),
        apiKeyId: createId(env),
        apiKey: createApiKey(env.random),
      },
    ])
    plan.hospitals[code] = { id: createId(env), offices: Object.fromEntries(drawn) }
  }
  for (const { name, kind } of evaluationCredentials) {
    const isStaff = kind === 'staff'
    plan.credentials[name] = {
      id: createId(env),
      personId: isStaff ? createId(env) : null,
      pin: isStaff ? drawPin(env.random) : null,
    }
  }
  return plan
}

/** Six digits, each as likely as the others. */
function drawPin(random: Random): string {
  for (;;) {
    const value = Buffer.from(random(3)).readUIntBE(0, 3)
    if (value < 16_000_000) return String(value % 1_000_000).padStart(6, '0')
  }
}
