import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { pino } from 'pino'
import { openDatabase } from '../../db/index.ts'
import { parseCertificate } from '../../formats/index.ts'
import { openFileProvider } from '../../pkcs11/index.ts'
import { createApp } from '../app.ts'
import type { FaultPoint } from '../fault-points.ts'

/** What a service that is to be killed needs to know, as its only argument in JSON. */
export interface Mission {
  readonly url: string
  readonly dataFolder: string
  /** Base64 of the trusted root, DER. */
  readonly root: string
  readonly apiKey: string
  readonly credential: string
  readonly body: string
  readonly idempotencyKey: string
  readonly point: FaultPoint
}

const mission = JSON.parse(process.argv[2]!) as Mission
const { dataFolder } = mission
const clock = () => new Date()

const database = await openDatabase({
  url: mission.url,
  ownerUrl: null,
  dataFolder,
  instanceId: 'test',
  now: clock,
  log: { info: () => {} },
})
const keys = await openFileProvider({
  folder: join(dataFolder, 'keys'),
  passphraseFile: join(dataFolder, 'passphrase'),
})
const api = createApp({
  database,
  keys,
  timestamps: null,
  trust: { issuers: [parseCertificate(Buffer.from(mission.root, 'base64'))], tsaCertificates: [] },
  environment: 'evaluation',
  clock,
  random: (n) => randomBytes(n),
  log: pino({ level: 'silent' }),
  limits: { uploadBytes: 2 ** 20 },
  dataFolder,
  trustedProxies: [],
  faultPoint: (name) => {
    if (name === mission.point) process.kill(process.pid, 'SIGKILL')
  },
})
await api.fetch(
  new Request(`http://127.0.0.1/v1/sign?credential=${mission.credential}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${mission.apiKey}`,
      'content-type': 'text/plain',
      'idempotency-key': mission.idempotencyKey,
    },
    body: mission.body,
  }),
)
process.exit(0)
