import type { PathProblem } from '../../src/trust/index.ts'
import type { CertificateFacts, PathFacts, StatusFacts } from '../../src/verifier/index.ts'
import { readAlgorithm } from './algorithms.ts'
import type { Element } from './xml.ts'

export type Certificates = ReadonlyMap<string, Element>

/** SHA-256 stands in EU DSS' identifiers of certificates; other identifiers are taken as they are. */
const digestOf = (id: string): string => id.replace(/^C-/, '').toLowerCase()

export const readTime = (text: string): string => new Date(text).toISOString()

export function readCertificate(certificate: Element, all: Certificates): CertificateFacts {
  const id = certificate.attributes['Id']!
  const extensions = certificate.first('CertificateExtensions') ?? certificate
  const usages = extensions.first('KeyUsages') ?? certificate.first('KeyUsageBits')
  const purposes = extensions.first('ExtendedKeyUsages')
  const sunset = certificate.attribute('Trusted', 'sunsetDate')
  const isPresent = (name: string): boolean => extensions.attribute(name, 'present') === 'true'
  return {
    id,
    sha256: digestOf(id),
    subject: certificate.value('SubjectDistinguishedName') ?? '',
    issuer: certificate.value('IssuerDistinguishedName') ?? '',
    commonName: certificate.value('CommonName'),
    organization: certificate.value('OrganizationName'),
    identifiers: [],
    issuerCommonName: null,
    serialNumber: certificate.value('SerialNumber') ?? '',
    notBefore: readTime(certificate.value('NotBefore')!),
    notAfter: readTime(certificate.value('NotAfter')!),
    key: {
      algorithm: certificate.value('PublicKeyEncryptionAlgo') ?? '?',
      bits: Number(certificate.value('PublicKeySize')),
    },
    algorithm: readAlgorithm(certificate).algorithm,
    selfSigned: certificate.isTrue('SelfSigned'),
    trusted: certificate.isTrue('Trusted'),
    trustedUntil: sunset && readTime(sunset),
    keyUsage: usages ? usages.all('keyUsageBit').map(({ text }) => text.trim()) : null,
    extKeyUsage: purposes
      ? purposes.all('extendedKeyUsageOid').map(({ text }) => ({ oid: text.trim() }))
      : null,
    extKeyUsageCritical: purposes?.attributes['critical'] === 'true',
    isCa: isCa(certificate),
    policies: extensions.all('CertificatePolicies/certificatePolicy').map(({ text }) => text.trim()),
    ocspNoCheck: isPresent('IdPkixOcspNoCheck'),
    // of both the CA says that it will not tell of a revocation (EN 319 412-1, 5.2.2; RFC 9608, 3)
    shortTerm: isPresent('ValAssuredShortTermCertificate') || isPresent('NoRevAvail'),
    hasRevocationAccess:
      extensions.all('CRLDistributionPoints/crlUrl').length > 0 ||
      extensions.all('AuthorityInformationAccess/ocspUrl').length > 0,
    hasIssuerAccess: extensions.all('AuthorityInformationAccess/caIssuersUrl').length > 0,
    hasKeyIdentifier: extensions.first('SubjectKeyIdentifier') !== undefined,
    paths: readPaths(certificate, all),
    statuses: certificate.all('Revocations/CertificateRevocation').map(readStatus),
  }
}

const isCa = (certificate: Element): boolean =>
  certificate.attribute('CertificateExtensions/BasicConstraints', 'CA') === 'true'

function readStatus(status: Element): StatusFacts {
  const date = status.value('RevocationDate')
  const said = status.value('Status')
  return {
    revocation: status.attributes['Revocation']!,
    status: said === 'GOOD' ? 'good' : said === 'REVOKED' ? 'revoked' : 'unknown',
    revokedAt: date && readTime(date),
    reason: status.value('Reason'),
    problems: [],
  }
}

/** The chain that was built, cut at each certificate in it that is trusted; uncut where none is. */
function readPaths(certificate: Element, all: Certificates): PathFacts[] {
  const ids = [
    certificate.attributes['Id']!,
    ...certificate.all('CertificateChain/ChainItem').map((item) => item.attributes['Certificate']!),
  ]
  const chain = ids.flatMap((id) => all.get(id) ?? [])
  const ends = chain.flatMap((item, index) => (item.isTrue('Trusted') ? [index + 1] : []))
  if (ends.length === 0) return [{ certificates: ids, anchored: false, problems: problemsOf(chain) }]
  return ends.map((end) => ({
    certificates: ids.slice(0, end),
    anchored: true,
    problems: problemsOf(chain.slice(0, end - 1)),
  }))
}

/** What RFC 5280, 6.1 asks, of what the diagnostic data tells of the certificates below the anchor. */
function problemsOf(chain: readonly Element[]): PathProblem[] {
  const problems: PathProblem[] = []
  for (const [index, certificate] of chain.entries()) {
    const add = (code: PathProblem['code'], clause: string): void => {
      const sha256 = digestOf(certificate.attributes['Id']!)
      problems.push({ code, clause, certificate: sha256, detail: null })
    }
    const { isTrue } = { isTrue: (path: string): boolean => certificate.isTrue(path) }
    const isIntact = isTrue('BasicSignature/SignatureIntact') && isTrue('BasicSignature/SignatureValid')
    if (!isIntact && !certificate.isTrue('SelfSigned')) add('SIGNATURE_INVALID', 'RFC 5280, 6.1.3 (a) (1)')
    if (certificate.attribute('IssuerEntityKey', 'subjectName') === 'false') {
      add('NAME_CHAINING', 'RFC 5280, 6.1.3 (a) (4)')
    }
    if (index === 0) continue
    const usages = certificate.first('CertificateExtensions/KeyUsages')
    if (!isCa(certificate)) add('NOT_A_CA', 'RFC 5280, 6.1.4 (k)')
    if (usages && !usages.all('keyUsageBit').some(({ text }) => text.trim() === 'keyCertSign')) {
      add('KEY_USAGE', 'RFC 5280, 6.1.4 (n)')
    }
    const limit = certificate.attribute('CertificateExtensions/BasicConstraints', 'pathLenConstraint')
    if (limit !== null && index - 1 > Number(limit)) add('PATH_LENGTH', 'RFC 5280, 6.1.4 (l)')
  }
  return problems
}
