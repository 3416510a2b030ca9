import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digestBytes, encodePem } from '../../src/formats/index.ts'
import { chainOf, currentCrl, type Entity, isAuthority } from '../../src/test-certs/index.ts'
import { testAuthority } from '../../src/test-certs/records/pades.ts'
import { createRevocationCheck, readRevocationData, validatePath } from '../../src/trust/index.ts'
import { execute } from '../oracles/exec.ts'
import { signWithOpenssl } from '../oracles/openssl-signer.ts'
import { sampleAt } from './foreign-makers.ts'
import { askOurs, inWords } from './our-verdict.ts'
import { inParallel } from './parallel.ts'
import type { Run } from './samples.ts'
import type { World } from './world.ts'

const suite = 'OpenSSL'
const day = 86_400_000

/** `openssl verify` and our paths on every chain of the test PKI at several times, with each CA's CRL of that time. */
export async function comparePaths(run: Run): Promise<void> {
  const { world } = run
  const folder = mkdtempSync(join(tmpdir(), 'anky-openssl-verify-'))
  const authorities = [...world.pki.entities.values()].filter((entity) => isAuthority(entity) && entity.key)
  try {
    const anchors = join(folder, 'anchors.pem')
    writeFileSync(anchors, world.anchors.map(({ der }) => encodePem('CERTIFICATE', der)).join(''))
    const moments = [-40, 0, 40, 400, 800, 1600].map(
      (days) => new Date(world.evidence.at.getTime() + days * day),
    )
    for (const at of moments) {
      const lists = authorities.map((authority) => currentCrl(world.pki, authority.name, at))
      const crls = join(folder, `crls-${at.getTime()}.pem`)
      writeFileSync(crls, lists.map((der) => encodePem('X509 CRL', der)).join(''))
      await inParallel([...world.pki.entities.values()], 2, async (entity) => {
        const ours = acceptPath(world, entity, lists, at)
        const said = await askOpenssl(folder, world, entity, anchors, crls, at)
        const subject = `${entity.name} at ${at.toISOString().slice(0, 10)}`
        const right = ours.accepted === said.accepted
        const cell = {
          suite,
          subject,
          row: `verify: ${said.accepted ? 'accepted' : 'refused'}`,
          judge: 'OpenSSL and our paths',
        } as const
        const why = `it ${said.accepted ? 'accepts' : `refuses: ${said.why}`}; we ${ours.accepted ? 'accept' : `refuse: ${ours.why}`}`
        run.findings.add({ ...cell, outcome: right ? 'agrees' : 'disagrees', ...(!right && { why }) })
      })
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Said {
  readonly accepted: boolean
  readonly why: string
}

function acceptPath(world: World, { certificate }: Entity, lists: readonly Uint8Array[], at: Date): Said {
  const intermediates = [...world.pki.entities.values()]
    .filter(isAuthority)
    .map((entity) => entity.certificate)
  const revocation = createRevocationCheck({
    data: lists.map((der) => readRevocationData(der)),
    certificates: intermediates,
  })
  const pool = { intermediates, anchors: world.anchors }
  const { valid, problems } = validatePath({ certificate, pool, at, revocation })
  return { accepted: valid, why: problems.map(({ code, detail }) => `${code} ${detail ?? ''}`).join(', ') }
}

async function askOpenssl(
  folder: string,
  world: World,
  entity: Entity,
  anchors: string,
  crls: string,
  at: Date,
): Promise<Said> {
  const [certificate, chain] = [join(folder, `${entity.name}.pem`), join(folder, `${entity.name}-chain.pem`)]
  const issuers = chainOf(world.pki, entity.name).slice(1, -1)
  writeFileSync(certificate, encodePem('CERTIFICATE', entity.certificate.der))
  writeFileSync(chain, issuers.map(({ der }) => encodePem('CERTIFICATE', der)).join(''))
  const { status, stdout, stderr } = await execute('openssl', [
    ...['verify', '-CAfile', anchors, '-CRLfile', crls, '-crl_check_all', '-extended_crl', '-policy_check'],
    ...['-attime', String(Math.floor(at.getTime() / 1000))],
    ...(issuers.length > 0 ? ['-untrusted', chain] : []),
    certificate,
  ])
  return { accepted: status === 0, why: /error \d+ at .*/.exec(stdout + stderr)?.[0] ?? '' }
}

/** `openssl cms -verify`, with the CAs' CRLs, and our verdict on what OpenSSL signs with each key of the test PKI. */
export async function compareSignatures(run: Run): Promise<void> {
  const { world } = run
  const folder = mkdtempSync(join(tmpdir(), 'anky-openssl-cms-'))
  const anchors = join(folder, 'anchors.pem')
  // cms takes CRLs where it takes anchors
  const roots = world.anchors.map(({ der }) => encodePem('CERTIFICATE', der))
  const lists = world.evidence.given.crls.map((der) => encodePem('X509 CRL', der))
  writeFileSync(anchors, [...roots, ...lists].join(''))
  const trusting = ['-CAfile', anchors, '-crl_check_all', '-extended_crl', '-cades']
  const flags = ['-binary', '-inform', 'DER', '-out', '/dev/null', '-purpose', 'smimesign', ...trusting]
  try {
    await inParallel([...world.pki.entities.values()], 2, async (entity) => {
      const kind = entity.certificate.keyObject.asymmetricKeyType
      const out = join(folder, `${entity.name}.p7m`)
      const scheme = kind === 'rsa' ? 'rsa-pkcs1' : 'ecdsa'
      const how = { scheme, file: sampleAt(0), out, digest: 'sha256', cades: true, detached: false } as const
      // no EdDSA in its CMS, it signs with no key but the certificate's, and roots sign no documents here
      if (kind === 'ed25519' || entity.name === 'wrong-key' || entity.issuer === entity.name) return
      const failed = await signWithOpenssl({ ...how, ...world.keyFiles(entity.name) })
      const said = failed ? null : await execute('openssl', ['cms', '-verify', '-in', out, ...flags])
      const report = said && askOurs(world, readFileSync(out))
      const accepted = said?.status === 0
      // it asks for no strength of keys and digests in a CMS; TS 119 312 does
      const isWeak = report?.signatures[0]?.subIndication === 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE'
      const right = report !== null && (report.verdict === 'passed' || isWeak) === accepted
      const why =
        failed ?? `${accepted ? 'it accepts' : said?.stderr.split('\n')[1]}; we: ${report && inWords(report)}`
      const row = `cms -verify: ${accepted ? `accepted${isWeak ? ', by us refused as weak' : ''}` : 'refused'}`
      const cell = {
        suite,
        subject: `signed by ${entity.name}`,
        row,
        judge: 'OpenSSL and our verdicts',
      } as const
      run.findings.add({ ...cell, outcome: right ? 'agrees' : 'disagrees', ...(!right && { why }) })
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** `openssl ts -verify` and our verdict on a bare token of each time-stamping authority, sound and faulty. */
export async function compareTokens(run: Run): Promise<void> {
  const { world } = run
  const folder = mkdtempSync(join(tmpdir(), 'anky-openssl-ts-'))
  const anchors = join(folder, 'anchors.pem')
  writeFileSync(anchors, world.anchors.map(({ der }) => encodePem('CERTIFICATE', der)).join(''))
  const content = Buffer.from('Bệnh án thử nghiệm\n')
  const data = join(folder, 'data')
  writeFileSync(data, content)
  const names = [...world.pki.entities.keys()].filter((name) => name.startsWith('tsa'))
  try {
    for (const name of names) {
      for (const changed of [false, true]) {
        const imprint = digestBytes('sha256', changed ? Buffer.concat([content, Buffer.from('x')]) : content)
        const { token } = await testAuthority(world.pki, name, world.env).timestamp(imprint, 'sha256')
        const path = join(folder, `${name}.tst`)
        writeFileSync(path, token)
        const flags = ['-token_in', '-in', path, '-data', data, '-CAfile', anchors]
        const { status, stderr } = await execute('openssl', ['ts', '-verify', ...flags])
        const report = askOurs(world, token, { content })
        const subject = `token of ${name}${changed ? ', other data' : ''}`
        // it asks for no revocation
        const right = (report.verdict === 'passed') === (status === 0) || (name === 'tsa-revoked' && !changed)
        const why = `it ${status === 0 ? 'accepts' : `refuses: ${stderr.split('\n')[0]}`}; we: ${report.verdict} ${inWords(report)}`
        const cell = {
          suite,
          subject,
          row: `ts -verify: ${status === 0 ? 'accepted' : 'refused'}`,
          judge: 'OpenSSL and our tokens',
        } as const
        run.findings.add({ ...cell, outcome: right ? 'agrees' : 'disagrees', ...(!right && { why }) })
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
