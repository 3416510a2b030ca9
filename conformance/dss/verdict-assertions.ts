import { type Assertion, reportsOf, same } from './assertion.ts'

/** EU DSS writes indications with a low line. */
const named = (asserted: unknown): string => String(asserted).replaceAll('_', '-')

const isIndication = (got: string, asserted: unknown): boolean => got === named(asserted)

/** Of every signature. */
export const indication: Assertion = (asserted, seen) => {
  const got = reportsOf(seen).map((signature) => signature.indication)
  return { got, agrees: got.length > 0 && got.every((one) => isIndication(one, asserted)) }
}

export const indicationNot: Assertion = (asserted, seen) => {
  const got = reportsOf(seen).map((signature) => signature.indication)
  return { got, agrees: got.length > 0 && !got.some((one) => isIndication(one, asserted)) }
}

export const subIndication: Assertion = (asserted, seen) => {
  const got = reportsOf(seen).map((signature) => signature.subIndication)
  return { got, agrees: got.length > 0 && got.every((one) => one === asserted) }
}

export const timestampIndication: Assertion = (asserted, { report }) => {
  const got = report.timestamps.map((timestamp) => timestamp.indication)
  return { got, agrees: got.some((one) => one === asserted) }
}

export const timestampSubIndication: Assertion = (asserted, { report }) => {
  const got = report.timestamps.map((timestamp) => timestamp.subIndication)
  return { got, agrees: got.some((one) => one === asserted) }
}

export const validSignaturesCount: Assertion = (asserted, seen) =>
  same(reportsOf(seen).filter((signature) => signature.indication === 'TOTAL-PASSED').length, asserted)

/** A report that says something about the file. */
export const reportsProduced: Assertion = (asserted, { report }) =>
  same(report.verdict !== 'unreadable', asserted)

/** The file is refused, whatever the name of the exception; the code says why. */
export const refused: Assertion = (_, { report }) => ({
  got: report.error?.code ?? report.verdict,
  agrees: report.verdict === 'unreadable',
})

export const validationTime: Assertion = (asserted, { report }) =>
  same(report.at, new Date(String(asserted)).toISOString())
