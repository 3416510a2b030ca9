import type { Catalogue } from '../error.ts'

export const asn1Messages = {
  ERR_ALGORITHM_UNKNOWN: { en: 'Algorithm {oid} is not known.', vi: 'Không biết thuật toán {oid}.' },
} as const satisfies Catalogue
