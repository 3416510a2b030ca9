import { readTime } from './certificate-facts.ts'
import type { Element } from './xml.ts'

const signer = (data: Element, token: Element | undefined): Element | undefined =>
  data
    .all('UsedCertificates/Certificate')
    .find(({ attributes }) => attributes['Id'] === token?.attribute('SigningCertificate', 'Certificate'))

const firstTimestamp = (data: Element): Element | undefined => data.first('UsedTimestamps/Timestamp')

/** How rows name the time they are judged at, and where in the diagnostic data that time stands. */
const expressions: Readonly<Record<string, (data: Element) => string | null | undefined>> = {
  'diagnosticData.getValidationDate()': (data) => data.value('ValidationDate'),
  'xmlDiagnosticData.getValidationDate()': (data) => data.value('ValidationDate'),
  'timestampIssuer.getNotAfter()': (data) => signer(data, firstTimestamp(data))?.value('NotAfter'),
  'xmlTimestamp.getProductionTime()': (data) => firstTimestamp(data)?.value('ProductionTime'),
  'diagnosticData.getSignatures().get(0).getSigningCertificate().getCertificate().getNotBefore()': (data) =>
    signer(data, data.first('Signatures/Signature'))?.value('NotBefore'),
}

/** The time that a row is judged at; null where it says so in a way we do not know. */
export function readValidationTime(expression: unknown, data: Element): Date | null {
  if (typeof expression !== 'string' || !Object.hasOwn(expressions, expression)) return null
  const time = expressions[expression]!(data)
  return time ? new Date(readTime(time)) : null
}
