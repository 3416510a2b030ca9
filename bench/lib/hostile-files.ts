import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Certificate, parseCertificate, readCertificates } from '../../src/formats/index.ts'
import type { VerificationContext } from '../../src/sandbox/index.ts'
import { plainPdf } from '../../src/signer/testing/plain-pdf.ts'
import { type AttackCase, AttackWorld, attacks, nuisances } from '../../src/test-certs/attacks/index.ts'
import { entityOf, privateKeyOf } from '../../src/test-certs/index.ts'
import { signRecord } from '../../src/test-certs/records/pades.ts'
import { vectorsFolder } from '../../test/support/requirements.ts'
import { hostilePdfs } from './hostile-pdfs.ts'
import { makeCrl } from './make-crl.ts'

/** A file, with what it is judged with. */
export interface HostileFile {
  readonly name: string
  readonly bytes: Uint8Array
  readonly content: Uint8Array | null
  readonly context: VerificationContext
  readonly at: Date
  /** It must not be told PASSED. */
  readonly isAttack: boolean
}

const folders = ['dss', 'pyhanko', 'extra'] as const
const CRL_ENTRIES = 200_000
/** Dated ahead of when they are judged, which by now has passed: a later answer tells more, and is no attack. */
const overtaken: ReadonlySet<string> = new Set(['ocsp-future', 'crl-future'])
const nothing = { certificates: [], crls: [], ocspResponses: [] }

/** Every file of the third-party vectors, under every anchor that they name; null where they are not here. */
export function thirdPartyFiles(): HostileFile[] | null {
  const folder = vectorsFolder()
  if (!folder) return null
  const context = { anchors: anchorsIn(folder), evidence: nothing }
  const at = new Date()
  return folders.flatMap((name) => {
    const files = join(folder, name, 'files')
    if (!existsSync(files)) return []
    return readdirSync(files).map((entry) => ({
      name: `${name}/${entry}`,
      bytes: new Uint8Array(readFileSync(join(files, entry))),
      content: null,
      context,
      at,
      isAttack: false,
    }))
  })
}

function anchorsIn(folder: string): Certificate[] {
  const files = join(folder, 'extra', 'files')
  if (!existsSync(files)) return []
  return readdirSync(files)
    .filter((name) => /\.(?:crt|cer|pem)$/.test(name))
    .flatMap((name) => {
      try {
        return readCertificates(readFileSync(join(files, name))).map(parseCertificate)
      } catch {
        return []
      }
    })
}

/** Attacks and bombs of our own making. */
export async function builtFiles(): Promise<HostileFile[]> {
  const world = await AttackWorld.build()
  const files: HostileFile[] = []
  for (const { id, build } of attacks) files.push(toFile(id, await build(world), !overtaken.has(id)))
  for (const { id, build } of nuisances) files.push(toFile(id, await build(world), false))
  const signed = await signRecord(world.pki, plainPdf(), world.env(), { level: 'B-LTA' })
  for (const { name, bytes, isAttack } of hostilePdfs(signed))
    files.push(toFile(name, world.judged(bytes), isAttack))
  files.push(toFile('a CRL of 200,000 entries', await besideHugeCrl(world), false))
  return files
}

const toFile = (name: string, attack: AttackCase, isAttack: boolean): HostileFile => ({
  name,
  bytes: new Uint8Array(attack.file),
  content: attack.content,
  context: { anchors: attack.anchors, evidence: attack.evidence },
  at: attack.at,
  isAttack,
})

async function besideHugeCrl(world: AttackWorld): Promise<AttackCase> {
  const issuer = entityOf(world.pki, 'public-ca')
  const crl = makeCrl(issuer.certificate, privateKeyOf(issuer), CRL_ENTRIES)
  const data = world.data()
  return world.judged(await world.sign(), { evidence: { ...data, crls: [...data.crls, crl] } })
}
