import {
  attributeValues,
  type Certificate,
  listSignatures,
  openPdf,
  parseCertificate,
  parseDerPrefix,
  parseSignedData,
  parseSigningTime,
  parseTimeStampToken,
  type SignedData,
} from '../src/formats/index.ts'
import { attempt } from './attempt.ts'

/** Whether the signing-time of a time-stamp in a signed file lies outside the validity of its authority's certificates. */
export const isStampedOutOfValidity = (file: Uint8Array): boolean =>
  signedDataOf(file).flatMap(tokensOf).some(isOutOfValidity)

function signedDataOf(file: Uint8Array): SignedData[] {
  const read = (bytes: Uint8Array): SignedData[] =>
    attempt(() => [parseSignedData(parseDerPrefix(bytes, { mode: 'ber' }).bytes)]) ?? []
  if (file[0] === 0x30) return read(file)
  const signatures = attempt(() => listSignatures(openPdf(file, { mode: 'lenient' }))) ?? []
  return signatures.flatMap(({ contents }) => (contents ? read(contents) : []))
}

const TST_INFO = '1.2.840.113549.1.9.16.1.4'

/** A token itself, or those among a signature's unsigned attributes. */
function tokensOf(signedData: SignedData): SignedData[] {
  if (signedData.eContentType === TST_INFO) return [signedData]
  return signedData.signerInfos.flatMap(({ unsignedAttributes }) =>
    unsignedAttributes.flatMap(({ values }) =>
      values.flatMap((value) => attempt(() => [parseTimeStampToken(value).signedData]) ?? []),
    ),
  )
}

function isOutOfValidity({ certificates, signerInfos }: SignedData): boolean {
  const known = certificates
    .flatMap((der) => attempt(() => [parseCertificate(der)]) ?? [])
    .filter(({ basicConstraints }) => basicConstraints?.ca !== true)
  const times = signerInfos.flatMap(({ signedAttributes }) =>
    attributeValues(signedAttributes, 'signing-time').values.flatMap(
      (value) => attempt(() => [parseSigningTime(value)]) ?? [],
    ),
  )
  return known.length > 0 && times.some((time) => !known.some((certificate) => isValidAt(certificate, time)))
}

const isValidAt = ({ notBefore, notAfter }: Certificate, time: Date): boolean =>
  notBefore <= time && time <= notAfter
