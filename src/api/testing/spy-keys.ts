import type { KeyProvider } from '../../pkcs11/index.ts'
import type { SigningKey } from '../../signer/index.ts'

const opened = new Map<string, Promise<SigningKey>>()

/** Keys that count how often they are used. Opening an encrypted key takes a while, so each is opened once for all. */
export function spyOnKeys(keys: KeyProvider): { readonly keys: KeyProvider; readonly used: () => number } {
  let used = 0
  const openOnce: KeyProvider['signingKey'] = (id, chain) => {
    const key = opened.get(id) ?? keys.signingKey(id, chain)
    opened.set(id, key)
    return key
  }
  const spyOnKey = (key: SigningKey): SigningKey => ({
    chain: key.chain,
    algorithms: key.algorithms,
    sign: (data, algorithm) => {
      used++
      return key.sign(data, algorithm)
    },
  })
  const spied = new Proxy(keys, {
    get(target, name) {
      if (name === 'signingKey')
        return async (...given: Parameters<KeyProvider['signingKey']>) => spyOnKey(await openOnce(...given))
      const member = Reflect.get(target, name) as unknown
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
  return { keys: spied, used: () => used }
}
