import { signWithOpenssl } from '../oracles/openssl-signer.ts'
import { type Algorithm, algorithms } from './algorithms.ts'
import { digestOf, sampleAt, schemeOf } from './foreign-makers.ts'
import type { Job } from './records.ts'
import type { World } from './world.ts'

/** A curve that OpenSSL and we know and the others were not asked about. */
const brainpool: Algorithm = {
  name: 'ECDSA brainpoolP256r1 SHA-256',
  entity: 'brainpool',
  wish: { digest: 'sha256' },
  strangers: [],
}

/** In CMS it signs with SHA-3 by RSA v1.5 alone, and not with EdDSA. */
const known = [...algorithms.filter(({ name }) => !/^(RSA-PSS|ECDSA).*SHA3|^Ed25519/.test(name)), brainpool]

/** `cms -sign`, with and without `-cades`, the content inside and beside. */
export const opensslJobs = (world: World): Job[] =>
  known.flatMap((algorithm, index) =>
    [true, false].flatMap((cades) =>
      [true, false].map((detached): Job => {
        const file = sampleAt(index)
        return {
          maker: 'OpenSSL',
          kind: `${cades ? 'CAdES' : 'CMS'} ${detached ? 'detached' : 'enveloping'}`,
          level: cades ? 'B-B' : 'none',
          algorithm,
          content: detached ? file : null,
          sign: (out) =>
            signWithOpenssl({
              scheme: schemeOf(algorithm),
              digest: digestOf(algorithm),
              cades,
              detached,
              file,
              out,
              ...world.keyFiles(algorithm.entity),
            }),
        }
      }),
    ),
  )
