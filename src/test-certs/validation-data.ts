import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../signer/index.ts'
import { currentCrl, ocspResponderOf } from './authority.ts'
import { type Entity, isAuthority, issuedBy, type Pki } from './entity.ts'
import { currentOcsp } from './ocsp-endpoint.ts'
import { writeWhole } from './store.ts'

/**
 * Writes into `folder` what a judge without a network needs: `NAME.cer` of each CA, `NAME.crl` of each CA that issued
 * something, and `NAME.ocsp` (DER OCSPResponse, no nonce) of each certificate whose issuer answers by OCSP. Call it
 * again to keep it fresh: CRLs live seven days, OCSP answers one. Returns the names of the files.
 */
export function freshValidationData(folder: string, pki: Pki, clock: Clock): string[] {
  mkdirSync(folder, { recursive: true })
  const now = clock()
  const files: string[] = []
  const write = (file: string, bytes: Uint8Array): void => {
    writeWhole(join(folder, file), bytes)
    files.push(file)
  }
  for (const authority of pki.entities.values()) {
    if (!isAuthority(authority)) continue
    const issued = issuedBy(pki, authority.name)
    if (issued.length === 0) continue
    write(`${authority.name}.cer`, authority.certificate.der)
    if (!authority.key) continue
    write(`${authority.name}.crl`, currentCrl(pki, authority.name, now))
    for (const entity of issued) {
      if (answersByOcsp(pki, authority, entity)) write(`${entity.name}.ocsp`, currentOcsp(pki, entity, now))
    }
  }
  return files
}

const answersByOcsp = (pki: Pki, issuer: Entity, entity: Entity): boolean =>
  entity.certificate.ocspUrls.length > 0 && ocspResponderOf(pki, issuer).signer.key !== null
