import type { Certificate } from '../../formats/index.ts'
import type { PathProblem } from '../types.ts'

const EXT_KEY_USAGE = '2.5.29.37'
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8'

/**
 * Why a certificate may not sign time-stamps whatever the time: extKeyUsage is critical and timeStamping alone (RFC 3161,
 * 2.3); keyUsage, where present, allows signing and nothing else (EN 319 422 V1.1.1, 6.4).
 *
 * `detail` of EXT_KEY_USAGE is `missing`, `mixed` or `not-critical`. Not checked: dates, path, revocation, strength.
 */
export function checkTimestampCertificate(certificate: Certificate): PathProblem[] {
  const { extensions, extKeyUsage, keyUsage, sha256 } = certificate
  const problem = (code: 'EXT_KEY_USAGE' | 'KEY_USAGE', clause: string, detail: string): PathProblem => ({
    code,
    clause,
    certificate: sha256,
    detail,
  })
  const problems: PathProblem[] = []
  const purpose = (detail: string) => problems.push(problem('EXT_KEY_USAGE', 'RFC 3161, 2.3', detail))
  if (!extKeyUsage?.includes(TIME_STAMPING)) purpose('missing')
  else {
    if (extKeyUsage.length > 1) purpose('mixed')
    if (!extensions.some(({ oid, critical }) => oid === EXT_KEY_USAGE && critical)) purpose('not-critical')
  }
  if (keyUsage && (keyUsage.length === 0 || !keyUsage.every((usage) => signing.includes(usage)))) {
    problems.push(problem('KEY_USAGE', 'EN 319 422, 6.4', keyUsage.join(', ')))
  }
  return problems
}

const signing: readonly string[] = ['digitalSignature', 'nonRepudiation']
