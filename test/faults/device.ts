import { sign } from 'node:crypto'
import { encodePem } from '../../src/formats/index.ts'
import { buildPki, chainOf, entityOf, privateKeyOf, quickKeys, testPki } from '../../src/test-certs/index.ts'
import { liveEnvironment } from '../../src/test-certs/testing/environment.ts'

/** A person's own device: a key that the service does not hold. */
export interface Device {
  readonly certificatePem: string
  readonly chainPem: string
  /** The anchor its chain leads to, for `ANKY_TRUST`. */
  readonly anchorPem: string
  /** The value over the bytes to be signed, both in base64. */
  sign(dtbs: string): string
}

export async function makeDevice(): Promise<Device> {
  const pki = await buildPki(testPki, { ...liveEnvironment, keys: quickKeys, only: ['doctor-01'] })
  const key = privateKeyOf(entityOf(pki, 'doctor-01'))
  const [certificate, ...issuers] = chainOf(pki, 'doctor-01').map(({ der }) => encodePem('CERTIFICATE', der))
  return {
    certificatePem: certificate!,
    chainPem: issuers.join(''),
    anchorPem: issuers.at(-1)!,
    sign: (dtbs) => sign('sha256', Buffer.from(dtbs, 'base64'), key).toString('base64'),
  }
}
