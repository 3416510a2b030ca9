import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { CertificateRole, Level, PolicyContext } from '../../src/verifier/index.ts'
import { stockPolicy } from './stock-policy.ts'
import { type Element, parseXml } from './xml.ts'

const jars = join(import.meta.dirname, '../../.cache/interop/dss/lib')

const read = 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))'

/** `policy/constraint.xml` of the jar that the interoperability tests fetch. */
function readStockPolicy(): Element {
  const jar = readdirSync(jars).find((name) => /^dss-policy-jaxb-6\.4/.test(name))!
  return parseXml(execFileSync('python3', ['-c', read, join(jars, jar), 'policy/constraint.xml']))
}

const xml = readStockPolicy()

/** A check that is not named is not asked. */
const levelAt = (path: string): string => xml.attribute(path, 'Level') ?? 'IGNORE'

const contexts: Readonly<Record<PolicyContext, string>> = {
  signature: 'SignatureConstraints',
  counterSignature: 'CounterSignatureConstraints',
  timestamp: 'Timestamp',
  revocation: 'Revocation',
}

const tokenPlaces = {
  byteRange: 'BasicSignatureConstraints/ByteRange',
  signingCertificateFound: 'BasicSignatureConstraints/SigningCertificate/Recognition',
  referenceDigestPresent: 'SignedAttributes/CertDigestPresent',
  referenceDigestMatches: 'SignedAttributes/CertDigestMatch',
  referenceIssuerMatches: 'SignedAttributes/IssuerSerialMatch',
  pathFound: 'BasicSignatureConstraints/ProspectiveCertificateChain',
  dataFound: 'BasicSignatureConstraints/ReferenceDataExistence',
  dataIntact: 'BasicSignatureConstraints/ReferenceDataIntact',
  valueIntact: 'BasicSignatureConstraints/SignatureIntact',
  referencePresent: 'SignedAttributes/SigningCertificatePresent',
  referenceUnique: 'SignedAttributes/UnicitySigningCertificate',
  referenceDigestReliable: 'SignedAttributes/SigningCertificateDigestAlgorithm',
  signingTimePresent: 'SignedAttributes/SigningTime',
  signingTimeInValidity: 'SignedAttributes/SigningTimeInCertRange',
  messageDigestPresent: 'SignedAttributes/MessageDigestOrSignedPropertiesPresent',
} as const

/** Of the signature, but said where time-stamps are. */
const timePlaces = {
  timestampsInOrder: 'Timestamp/Coherence',
  revokedAfterUse: 'Timestamp/RevocationTimeAgainstBestSignatureTime',
  usedBeforeExpiry: 'Timestamp/BestSignatureTimeBeforeExpirationDateOfSigningCertificate',
} as const

const roles: Readonly<Record<CertificateRole, string>> = {
  signingCertificate: 'SigningCertificate',
  caCertificate: 'CACertificate',
}

const certificatePlaces = {
  validityPeriod: 'NotExpired',
  trustSunset: 'SunsetDate',
  keyUsage: 'KeyUsage',
  extendedKeyUsage: 'ExtendedKeyUsage',
  notSelfSigned: 'NotSelfSigned',
  noOcspNoCheck: 'ForbiddenExtensions',
  issuerAccess: 'AuthorityInfoAccessPresent',
  keyIdentifier: 'SubjectKeyIdentifierPresent',
  revocationAccess: 'RevocationInfoAccessPresent',
  revocationDataPresent: 'RevocationDataAvailable',
  revocationDataAcceptable: 'AcceptableRevocationDataFound',
  nextUpdatePresent: 'CRLNextUpdatePresent',
  revocationFresh: 'RevocationFreshness',
  notRevoked: 'NotRevoked',
  notOnHold: 'NotOnHold',
  revocationSignerValid: 'RevocationIssuerNotExpired',
} as const

const pathPlaces = {
  SIGNATURE_INVALID: 'Signature',
  NAME_CHAINING: 'IssuerName',
  UNKNOWN_CRITICAL_EXTENSION: 'SupportedCriticalExtensions',
  NAME_CONSTRAINTS: 'NameConstraints',
  POLICY: 'PolicyTree',
} as const

const issuerPlaces = { NOT_A_CA: 'CA', PATH_LENGTH: 'MaxPathLength', KEY_USAGE: 'KeyUsage' } as const

const revocationPlaces = {
  authorised: 'OCSPResponderIdMatch',
  statusKnown: 'UnknownStatus',
  signerFound: 'RevocationIssuerKnown',
  pathFound: 'BasicSignatureConstraints/ProspectiveCertificateChain',
  valueIntact: 'BasicSignatureConstraints/SignatureIntact',
  signerValidAtProduction: 'RevocationIssuerValidAtProductionTime',
  issuedAfterCertificate: 'RevocationAfterCertificateIssuance',
  coversCertificate: 'RevocationHasInformationAboutCertificate',
  notSelfIssued: 'SelfIssuedOCSP',
} as const

const recordPlaces = {
  objectFound: 'DataObjectExistence',
  objectIntact: 'DataObjectIntact',
  anyObjectFound: 'DataObjectFound',
  objectsComplete: 'DataObjectGroup',
} as const

const findingPlaces = {
  STRUCTURE: 'SignatureConstraints/StructuralValidation',
  SIGNER_DUPLICATE: 'SignatureConstraints/BasicSignatureConstraints/SignatureDuplicated',
  SIGNER_COUNT: 'SignatureConstraints/BasicSignatureConstraints/SignerInformationStore',
  SIGNATURE_DICTIONARY_INCONSISTENT: 'SignatureConstraints/BasicSignatureConstraints/PdfSignatureDictionary',
  PAGE_DIFFERENCE: 'SignatureConstraints/BasicSignatureConstraints/PdfPageDifference',
  VISUAL_DIFFERENCE: 'SignatureConstraints/BasicSignatureConstraints/PdfVisualDifference',
  ANNOTATION_OVERLAP: 'SignatureConstraints/BasicSignatureConstraints/PdfAnnotationOverlap',
  CONTAINER_TYPE: 'ContainerConstraints/AcceptableContainerTypes',
  CONTAINER_MANIFEST: 'ContainerConstraints/ManifestFilePresent',
  CONTAINER_CONTENT: 'ContainerConstraints/SignedFilesPresent',
} as const

/** Where ours is not what the file says, since its engine does otherwise than its file. */
const exceptions: readonly string[] = [
  // of CAs it does not look at the validity period
  ...(['signature', 'counterSignature', 'timestamp', 'revocation'] as const).map(
    (context) => `${context} caCertificate validityPeriod`,
  ),
]

type Rows = [name: string, ours: Level, theirs: string][]

function rows(): Rows {
  const { contexts: ours, revocationData, evidenceRecord, findings } = stockPolicy
  const all: Rows = []
  for (const [context, place] of Object.entries(contexts) as [PolicyContext, string][]) {
    const { checks } = ours[context]
    for (const [check, at] of Object.entries(tokenPlaces) as [keyof typeof tokenPlaces, string][]) {
      all.push([`${context} ${check}`, checks[check], levelAt(`${place}/${at}`)])
    }
    for (const [role, element] of Object.entries(roles) as [CertificateRole, string][]) {
      const certificate = `${place}/BasicSignatureConstraints/${element}`
      const policy = ours[context][role]
      for (const [check, at] of Object.entries(certificatePlaces) as [
        keyof typeof certificatePlaces,
        string,
      ][]) {
        all.push([`${context} ${role} ${check}`, policy.checks[check], levelAt(`${certificate}/${at}`)])
      }
      const paths = role === 'caCertificate' ? { ...pathPlaces, ...issuerPlaces } : pathPlaces
      for (const [code, at] of Object.entries(paths) as [keyof typeof pathPlaces, string][]) {
        all.push([`${context} ${role} ${code}`, policy.pathProblems[code], levelAt(`${certificate}/${at}`)])
      }
    }
  }
  for (const context of ['signature', 'counterSignature'] as const) {
    for (const [check, at] of Object.entries(timePlaces) as [keyof typeof timePlaces, string][]) {
      all.push([`${context} ${check}`, ours[context].checks[check], levelAt(at)])
    }
  }
  for (const [check, at] of Object.entries(revocationPlaces) as [keyof typeof revocationPlaces, string][]) {
    all.push([`revocation data ${check}`, revocationData[check], levelAt(`Revocation/${at}`)])
  }
  for (const [check, at] of Object.entries(recordPlaces) as [keyof typeof recordPlaces, string][]) {
    all.push([`evidence record ${check}`, evidenceRecord.checks[check], levelAt(`EvidenceRecord/${at}`)])
  }
  for (const [code, at] of Object.entries(findingPlaces)) {
    all.push([`finding ${code}`, findings.codes[code]!, levelAt(at)])
  }
  return all
}

const schemes: Readonly<Record<string, string>> = {
  RSA: 'rsa-pkcs1',
  'RSASSA-PSS': 'rsa-pss',
  DSA: 'dsa',
  ECDSA: 'ecdsa',
}

describe('EU DSS stock policy, as data of ours', () => {
  test('weighs what constraint.xml weighs', () => {
    const different = rows().filter(([, ours, theirs]) => ours !== theirs)
    expect(different.map(([name, ours, theirs]) => `${name}: ${ours}, ${theirs}`)).toEqual(
      exceptions.map((name) => `${name}: IGNORE, FAIL`),
    )
  })

  test('has the same sizes, dates and date of update', () => {
    const table = xml.first('Cryptographic/AlgoExpirationDate')!
    const until = (element: Element) => {
      const date = element.attributes['Date']
      return date === undefined ? null : `${date}T00:00:00.000Z`
    }
    const { suite, level, after } = stockPolicy.algorithms
    const rowOf = (element: Element) => ({
      name: element.text.trim(),
      size: element.attributes['Size'],
      until: until(element),
    })
    const listed = table.all('Algo').map(rowOf)
    for (const { name, size, until: end } of listed) {
      if (size !== undefined && schemes[name]) {
        expect(suite.schemes).toContainEqual({ scheme: schemes[name], minBits: Number(size), until: end })
      }
    }
    const digests = listed.filter(({ size }) => size === undefined)
    for (const { digest, until: end } of suite.digests) {
      expect(digests).toContainEqual({
        name: digest.toUpperCase(),
        size: undefined,
        until: end && new Date(end).toISOString(),
      })
    }
    expect(suite.schemes).toHaveLength(listed.filter(({ name, size }) => size && schemes[name]).length)
    expect(after).toEqual({
      level: table.attributes['LevelAfterUpdate'],
      date: table.attributes['UpdateDate'],
    })
    expect(level).toBe(table.attributes['Level'])
  })
})
